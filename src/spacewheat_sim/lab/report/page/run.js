// The page of one run: what it was, what came of it, and everything there is to see.

const ROWS_SHOWN = 300;

// A table of some rows of columns; `rows` are their numbers. Numbers of a course in time
// have no more digits than they are kept with.
function dataTable(columns, rows, course = false) {
  const shown = course ? (value) => short(value, 6) : (value) => (Number.isNaN(value) ? '–' : String(value));
  const head = make('tr', {}, columns.map((each) => make('th', { scope: 'col' }, each.name)));
  const body = rows.slice(0, ROWS_SHOWN).map((row) => make('tr', {}, columns.map((each) =>
    make('td', { class: each.numbers ? 'number' : '' }, each.words ? each.words[row] : shown(each.numbers[row])))));
  const more = rows.length > ROWS_SHOWN ? make('p', { class: 'dim' }, `The first ${ROWS_SHOWN} of ${rows.length.toLocaleString('en-US')} rows.`) : null;
  return make('div', { class: 'table-holder', tabindex: 0, role: 'region', 'aria-label': 'Table' },
    make('table', { class: 'data' }, make('thead', {}, head), make('tbody', {}, body)), more);
}

const isPlain = (value) => value === null || typeof value !== 'object';

function plainWords(value) {
  if (!Array.isArray(value)) return typeof value === 'number' ? short(value, 8) : exact(value);
  const head = value.slice(0, 12).map((each) => short(each)).join('  ');
  return value.length > 12 ? `${head}  … (${value.length} in all)` : head || 'none';
}

// Nested results: plain values in a list, each mapping in a part that folds.
function valueList(values) {
  const named = Array.isArray(values) ? values.map((value, k) => [String(k + 1), value]) : Object.entries(values);
  if (!named.length) return make('p', { class: 'dim' }, 'none');
  const flat = ([, value]) => isPlain(value) || (Array.isArray(value) && value.every(isPlain));
  const plain = named.filter(flat).map(([name, value]) => make('div', {}, make('dt', {}, breakable(name)), make('dd', {}, plainWords(value))));
  const nested = named.filter((each) => !flat(each)).map(([name, value]) => {
    const count = Object.keys(value).length;
    return make('details', { class: 'part', open: count > 0 && count <= 12 && Object.values(value).every(isPlain) },
      make('summary', {}, name, make('span', { class: 'dim' }, ` ${count}`)), valueList(value));
  });
  return make('div', { class: 'values' }, plain.length ? make('dl', {}, plain) : null, nested);
}

function figureOf(about, run) {
  const picture = make('img', { alt: `${run.name}: ${about.name.replaceAll('_', ' ')}`, width: about.width, height: about.height, loading: 'lazy', decoding: 'async', src: figureSource(about.id) });
  return make('figure', { class: 'figure' }, picture, make('figcaption', { class: 'dim' }, about.name.replaceAll('_', ' ')));
}

function figurePanel(run) {
  if (!run.drawn) return null;
  if (!run.figures.length) return panel('Figures', make('p', { class: 'dim' }, `Its ${run.drawn} figures are in the folder of the run; this page holds those of newer runs.`));
  return panel('Figures', make('div', { class: 'figures' }, run.figures.map((about) => figureOf(about, run))));
}

// Tables of experiments and of ensembles: any column over any other, split by a third.
function curvePanel(run) {
  const known = run.columns.filter((each) => each.numbers && !each.numbers.every(Number.isNaN));
  // What is the same in all rows makes no curve.
  const varying = known.filter((each) => levelsOf(each).length > 1);
  const numeric = varying.length < 2 ? known : [...varying, ...known.filter((each) => !varying.includes(each))];
  if (run.rows < 2 || numeric.length < 2) return null;
  const few = run.columns.map((each) => ({ each, values: levelsOf(each) })).filter(({ values }) => values.length > 1 && values.length <= 12);
  const history = run.course;
  const repeats = new Set(numeric[0].numbers).size < run.rows;
  const split = history || !repeats ? null : few.find(({ each }) => each.words) || few.find(({ each }) => each !== numeric[0]) || null;
  const others = numeric.slice(1);
  const y = others.find((each) => each !== split?.each && levelsOf(each).length * 2 >= run.rows) || others.find((each) => each !== split?.each) || others[0];
  const state = { x: numeric[0], y, split: split?.each === y ? null : split };
  const groups = history ? historyGroups(run).slice(run.history ? 1 : 0) : [];
  state.group = groups[0] || null;
  const controls = make('div', { class: 'controls' });
  const stage = make('div', {});
  const pick = (key, list) => choice(list.map((each, k) => [String(k), each.name]), String(list.indexOf(state[key])), (k) => { state[key] = list[Number(k)]; redraw(); });
  const redraw = () => {
    const splits = [{ name: 'none' }, ...few.map((each) => ({ name: each.each.name, ...each }))];
    const now = splits.findIndex((each) => each.each && each.each === state.split?.each);
    const fields = history ? [labelled('Show', pick('group', groups))] : [
      labelled('Across', pick('x', numeric)), labelled('Up', pick('y', numeric)),
      labelled('A line for each', choice(splits.map((each, k) => [String(k), each.name]), String(Math.max(0, now)), (k) => { state.split = splits[Number(k)].each ? splits[Number(k)] : null; redraw(); })),
    ];
    controls.replaceChildren(...fields);
    stage.replaceChildren(history ? groupChart(run, state.group) : scanChart(run, state));
  };
  if (history && !groups.length) return null;
  redraw();
  return panel('Curves', controls, stage);
}

function historyGroups(run) {
  const named = (name, columns) => ({ name, columns });
  const populations = populationColumns(run);
  const errors = run.columns.filter((each) => each.name.endsWith(' standard_error') && each.numbers);
  const shared = run.columns.filter((each) => each.name.endsWith(' mutual_information') && each.numbers);
  return [
    populations.length ? named('populations', populations) : null,
    errors.length ? named('standard errors', errors) : null,
    ...followedAxes(run.columns).map((axis) => named(`axis ${axis.name}`, [...axis.bloch, ...(axis.radius ? [axis.radius] : [])])),
    shared.length ? named('mutual information', shared) : null,
    ...run.columns.filter((each) => STATE.includes(each.name) && each.numbers).map((each) => named(each.name, [each])),
  ].filter(Boolean);
}

function groupChart(run, group) {
  const lines = group.columns.map((each) => ({ label: each.name, values: each.numbers }));
  return chart({ x: run.columns[0].numbers, xLabel: 'time (s)', yLabel: group.name, title: `${group.name} over time`, lines }).element;
}

function scanChart(run, state) {
  const tables = new Map();
  for (let row = 0; row < run.rows; row++) {
    const key = state.split ? String(state.split.each.words ? state.split.each.words[row] : short(state.split.each.numbers[row])) : state.y.name;
    const [x, y] = [state.x.numbers[row], state.y.numbers[row]];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    if (!tables.has(key)) tables.set(key, new Map());
    tables.get(key).set(x, y);
  }
  if (!tables.size) return make('p', { class: 'dim' }, 'There is no known value to draw.');
  const ordered = Array.from(tables.values(), (points) => Array.from(points).sort((a, b) => a[0] - b[0]));
  const [x, ...lines] = uPlot.join(ordered.map((points) => [points.map((p) => p[0]), points.map((p) => p[1])]));
  const names = Array.from(tables.keys());
  return chart({ x, xLabel: state.x.name, yLabel: state.y.name, title: `${state.y.name} over ${state.x.name}`,
    lines: lines.map((values, k) => ({ label: state.split ? `${state.split.each.name} ${names[k]}` : names[k], values: values.map((v) => v ?? NaN), points: values.length < 80 })) }).element;
}

function runHeading(run) {
  const step = (by, words) => {
    const at = gallery.visible.indexOf(run.number);
    const other = at < 0 ? undefined : gallery.visible[at + by];
    return other === undefined ? make('span', { class: 'step dim', 'aria-hidden': 'true' }, words) : make('a', { class: 'step', href: `#run-${other}` }, words);
  };
  const facts = [run.experiment || run.kind, moment(run.started), `seed ${exact(run.seed)}`, `took ${seconds(run.seconds)}`];
  const sweep = run.parent ? runs.find((each) => each.folder === run.parent && each.kind === 'sweep') : null;
  return make('header', { class: 'run-head' },
    make('nav', { 'aria-label': 'Runs' }, make('a', { href: '#', class: 'back' }, '← All runs'), step(-1, 'Previous'), step(1, 'Next')),
    make('h2', { tabindex: -1 }, make('span', {}, breakable(run.name)), ' ', statusMark(run.status)),
    make('p', { class: 'dim' }, facts.filter(Boolean).join(' · '), sweep ? ' · point of ' : '', sweep ? make('a', { href: `#run-${sweep.number}` }, sweep.folder) : null),
    make('p', { class: 'dim' }, make('code', {}, run.folder)));
}

function runView(run) {
  const warnings = [...run.notes];
  if (run.meta.stopped_in) warnings.push(`Status ${run.status}: it stopped in the stage “${run.meta.stopped_in}”.`);
  if (run.meta.error) warnings.push(String(run.meta.error));
  const rows = Array.from({ length: run.rows }, (_, k) => k);
  const { parameters, status, stopped_in, name, started, kind, experiment, seed, traceback, error, ...provenance } = run.meta;
  const table = make('details', { class: 'panel' }, make('summary', {}, `Table: ${counted(run.columns.length, 'column')}, ${counted(run.of, 'row')}`));
  table.addEventListener('toggle', () => { if (table.open && table.children.length === 1) table.append(tableNote(run), dataTable(run.columns, rows, run.course)); });
  const side = make('div', { class: 'two' }, panel('Parameters', valueList(isPlain(parameters) ? {} : parameters)), panel('Results', valueList(run.results)));
  return [
    runHeading(run),
    warnings.length ? make('section', { class: 'panel warning', role: 'note' }, warnings.map((line) => make('p', {}, '⚠ ', line))) : null,
    run.kind === 'sweep' ? failedPoints(run) : null,
    traceback ? panel('Traceback', make('pre', {}, String(traceback))) : null,
    run.kind === 'sweep' ? sweepView(run) : null,
    run.history && run.rows ? player(run) : null,
    run.kind === 'sweep' ? null : curvePanel(run), side, figurePanel(run),
    run.columns.length ? table : null,
    make('details', { class: 'panel' }, make('summary', {}, 'Versions and machine'), valueList(provenance)),
  ].filter(Boolean);
}

function tableNote(run) {
  if (run.rows === run.of && !run.course) return make('p', { class: 'dim' }, 'All rows, in full precision.');
  const steps = run.course ? 'The numbers are rounded to 1/65,534 of the range of their column. ' : '';
  return make('p', { class: 'dim' }, `${steps}${run.rows.toLocaleString('en-US')} of ${counted(run.of, 'row')}; table.csv in the folder of the run has all.`);
}
