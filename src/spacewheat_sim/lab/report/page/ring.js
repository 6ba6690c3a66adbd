// The emojis in a ring: discs as large as their populations, arrows for recent events.

const RING = { width: 560, height: 330, rx: 205, ry: 112, largest: 30, seconds: 1.5, letters: 9 };

function ringPlaces(count) {
  return Array.from({ length: count }, (_, k) => {
    const angle = (k / count) * 2 * Math.PI - Math.PI / 2;
    return [RING.width / 2 + RING.rx * Math.cos(angle), RING.height / 2 + RING.ry * Math.sin(angle)];
  });
}

// Where a share is written: outside the orbit, away from the discs beside its own.
function sharePlace([x, y], size) {
  const [across, down] = [(x - RING.width / 2) / RING.rx ** 2, (y - RING.height / 2) / RING.ry ** 2];
  const length = Math.hypot(across, down);
  const [outX, outY] = [across / length, down / length];
  const anchor = Math.abs(outX) < 0.35 ? 'middle' : outX < 0 ? 'end' : 'start';
  return { x: x + outX * (size + 4), y: y + outY * (size + 11), anchor };
}

function ring(columns) {
  const places = ringPlaces(columns.length);
  const names = columns.map((each) => each.name);
  const size = Math.min(RING.largest, (RING.rx * 2.6) / columns.length);
  const path = draw('ellipse', { cx: RING.width / 2, cy: RING.height / 2, rx: RING.rx, ry: RING.ry, class: 'orbit' });
  const arrows = draw('g', {});
  const nodes = columns.map((each, k) => {
    const [x, y] = places[k];
    const disc = draw('circle', { cx: x, cy: y, class: 'disc' });
    const glyph = draw('text', { x, y, class: 'glyph' }, draw('title', {}, each.name), cutName(each.name, RING.letters));
    const place = sharePlace(places[k], size);
    const share = draw('text', { x: place.x, y: place.y, 'text-anchor': place.anchor, class: 'share' });
    return { disc, glyph, share, narrow: Math.min(1, 2 / letterCount(cutName(each.name, RING.letters))) };
  });
  const element = draw('svg', { viewBox: `0 0 ${RING.width} ${RING.height}`, class: 'ring', role: 'img' }, path, arrows,
    nodes.flatMap((node) => [node.disc, node.glyph, node.share]));
  const show = (k, time, events) => {
    columns.forEach((each, j) => {
      const share = each.numbers[k];
      nodes[j].disc.setAttribute('r', (6 + (size - 6) * Math.sqrt(Math.max(0, share || 0))).toFixed(2));
      nodes[j].glyph.setAttribute('font-size', (size * nodes[j].narrow * (0.62 + 0.5 * Math.sqrt(Math.max(0, share || 0)))).toFixed(1));
      nodes[j].share.textContent = percent(share);
    });
    element.setAttribute('aria-label', `Populations at ${short(time, 4)} s: ${columns.map((each) => `${each.name} ${percent(each.numbers[k])}`).join(', ')}`);
    arrows.replaceChildren(...events.map((event) => arrow(event, time, names, places)).filter(Boolean));
  };
  return { element, show };
}

// An event of the last moments: an arc to its target, or a halo where it has no source.
function arrow(event, time, names, places) {
  const to = places[names.indexOf(event.target)];
  const from = places[names.indexOf(event.source)];
  if (!to) return null;
  const opacity = (1 - (time - event.time) / RING.seconds).toFixed(2);
  if (!from || from === to) return draw('circle', { cx: to[0], cy: to[1], r: RING.largest - 4, class: `halo ${event.kind}`, opacity });
  const middle = [RING.width / 2, RING.height / 2];
  const bend = [0, 1].map((axis) => (from[axis] + to[axis]) / 2 + ((middle[axis] - (from[axis] + to[axis]) / 2) * 0.5));
  return draw('path', { d: `M${from}Q${bend} ${to}`, class: `arc ${event.kind}`, opacity });
}
