// Which view is shown follows the address: `#run-12` is a run, anything else the gallery.

const views = { gallery: document.getElementById('gallery'), run: document.getElementById('run') };
let opened = null;
let scrolled = 0;

async function follow() {
  const found = /^#run-(\d+)$/.exec(location.hash);
  const number = found && Number(found[1]) < runs.length ? Number(found[1]) : null;
  if (number === null) return showGallery();
  if (opened === null) scrolled = scrollY;
  opened = number;
  const run = await openRun(number);
  if (opened !== number) return undefined; // another was asked for meanwhile
  views.run.replaceChildren();
  views.gallery.hidden = true;
  views.run.hidden = false;
  views.run.append(...runView(run));
  document.title = `${run.name} · spacewheat`;
  scrollTo(0, 0);
  views.run.querySelector('h2').focus({ preventScroll: true });
  return undefined;
}

function showGallery() {
  const before = opened;
  opened = null;
  views.run.hidden = true;
  views.run.replaceChildren();
  views.gallery.hidden = false;
  document.title = 'Runs · spacewheat';
  if (before === null) return;
  scrollTo(0, scrolled);
  document.querySelector(`a[href="#run-${before}"]`)?.focus({ preventScroll: true });
}

document.addEventListener('keydown', (event) => {
  const typing = ['INPUT', 'SELECT', 'TEXTAREA'].includes(event.target.tagName) && event.target.type !== 'range';
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const picker = document.querySelector('.picker[open]');
  if (event.key === 'Escape' && opened !== null) location.hash = '#';
  else if (event.key === 'Escape' && picker) {
    picker.open = false;
    picker.querySelector('summary').focus();
  }
  else if (event.key === '/' && !typing && opened === null) {
    event.preventDefault();
    document.getElementById('filter').focus();
  }
});

document.getElementById('made').textContent = `${counted(runs.length, 'run')} · ${moment(index.made)} UTC`;
startTheme(document.getElementById('theme'));
startGallery(views.gallery);
addEventListener('hashchange', follow);
follow();
