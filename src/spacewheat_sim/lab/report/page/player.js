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

// At most so many events are listed at once, around the present one.
const LISTED = 200;

function eventItem(event, seek) {
  const button = make('button', { type: 'button', onclick: () => seek(event.time) },
    make('span', { class: 'when' }, event.time.toFixed(2)), make('span', { class: `dot ${event.kind}`, 'aria-hidden': 'true' }), make('span', {}, event.text));
  return make('li', {}, button);
}

function eventList(events, seek) {
  if (!events.length) return { element: make('p', { class: 'events dim' }, 'Nothing happened: no jump, no measurement.'), show: () => {} };
  const list = make('ol', { class: 'events' });
  const now = { first: 0, current: -1, items: [] };
  const more = (count, words, from) => {
    if (count <= 0) return null;
    const act = () => { listFrom(from); list.querySelector('button').focus(); };
    return make('li', {}, make('button', { type: 'button', class: 'dim', onclick: act }, `${count.toLocaleString('en-US')} ${words}`));
  };
  const listFrom = (wanted) => {
    now.first = Math.max(0, Math.min(wanted, events.length - LISTED));
    const end = Math.min(events.length, now.first + LISTED);
    now.items = events.slice(now.first, end).map((event) => eventItem(event, seek));
    now.items[now.current - now.first]?.setAttribute('aria-current', 'true');
    const rest = [more(now.first, 'earlier', now.first - LISTED), ...now.items, more(events.length - end, 'later', end)];
    list.replaceChildren(...rest.filter(Boolean));
    list.setAttribute('aria-label', `Events ${now.first + 1} to ${end} of ${events.length}`);
  };
  const show = (k) => {
    if (k === now.current) return;
    now.items[now.current - now.first]?.removeAttribute('aria-current');
    now.current = k;
    if (k >= 0 && !now.items[k - now.first]) listFrom(k - LISTED / 2);
    const item = now.items[k - now.first];
    item?.setAttribute('aria-current', 'true');
    if (item) list.scrollTop = item.offsetTop - list.clientHeight / 2;
  };
  listFrom(0);
  return { element: list, show };
}
