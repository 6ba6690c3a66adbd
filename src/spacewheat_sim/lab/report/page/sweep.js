// A sweep: one quantity over one parameter as a curve, over two as a heat map.

function levelsOf(column) {
  const values = Array.from(new Set(column.words || Array.from(column.numbers).filter((value) => !Number.isNaN(value))));
  return values.sort((a, b) => compareValues(a, b));
}

function sweepView(run) {
  const named = new Map(run.columns.map((each) => [each.name, each]));
  const listed = (names) => (Array.isArray(names) ? names : []).map((name) => named.get(name)).filter(Boolean);
  const parameters = listed(run.results.parameters)
    .map((each) => ({ name: each.name, column: each.words || each.numbers, values: levelsOf(each) }));
  const quantities = listed(run.results.quantities).filter((each) => each.numbers);
  const box = make('section', { class: 'panel', 'aria-label': 'Sweep' }, make('h3', {}, 'Sweep'));
  if (!parameters.length || !quantities.length) {
    box.append(quantities.length ? sweepMeans(run, quantities) : make('p', { class: 'dim' }, 'It has no quantity to draw.'));
    return box;
  }
  // The two with the most values are drawn; others are held at one value, or averaged.
  const byCount = [...parameters].sort((a, b) => b.values.length - a.values.length);
  const known = quantities.find((each) => each.numbers.some((value) => !Number.isNaN(value)));
  const state = { quantity: known || quantities[0], x: byCount[0], y: byCount[1]?.values.length > 1 ? byCount[1] : null, held: new Map() };
  state.isHeld = () => parameters.every((each) => each === state.x || each === state.y || each.values.length < 2 || state.held.has(each));
  const controls = make('div', { class: 'controls' });
  const stage = make('div', {});
  const redraw = () => {
    controls.replaceChildren(...sweepControls(state, parameters, quantities, redraw));
    stage.replaceChildren(state.y ? sweepMap(run, state) : sweepCurve(run, state));
  };
  redraw();
  box.append(controls, stage);
  return box;
}

function sweepControls(state, parameters, quantities, redraw) {
  const pick = (list, now, act) => choice(list.map((each) => [each.name, each.name]), now?.name, (name) => {
    act(list.find((each) => each.name === name) || null);
    redraw();
  });
  const swap = (key, other) => (each) => {
    if (each && state[other] === each) state[other] = state[key];
    state[key] = each;
    state.held.delete(each);
  };
  const fields = [labelled('Quantity', pick(quantities, state.quantity, (each) => { state.quantity = each; }))];
  if (parameters.length > 1) {
    fields.push(labelled('Across', pick(parameters, state.x, swap('x', 'y'))));
    fields.push(labelled('Up', pick([{ name: 'none: curves' }, ...parameters], state.y || { name: 'none: curves' },
      (each) => swap('y', 'x')(each.values ? each : null))));
  }
  for (const each of parameters) {
    if (each === state.x || each === state.y || each.values.length < 2) continue;
    const options = [['', 'mean of all'], ...each.values.map((value, k) => [String(k), short(value)])];
    const now = state.held.has(each) ? String(each.values.indexOf(state.held.get(each))) : '';
    fields.push(labelled(each.name, choice(options, now, (k) => {
      if (k === '') state.held.delete(each);
      else state.held.set(each, each.values[Number(k)]);
      redraw();
    })));
  }
  return fields;
}

// Means over replicates, and over whatever is not held: (i, j) to {mean, error, rows}.
function sweepCells(run, state) {
  const cells = new Map();
  const place = (parameter) => new Map(parameter.values.map((value, k) => [value, k]));
  const [xs, ys] = [place(state.x), state.y ? place(state.y) : null];
  for (let row = 0; row < run.rows; row++) {
    if ([...state.held].some(([parameter, value]) => parameter.column[row] !== value)) continue;
    const key = `${xs.get(state.x.column[row])} ${ys ? ys.get(state.y.column[row]) : 0}`;
    if (!cells.has(key)) cells.set(key, { rows: [] });
    cells.get(key).rows.push(row);
  }
  for (const cell of cells.values()) Object.assign(cell, meanOf(cell.rows.map((row) => state.quantity.numbers[row])));
  return (i, j) => cells.get(`${i} ${j}`) || { mean: NaN, error: NaN, rows: [], values: [] };
}

const FAILED_SHOWN = 20;

// The rows that have failed, each with a link to what it left.
function failedPoints(run) {
  const failed = runs.filter((each) => each.parent === run.folder && each.status === 'failed');
  if (!failed.length) return null;
  const said = (each) => Object.entries(each.parameters).map(([name, value]) => `${name} ${short(value)}`).join(', ') || each.folder;
  const links = failed.slice(0, FAILED_SHOWN).map((each) => make('li', {}, make('a', { href: `#run-${each.number}` }, said(each))));
  const rows = Number.isFinite(run.results.points * run.results.replicates) ? ` of ${(run.results.points * run.results.replicates).toLocaleString('en-US')}` : '';
  const more = failed.length > FAILED_SHOWN ? `; the first ${FAILED_SHOWN}` : '';
  return make('section', { class: 'panel warning', role: 'note', 'aria-label': 'Failed rows' },
    make('p', {}, `⚠ ${failed.length.toLocaleString('en-US')}${rows} rows failed${more}:`), make('ul', { class: 'links' }, links));
}

// One point with all its replicates: what each quantity is on average.
function sweepMeans(run, quantities) {
  const told = quantities.map((quantity) => {
    const { mean, error, values } = meanOf(Array.from(quantity.numbers));
    const [low, high] = extent(values) ?? [];
    return [quantity.name, values.length ? `${short(mean)} ± ${short(error, 2)} (${short(low)} to ${short(high)}, ${counted(values.length, 'row')})` : '–'];
  });
  return make('div', {}, make('p', { class: 'dim' }, 'Mean ± standard error of all rows:'), valueList(Object.fromEntries(told)));
}

function meanOf(numbers) {
  const values = numbers.filter((value) => !Number.isNaN(value));
  const count = values.length;
  const mean = count ? values.reduce((sum, value) => sum + value / count, 0) : NaN;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { values, mean, error: count > 1 ? Math.sqrt(spread / (count - 1) / count) : NaN };
}

function sweepMap(run, state) {
  const cell = sweepCells(run, state);
  const details = make('div', { class: 'cell' });
  const pick = (i, j) => details.replaceChildren(sweepPoint(run, cell(i, j).rows));
  const { x, y } = state;
  return make('div', {}, heatmap({ x, y, quantity: state.quantity.name, value: (i, j) => cell(i, j).mean, pick }),
    make('p', { class: 'dim hint' }, 'Click a cell, or press Enter, to see its runs.'), details);
}

function sweepPoint(run, rows) {
  const points = run.columns.find((each) => each.name === 'point');
  const replicates = run.columns.find((each) => each.name === 'replicate');
  const folder = (row) => `${points?.words?.[row]}-${replicates?.numbers?.[row]}`;
  const table = dataTable(run.columns, rows);
  const links = rows.map((row) => runs.find((each) => each.parent === run.folder && each.folder === folder(row))).filter(Boolean)
    .map((each) => make('li', {}, make('a', { href: `#run-${each.number}` }, each.folder)));
  return make('div', {}, links.length ? make('ul', { class: 'links' }, links) : null, table);
}

function sweepCurve(run, state) {
  const cell = sweepCells(run, state);
  const { x } = state;
  const numeric = x.values.every((value) => typeof value === 'number');
  const means = x.values.map((_, i) => cell(i, 0));
  const ends = (sign) => means.map((each) => each.mean + sign * (Number.isNaN(each.error) ? 0 : each.error));
  // A spread over values of another parameter is no error.
  const repeated = state.isHeld() && means.some((each) => !Number.isNaN(each.error));
  const lines = [{ label: repeated ? 'mean' : state.quantity.name, values: means.map((each) => each.mean), color: 0, points: true }];
  if (repeated) {
    lines.push({ label: 'mean + standard error', values: ends(1), color: 0, width: 0.5 });
    lines.push({ label: 'mean − standard error', values: ends(-1), color: 0, width: 0.5 });
  }
  return make('div', {}, chart({
    x: numeric ? x.values : x.values.map((_, k) => k), lines, xLabel: x.name, yLabel: state.quantity.name,
    title: `${state.quantity.name} over ${x.name}`, bands: repeated ? [[2, 3, 0]] : [],
    names: numeric ? null : x.values.map(String),
  }).element);
}
