// The table of all runs: sorted by any column, filtered by words, kind and status.

const gallery = {
  order: { id: 'started', down: true },
  shown: firstShown(),
  words: '',
  kind: '',
  status: '',
  points: !runs.some((run) => run.kind === 'sweep'),
  visible: [],
};

function galleryColumns() {
  return [...FIXED, ...VALUES.filter((each) => gallery.shown.has(each.id))];
}

function cellOf(run, each) {
  const value = each.of(run);
  if (each.id === 'name') {
    const notes = run.notes ? make('span', { class: 'warn', title: 'Something is wrong with this bundle' }, ' ⚠') : null;
    const link = make('a', { href: `#run-${run.number}` }, breakable(run.name));
    return make('th', { scope: 'row', title: run.folder }, link, notes);
  }
  if (each.id === 'status') return make('td', {}, statusMark(run.status));
  if (each.id === 'kind' && run.kind === 'sweep' && run.results.parameters) {
    return make('td', {}, each.of(run), sweptNames(run));
  }
  const text = (each.shown || short)(value);
  const number = each.number || typeof value === 'number';
  return make('td', { class: `${number ? 'number ' : ''}column-${each.group ? 'value' : each.id}` }, text);
}

const SWEPT_SHOWN = 3;

// What a sweep goes over, by which several of one biome are told apart.
function sweptNames(run) {
  const names = String(run.results.parameters).split(' ');
  const more = names.length > SWEPT_SHOWN ? [`and ${names.length - SWEPT_SHOWN} more`] : [];
  return make('div', { class: 'swept' }, [...names.slice(0, SWEPT_SHOWN), ...more].map((name) => make('div', {}, name)));
}

function statusMark(status) {
  const known = ['complete', 'interrupted', 'partial', 'failed'].includes(status) ? status : 'other';
  return make('span', { class: `status ${known}` }, status || '–');
}

function headCell(each, redraw) {
  const mine = gallery.order.id === each.id;
  const direction = mine ? (gallery.order.down ? 'descending' : 'ascending') : 'none';
  const mark = make('span', { 'aria-hidden': 'true', class: 'arrow' }, mine ? (gallery.order.down ? '▾' : '▴') : '');
  const button = make('button', { type: 'button', 'data-column': each.id }, each.words, mark);
  button.addEventListener('click', () => {
    gallery.order = { id: each.id, down: mine ? !gallery.order.down : false };
    redraw();
    document.querySelector(`[data-column="${CSS.escape(each.id)}"]`).focus();
  });
  const kind = each.group ? 'value' : each.id;
  return make('th', { scope: 'col', 'aria-sort': direction, class: `column-${kind}` }, button);
}

function galleryTable(redraw) {
  const columns = galleryColumns();
  const by = columns.find((each) => each.id === gallery.order.id) || FIXED[3];
  const head = make('tr', {}, make('th', { class: 'curve' }, make('span', { class: 'sr' }, 'Curve')), columns.map((each) => headCell(each, redraw)));
  const body = make('tbody', {});
  gallery.rows = sorted(runs, by.of, gallery.order.down).map((run) => {
    const row = make('tr', {}, sparkCell(run), columns.map((each) => cellOf(run, each)));
    body.append(row);
    return { run, row };
  });
  return make('table', { class: 'runs' }, make('caption', { class: 'sr' }, 'Runs; a column’s name sorts by it'), make('thead', {}, head), body);
}

function applyFilter(count) {
  const words = gallery.words.split(/\s+/).filter(Boolean);
  gallery.visible = [];
  for (const { run, row } of gallery.rows) {
    const fits = (!gallery.kind || kindOf(run) === gallery.kind) && (!gallery.status || run.status === gallery.status)
      && (gallery.points || !run.parent || gallery.kind) && matches(run, words);
    row.hidden = !fits;
    if (fits) gallery.visible.push(run.number);
  }
  count.textContent = `${gallery.visible.length.toLocaleString('en-US')} of ${runs.length.toLocaleString('en-US')}`;
}

function columnPicker(redraw) {
  const groups = ['Parameters', 'Results'].map((group) => {
    const boxes = VALUES.filter((each) => each.group === group).map((each) => {
      const box = make('input', { type: 'checkbox', checked: gallery.shown.has(each.id) });
      box.addEventListener('change', () => {
        gallery.shown[box.checked ? 'add' : 'delete'](each.id);
        redraw();
      });
      return make('label', {}, box, each.words);
    });
    return boxes.length ? make('fieldset', {}, make('legend', {}, group), boxes) : null;
  });
  return make('details', { class: 'picker' }, make('summary', {}, 'Columns'), make('div', { class: 'boxes' }, groups));
}

function distinct(of) {
  return Array.from(new Set(runs.map(of).filter(Boolean))).sort().map((value) => [value, value]);
}

function startGallery(section) {
  const count = make('output', { class: 'dim', 'aria-live': 'polite' });
  const holder = make('div', { class: 'table-holder', tabindex: 0, role: 'region', 'aria-label': 'Runs' });
  const refilter = () => applyFilter(count);
  const redraw = () => {
    holder.replaceChildren(galleryTable(redraw));
    refilter();
  };
  const search = make('input', { type: 'search', id: 'filter', placeholder: 'words, or L>8, method=master', autocomplete: 'off', spellcheck: 'false' });
  search.addEventListener('input', () => { gallery.words = search.value; refilter(); });
  const kinds = choice([['', 'all'], ...distinct(kindOf)], '', (value) => { gallery.kind = value; refilter(); });
  const statuses = choice([['', 'all'], ...distinct((run) => run.status)], '', (value) => { gallery.status = value; refilter(); });
  const bar = make('div', { class: 'controls', role: 'search' }, labelled('Filter', search), labelled('Kind', kinds), labelled('Status', statuses));
  if (runs.some((run) => run.parent)) {
    const box = make('input', { type: 'checkbox', id: 'points', checked: gallery.points });
    box.addEventListener('change', () => { gallery.points = box.checked; refilter(); });
    bar.append(make('span', { class: 'field' }, box, make('label', { for: 'points' }, 'Points of sweeps')));
  }
  bar.append(columnPicker(redraw), count);
  section.append(make('h2', { class: 'sr' }, 'All runs'), bar, holder);
  if (index.unreadable.length) {
    section.append(panel('Left out', make('ul', {}, index.unreadable.map((line) => make('li', {}, line)))));
  }
  redraw();
}
