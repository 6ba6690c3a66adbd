// Interactive curves by uPlot, which also answer to the keyboard.

const CHART_HEIGHT = 280;

const LONGEST_NAME = 14;

// An axis of numbers, or of names at 0, 1, 2 and so on.
function axisOf(label, size, names = null) {
  const colors = ink();
  const told = (value) => (names ? pictured(cutName(names[value] ?? '', LONGEST_NAME)) : short(value, 4));
  return {
    label, labelSize: 22, size, stroke: colors.dim, font: '12px system-ui, sans-serif', labelFont: '12px system-ui, sans-serif',
    grid: { stroke: colors.grid, width: 1 }, ticks: { stroke: colors.grid, width: 1, size: 5 },
    values: (_plot, values) => values.map((value) => (value === null ? '' : told(value))),
    ...(names ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], space: 90 } : {}),
  };
}

function seriesOf(line, k) {
  const color = lineColor(line.color ?? k);
  const points = line.points ? { show: true, size: 6, fill: color } : { show: false };
  return { label: pictured(line.label), stroke: color, width: line.width ?? 1.75, dash: lineDash(line.color ?? k), points,
    value: (_plot, value) => short(value), spanGaps: Boolean(line.points) };
}

// Whether steps of x are by factors rather than by sums: 1, 2, 4, …
function byFactors(x) {
  const known = Array.from(x).filter((value) => !Number.isNaN(value));
  if (known.length < 3 || known[0] <= 0 || known[known.length - 1] < 30 * known[0]) return false;
  const unevenness = (values) => {
    const steps = values.slice(1).map((value, k) => value - values[k]);
    return (Math.max(...steps) * steps.length) / (values[values.length - 1] - values[0]);
  };
  return 2 * unevenness(known.map(Math.log)) < unevenness(known);
}

// A chart of `lines` ({label, values, color}) over `x`: {element, plot, mark(time)}.
function chart({ x, lines, xLabel, yLabel, title, range, bands, marker, select, names }) {
  const spoken = make('output', { class: 'sr', 'aria-live': 'polite' });
  const holder = make('div', { class: 'chart', tabindex: 0, role: 'group', 'aria-label': `${title}. Arrow keys move the cursor, + and − zoom, 0 shows all.` });
  const box = { element: make('div', {}, holder, spoken), plot: null, at: null, hidden: new Set() };
  box.tell = (words) => { spoken.textContent = words; };
  const data = [x, ...lines.map((line) => line.values)].map((values) => Array.from(values, (value) => (Number.isNaN(value) ? null : value)));
  const build = () => {
    box.plot?.destroy();
    holder.replaceChildren();
    const options = {
      width: Math.max(240, holder.clientWidth || 600), height: CHART_HEIGHT,
      scales: { x: { time: false, ...(byFactors(x) ? { distr: 3, range: (_plot, min, max) => [min, max] } : {}) }, y: range ? { range: () => range } : {} },
      axes: [axisOf(pictured(xLabel), 42, names), axisOf(pictured(yLabel), 58)],
      series: [{ label: pictured(xLabel), value: (_plot, value) => (names && value !== null ? names[value] : short(value)) }, ...lines.map((line, k) => ({ ...seriesOf(line, k), show: !box.hidden.has(k) }))],
      bands: (bands || []).map(([upper, lower, k]) => ({ series: [upper, lower], fill: `${lineColor(k)}2e` })),
      cursor: { drag: { x: true, y: false }, focus: { prox: 24 } }, focus: { alpha: 0.35 },
      legend: { live: true },
      hooks: { draw: [(plot) => marker && drawMarker(plot, box.at)], ready: [(plot) => tameLegend(plot, box.hidden)] },
    };
    box.plot = new uPlot(options, data, holder);
    box.plot.ctx.canvas.setAttribute('aria-hidden', 'true');
    if (select) box.plot.over.addEventListener('click', () => box.plot.cursor.idx !== null && select(x[box.plot.cursor.idx]));
  };
  box.mark = (time) => {
    box.at = time;
    box.plot?.redraw(false, false);
  };
  holder.addEventListener('keydown', (event) => steer(event, box, data[0]));
  new ResizeObserver(() => {
    const width = holder.clientWidth;
    if (width > 0 && !box.plot) build();
    else if (width > 0 && Math.abs(box.plot.width - width) > 1) box.plot.setSize({ width, height: CHART_HEIGHT });
  }).observe(holder);
  whenThemed(holder, () => box.plot && build());
  return box;
}

function drawMarker(plot, time) {
  if (time === null) return;
  const x = plot.valToPos(time, 'x', true);
  const { left, top, width, height } = plot.bbox;
  if (x < left - 1 || x > left + width + 1) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = ink().text;
  plot.ctx.lineWidth = 1.5 * devicePixelRatio;
  plot.ctx.setLineDash([]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, top);
  plot.ctx.lineTo(x, top + height);
  plot.ctx.stroke();
  plot.ctx.restore();
}

// A name in the legend shows and hides its line, by mouse or key.
function tameLegend(plot, hidden) {
  plot.root.querySelectorAll('.u-series').forEach((row, k) => {
    if (k === 0) return;
    const head = row.querySelector('th');
    const tell = () => head.setAttribute('aria-pressed', String(plot.series[k].show));
    head.setAttribute('tabindex', '0');
    head.setAttribute('role', 'button');
    tell();
    const after = () => {
      hidden[plot.series[k].show ? 'delete' : 'add'](k - 1);
      tell();
    };
    head.addEventListener('click', () => queueMicrotask(after));
    head.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      plot.setSeries(k, { show: !plot.series[k].show });
      after();
    });
  });
}

// What the legend shows of one row, for those who do not see it.
function cursorWords(plot, k) {
  const shown = plot.series.map((each, j) => [each, j]).filter(([each, j]) => j === 0 || each.show);
  return shown.map(([each, j]) => `${each.label} ${each.value(plot, plot.data[j][k])}`).join(', ');
}

function steer(event, box, x) {
  const plot = box.plot;
  if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
  const { min, max } = plot.scales.x;
  const last = x.length - 1;
  const now = plot.cursor.idx ?? atOrAfter(x, (min + max) / 2);
  const far = event.shiftKey ? Math.max(1, Math.round(last / 20)) : 1;
  const moves = { ArrowLeft: now - far, ArrowRight: now + far, Home: 0, End: last };
  if (event.key in moves) {
    const k = Math.min(last, Math.max(0, moves[event.key]));
    plot.setCursor({ left: plot.valToPos(x[k], 'x'), top: plot.over.clientHeight / 2 });
    box.tell(cursorWords(plot, k));
  } else if (event.key === '+' || event.key === '-' || event.key === '=') {
    const half = ((max - min) / 2) * (event.key === '-' ? 2 : 0.5);
    const middle = x[now];
    plot.setScale('x', { min: Math.max(x[0], middle - half), max: Math.min(x[last], middle + half) });
  } else if (event.key === '0') {
    plot.setScale('x', { min: x[0], max: x[last] });
  } else return;
  event.preventDefault();
}
