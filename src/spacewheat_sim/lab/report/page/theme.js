// Light, dark, or as the system has it. What is on a canvas has to be told.

const LIGHT_LINES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b87f00', '#2f8fc4', '#882255', '#7c7200', '#4d4d4d'];
const DARK_LINES = ['#56b4e9', '#e69f00', '#00b386', '#cc79a7', '#f0e442', '#e8743b', '#8ca5f0', '#ffffff', '#b39ddb'];
const DASHES = [[], [8, 3], [2, 3], [10, 3, 2, 3]];
const THEMES = ['system', 'light', 'dark'];

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const themed = new Set();
let theme = 'system';

// Paper is white.
let printing = false;

function isDark() {
  if (printing) return false;
  return theme === 'dark' || (theme === 'system' && systemDark.matches);
}

function ink() {
  return isDark()
    ? { text: '#e4e8f1', dim: '#98a3ba', grid: '#2e374c', ground: '#181d2a', mark: '#56b4e9' }
    : { text: '#1b2130', dim: '#59647a', grid: '#dde1ea', ground: '#ffffff', mark: '#0072b2' };
}

function lineColor(index) {
  const colors = isDark() ? DARK_LINES : LIGHT_LINES;
  return colors[index % colors.length];
}

function lineDash(index) {
  return DASHES[Math.floor(index / LIGHT_LINES.length) % DASHES.length];
}

// Calls `redraw` after each change, for as long as `element` is on the page.
function whenThemed(element, redraw) {
  themed.add({ element, redraw });
}

function tellTheme() {
  for (const each of themed) {
    if (each.element.isConnected) each.redraw();
    else themed.delete(each);
  }
}

function startTheme(button) {
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = { system: '◐ System', light: '☀︎ Light', dark: '☾ Dark' }[theme];
    button.setAttribute('aria-label', `Colors: ${theme}`);
    tellTheme();
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    show();
  });
  systemDark.addEventListener('change', tellTheme);
  for (const [moment, begins] of [['beforeprint', true], ['afterprint', false]]) {
    addEventListener(moment, () => { printing = begins; tellTheme(); });
  }
  show();
}
