// A heat map of a quantity over two parameters, which also answers to the keyboard.

// Viridis (van der Walt and Smith, 2015), at nine places; bright is large.
const VIRIDIS = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];
const MAP = { left: 74, bottom: 46, top: 8, right: 84, cell: 90, most: 560 };

function viridis(share) {
  const place = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const k = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const part = (hex, j) => parseInt(hex.slice(1 + 2 * j, 3 + 2 * j), 16);
  const mixed = [0, 1, 2].map((j) => Math.round(part(VIRIDIS[k], j) + (place - k) * (part(VIRIDIS[k + 1], j) - part(VIRIDIS[k], j))));
  return `rgb(${mixed.join(' ')})`;
}

// `x` and `y` are {name, values}; `value(i, j)` a number or NaN; `pick(i, j)` on Enter.
function heatmap({ x, y, quantity, value, pick }) {
  const cells = x.values.flatMap((_, i) => y.values.map((__, j) => value(i, j)));
  const limits = extent(cells);
  const [low, high] = limits ?? [0, 0];
  const between = limits ? `${short(low)} to ${short(high)}` : 'no value known';
  const canvas = make('canvas', { 'aria-hidden': 'true' });
  const readout = make('output', { class: 'readout', 'aria-live': 'polite' });
  const holder = make('div', { class: 'heatmap', tabindex: 0, role: 'group', 'aria-label': `${quantity} over ${x.name} and ${y.name}, ${between}. Arrow keys move from cell to cell.` }, canvas);
  const cursor = { i: 0, j: 0, on: false };
  const geometry = () => {
    const width = Math.max(260, Math.min(holder.clientWidth || 600, MAP.left + MAP.right + Math.max(620, x.values.length * MAP.cell)));
    const height = MAP.top + MAP.bottom + Math.min(MAP.most, Math.max(200, y.values.length * 36));
    return { width, height, w: (width - MAP.left - MAP.right) / x.values.length, h: (height - MAP.top - MAP.bottom) / y.values.length };
  };
  const paint = () => {
    const { width, height, w, h } = geometry();
    const ratio = devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const brush = canvas.getContext('2d');
    brush.scale(ratio, ratio);
    x.values.forEach((_, i) => y.values.forEach((__, j) => {
      const number = value(i, j);
      const [left, top] = [MAP.left + i * w, height - MAP.bottom - (j + 1) * h];
      brush.fillStyle = Number.isNaN(number) ? ink().grid : viridis(high > low ? (number - low) / (high - low) : 0.5);
      brush.fillRect(left, top, w + 0.4, h + 0.4);
      if (Number.isNaN(number)) cross(brush, left, top, w, h);
    }));
    if (cursor.on) {
      brush.lineWidth = 2.5;
      for (const [color, inset] of [['#000', 0], ['#fff', 2.5]]) {
        brush.strokeStyle = color;
        brush.strokeRect(MAP.left + cursor.i * w + inset, height - MAP.bottom - (cursor.j + 1) * h + inset, w - 2 * inset, h - 2 * inset);
      }
    }
    axes(brush, { x, y, w, h, height, width });
    if (limits) colorBar(brush, { low, high, width, height });
  };
  const tell = () => {
    const number = value(cursor.i, cursor.j);
    readout.textContent = `${x.name} ${short(x.values[cursor.i])}, ${y.name} ${short(y.values[cursor.j])}: ${Number.isNaN(number) ? 'unknown' : short(number)}`;
  };
  const move = (i, j) => {
    cursor.i = Math.min(x.values.length - 1, Math.max(0, i));
    cursor.j = Math.min(y.values.length - 1, Math.max(0, j));
    cursor.on = true;
    paint();
    tell();
  };
  const under = (event) => {
    const { height, w, h } = geometry();
    const i = Math.floor((event.offsetX - MAP.left) / w);
    const j = Math.floor((height - MAP.bottom - event.offsetY) / h);
    return i >= 0 && i < x.values.length && j >= 0 && j < y.values.length ? [i, j] : null;
  };
  canvas.addEventListener('mousemove', (event) => { const at = under(event); if (at) move(...at); });
  canvas.addEventListener('click', (event) => { const at = under(event); if (at) pick(...at); });
  holder.addEventListener('keydown', (event) => {
    const far = event.shiftKey ? 5 : 1;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far], Home: [-1e6, 0], End: [1e6, 0] };
    if (event.key === 'Enter') pick(cursor.i, cursor.j);
    else if (moves[event.key]) move(cursor.i + moves[event.key][0], cursor.j + moves[event.key][1]);
    else return;
    event.preventDefault();
  });
  holder.addEventListener('focus', () => move(cursor.i, cursor.j));
  new ResizeObserver(paint).observe(holder);
  whenThemed(holder, paint);
  return make('div', {}, holder, readout);
}

function cross(brush, left, top, w, h) {
  brush.strokeStyle = ink().dim;
  brush.lineWidth = 1;
  brush.beginPath();
  brush.moveTo(left + w * 0.3, top + h * 0.3);
  brush.lineTo(left + w * 0.7, top + h * 0.7);
  brush.moveTo(left + w * 0.7, top + h * 0.3);
  brush.lineTo(left + w * 0.3, top + h * 0.7);
  brush.stroke();
}

function axes(brush, { x, y, w, h, height, width }) {
  brush.fillStyle = ink().dim;
  brush.font = '12px system-ui, sans-serif';
  brush.textAlign = 'center';
  brush.textBaseline = 'top';
  const everyX = Math.ceil(52 / w);
  x.values.forEach((each, i) => { if (i % everyX === 0) brush.fillText(short(each, 3), MAP.left + (i + 0.5) * w, height - MAP.bottom + 6); });
  brush.textAlign = 'right';
  brush.textBaseline = 'middle';
  const everyY = Math.ceil(16 / h);
  y.values.forEach((each, j) => { if (j % everyY === 0) brush.fillText(short(each, 3), MAP.left - 7, height - MAP.bottom - (j + 0.5) * h); });
  brush.fillStyle = ink().text;
  brush.textAlign = 'center';
  brush.textBaseline = 'bottom';
  fillFitting(brush, x.name, MAP.left + (width - MAP.left - MAP.right) / 2, height - 3, width - MAP.left - MAP.right);
  brush.save();
  brush.translate(13, MAP.top + (height - MAP.top - MAP.bottom) / 2);
  brush.rotate(-Math.PI / 2);
  brush.textBaseline = 'middle';
  fillFitting(brush, y.name, 0, 0, height - MAP.top - MAP.bottom);
  brush.restore();
}

// A name that is longer than the room for it loses its end, not its shape.
function fillFitting(brush, name, x, y, room) {
  let most = letterCount(name);
  while (most > 1 && brush.measureText(pictured(cutName(name, most))).width > room) most -= 1;
  brush.fillText(pictured(cutName(name, most)), x, y);
}

function colorBar(brush, { low, high, width, height }) {
  const left = width - MAP.right + 18;
  const tall = height - MAP.top - MAP.bottom;
  for (let k = 0; k < tall; k++) {
    brush.fillStyle = viridis(1 - k / (tall - 1));
    brush.fillRect(left, MAP.top + k, 12, 1.4);
  }
  brush.fillStyle = ink().dim;
  brush.textAlign = 'left';
  for (const share of low < high ? [0, 0.5, 1] : [0.5]) {
    brush.textBaseline = share === 1 ? 'top' : share ? 'middle' : 'bottom';
    brush.fillText(short(low + share * (high - low), 3), left + 17, MAP.top + tall * (1 - share));
  }
}
