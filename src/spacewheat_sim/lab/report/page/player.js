// A recorded history, played and scrubbed: ring, spheres, curves and events together.

const STATE = ['norm', 'purity', 'entropy', 'energy'];

function populationColumns(run) {
  return run.columns.slice(1).filter((each) => each.numbers && !STATE.includes(each.name) && !each.name.includes(' '));
}

function player(run) {
  const times = run.columns[0].numbers;
  const populations = populationColumns(run);
  const events = run.events;
  const disks = ring(populations);
  const breaks = new Set(events.map((event) => atOrAfter(times, event.time)));
  const spheres = followedAxes(run.columns).map((axis) => sphere(axis, times, breaks));
  const list = eventList(events, (time) => line.seek(time));
  const state = make('dl', { class: 'state' });
  const stateColumns = run.columns.filter((each) => STATE.includes(each.name) && each.numbers);
  const readouts = stateColumns.map((each) => {
    const value = make('dd', {});
    state.append(make('div', {}, make('dt', {}, each.name), value));
    return { each, value };
  });
  const curve = chart({
    x: times, xLabel: 'time (s)', yLabel: 'population', title: 'Populations over time', range: [0, 1.02], marker: true,
    lines: populations.map((each) => ({ label: each.name, values: each.numbers })), select: (time) => line.seek(time),
  });
  const line = timeline(times, events, (row) => {
    const time = times[row];
    const last = events.findLastIndex((event) => event.time <= time);
    const recent = events.slice(0, last + 1).filter((event) => event.time > time - RING.seconds);
    disks.show(row, time, recent);
    spheres.forEach((each) => each.show(row));
    readouts.forEach(({ each, value }) => { value.textContent = short(each.numbers[row], 4); });
    list.show(last);
    curve.mark(time);
  });
  const element = make('section', { class: 'panel player', 'aria-label': 'Player' },
    make('h3', {}, 'Recording'), line.element,
    make('div', { class: 'stage' }, make('div', { class: 'scene' }, disks.element, state), list.element),
    spheres.length ? make('div', { class: 'spheres' }, spheres.map((each) => each.element)) : null, curve.element);
  element.addEventListener('keydown', (event) => playerKey(event, line));
  line.begin();
  return element;
}

// Space plays, N and P go from event to event, wherever the player has the focus.
function playerKey(event, line) {
  if (event.ctrlKey || event.metaKey || event.altKey || ['BUTTON', 'SELECT'].includes(event.target.tagName)) return;
  const keys = { ' ': line.toggle, n: () => line.step(1), p: () => line.step(-1) };
  if (!keys[event.key] || event.target.getAttribute('role') === 'button') return;
  event.preventDefault();
  keys[event.key]();
}

function eventList(events, seek) {
  const items = events.map((event) => {
    const button = make('button', { type: 'button', onclick: () => seek(event.time) },
      make('span', { class: 'when' }, event.time.toFixed(2)), make('span', { class: `dot ${event.kind}`, 'aria-hidden': 'true' }), make('span', {}, event.text));
    return make('li', {}, button);
  });
  const list = make('ol', { class: 'events', 'aria-label': 'Events' }, items);
  let current = -1;
  const show = (k) => {
    if (k === current) return;
    items[current]?.removeAttribute('aria-current');
    items[k]?.setAttribute('aria-current', 'true');
    current = k;
    if (items[k]) list.scrollTop = items[k].offsetTop - list.clientHeight / 2;
  };
  const element = events.length ? list : make('p', { class: 'events dim' }, 'Nothing happened: no jump, no measurement.');
  return { element, show };
}
