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
  // One frame makes no curve.
  const curve = times.length < 2 ? null : chart({
    x: times, xLabel: 'time (s)', yLabel: 'population', title: 'Populations over time', range: [0, highest(populations)], marker: true,
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
    curve?.mark(time);
  });
  const element = make('section', { class: 'panel player', 'aria-label': 'Player' },
    make('h3', {}, 'Recording'), line.element,
    make('div', { class: 'stage' }, make('div', { class: 'scene' }, disks.element, state), list.element),
    spheres.length ? make('div', { class: 'spheres' }, spheres.map((each) => each.element)) : null, curve?.element);
  element.addEventListener('keydown', (event) => playerKey(event, line));
  line.begin();
  return element;
}

// The top of the curves of populations: close above the largest, and at most 1.
function highest(populations) {
  const largest = extent(populations.flatMap((each) => extent(each.numbers) ?? []))?.[1] || 1;
  return 1.02 * Math.min(1, 1.05 * largest);
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
  const button = make('button', { type: 'button', tabindex: -1, onclick: () => seek(event.time) },
    make('span', { class: 'when' }, event.time.toFixed(2)), make('span', { class: `dot ${event.kind}`, 'aria-hidden': 'true' }), make('span', { class: 'words' }, event.text));
  return make('li', {}, button);
}

// Tab enters the list once, at the present event; arrows go from one to the next.
function letTabInto(list, item) {
  for (const button of list.querySelectorAll('button')) button.tabIndex = button.parentElement === item ? 0 : -1;
}

function walkList(event, list) {
  const by = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = [...list.querySelectorAll('button')];
  const next = Math.min(buttons.length - 1, Math.max(0, buttons.indexOf(event.target) + by));
  event.preventDefault();
  enter(list, buttons[next].parentElement);
}

function enter(list, item) {
  letTabInto(list, item);
  item.querySelector('button').focus();
}

function eventList(events, seek) {
  if (!events.length) return { element: make('p', { class: 'events dim' }, 'Nothing happened: no jump, no measurement.'), show: () => {} };
  const list = make('ol', { class: 'events' });
  const now = { first: 0, current: -1, items: [] };
  const more = (count, words, from) => {
    if (count <= 0) return null;
    const act = () => { listFrom(from); enter(list, list.firstElementChild); };
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
    letTabInto(list, now.items[now.current - now.first] ?? now.items[0]);
  };
  const show = (k) => {
    if (k === now.current) return;
    now.items[now.current - now.first]?.removeAttribute('aria-current');
    now.current = k;
    if (k >= 0 && !now.items[k - now.first]) listFrom(k - LISTED / 2);
    const item = now.items[k - now.first];
    item?.setAttribute('aria-current', 'true');
    letTabInto(list, item ?? now.items[0]);
    if (item) list.scrollTop = item.offsetTop - list.clientHeight / 2;
  };
  list.addEventListener('keydown', (event) => walkList(event, list));
  listFrom(0);
  return { element: list, show };
}
