// The timeline: a slider over the rows of a history, buttons, and marks of events.

const SPEEDS = [[0.25, '¼×'], [0.5, '½×'], [1, '1×'], [2, '2×'], [4, '4×'], [10, '10×'], [30, '30×']];

// Calls `show(row)` for each new row: {element, seek(time), toggle, step, begin}. What
// happened between two rows is seen in the later one, which is the first after it.
function timeline(times, events, show) {
  const start = times[0];
  const end = times[times.length - 1];
  const state = { time: start, speed: 1, playing: false, row: -1 };
  const slider = make('input', { type: 'range', min: 0, max: times.length - 1, step: 1, value: 0, id: 'scrub', 'aria-label': 'Time' });
  const clock = make('output', { class: 'clock', for: 'scrub' });
  const play = make('button', { type: 'button', class: 'play' });

  const place = (time, moved) => {
    state.time = Math.min(end, Math.max(start, time));
    // The last row that is not later.
    const next = atOrAfter(times, state.time);
    const row = times[next] > state.time ? next - 1 : next;
    if (row !== state.row || moved) {
      state.row = row;
      slider.value = row;
      slider.setAttribute('aria-valuetext', `${short(state.time, 4)} s`);
      show(row);
    }
    clock.textContent = `${state.time.toFixed(2)} s of ${short(end, 5)} s`;
  };
  const setPlaying = (playing) => {
    state.playing = playing;
    play.textContent = playing ? '❚❚ Pause' : '▶ Play';
    if (!playing) return;
    if (state.time >= end) place(start, true);
    let before = performance.now();
    const frame = (now) => {
      if (!state.playing || !slider.isConnected) return;
      place(state.time + ((now - before) / 1000) * state.speed);
      before = now;
      if (state.time >= end) setPlaying(false);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };
  const seek = (time) => {
    setPlaying(false);
    place(times[atOrAfter(times, time)], true);
  };
  const rows = events.map((event) => atOrAfter(times, event.time));
  const step = (direction) => {
    const row = direction > 0 ? rows.find((each) => each > state.row) : rows.findLast((each) => each < state.row);
    seek(row === undefined ? (direction > 0 ? end : start) : times[row]);
  };

  play.addEventListener('click', () => setPlaying(!state.playing));
  slider.addEventListener('input', () => seek(times[Number(slider.value)]));
  const speed = choice(SPEEDS.map(([value, words]) => [String(value), words]), '1', (value) => { state.speed = Number(value); });
  const button = (words, label, act) => make('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, words);
  const bar = make('div', { class: 'controls' }, play,
    button('‹ Event', 'Previous event', () => step(-1)), button('Event ›', 'Next event', () => step(1)), labelled('Speed', speed), clock);
  setPlaying(false);
  const element = make('div', { class: 'timeline' }, bar, make('div', { class: 'track' }, eventMarks(events, start, end), slider));
  return { element, seek, toggle: () => setPlaying(!state.playing), step, begin: () => place(start, true) };
}

function eventMarks(events, start, end) {
  const span = end - start || 1;
  const places = new Map(events.map((event) => {
    const x = ((event.time - start) / span) * 1000;
    return [`${Math.round(x)} ${event.kind}`, { x: x.toFixed(1), kind: event.kind }];  // one a pixel
  }));
  const marks = Array.from(places.values(), ({ x, kind }) => draw('line', { x1: x, x2: x, y1: 0, y2: 10, class: `mark ${kind}` }));
  return draw('svg', { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', class: 'marks', 'aria-hidden': 'true' }, marks);
}
