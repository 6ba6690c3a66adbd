// Elements are made of text and attributes alone; nothing here reads markup.

// Emojis that have a plain form, such as ☀, are shown as pictures.
const PLAIN_FORM = /(?![\u0000-\u00ff\u2122])(?!\p{Emoji_Presentation})\p{Emoji}(?![\ufe0e\ufe0f])/gu;

function pictured(text) {
  return text.replace(PLAIN_FORM, '$&\ufe0f');
}

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(typeof child === 'string' ? pictured(child) : child);
  }
  return element;
}

function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function panel(title, ...children) {
  return make('section', { class: 'panel' }, make('h3', {}, title), ...children);
}

// A name may be broken after its underscores and points.
function breakable(name) {
  const parts = name.split(/(?<=[_.])/);
  return parts.flatMap((part, k) => (k ? [make('wbr'), part] : [part]));
}

const letters = new Intl.Segmenter();

function letterCount(name) {
  return [...letters.segment(name)].length;
}

// The beginning of a name that has more letters than so many.
function cutName(name, most) {
  const all = [...letters.segment(name)];
  return all.length > most ? `${all.slice(0, most - 1).map((each) => each.segment).join('')}…` : name;
}

let labels = 0;

// A select or an input with its words before it.
function labelled(words, control) {
  control.id = control.id || `control-${labels++}`;
  return make('span', { class: 'field' }, make('label', { for: control.id }, words), control);
}

function choice(options, chosen, onchange) {
  const select = make('select', {});
  for (const [value, words] of options) {
    select.append(make('option', { value, selected: value === chosen }, words));
  }
  select.addEventListener('change', () => onchange(select.value));
  return select;
}
