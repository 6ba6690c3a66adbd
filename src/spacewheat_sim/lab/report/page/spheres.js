// Bloch spheres, seen as in the sandbox: from a little above the equator, z upward.

const TILT = (18 * Math.PI) / 180;
const TURN = (30 * Math.PI) / 180;
const SPHERE = { size: 150, radius: 56, trail: 3, empty: 1e-3 };

function project(x, y, z) {
  const toward = x * Math.cos(TURN) + y * Math.sin(TURN);
  const right = y * Math.cos(TURN) - x * Math.sin(TURN);
  const middle = SPHERE.size / 2;
  return [middle + SPHERE.radius * right, middle + SPHERE.radius * (toward * Math.sin(TILT) - z * Math.cos(TILT))];
}

function circlePath(point) {
  const points = Array.from({ length: 61 }, (_, k) => project(...point((k / 60) * 2 * Math.PI)).map((value) => value.toFixed(1)).join(' '));
  return `M${points.join('L')}`;
}

const CIRCLES = [
  circlePath((angle) => [Math.cos(angle), Math.sin(angle), 0]),
  circlePath((angle) => [Math.cos(angle), 0, Math.sin(angle)]),
  circlePath((angle) => [0, Math.cos(angle), Math.sin(angle)]),
];

// One axis: `axis` has north, south, and the columns x, y, z and radius; `breaks` has the
// rows before which something happened, where the trail is broken.
function sphere(axis, times, breaks) {
  const middle = SPHERE.size / 2;
  const trail = draw('path', { class: 'trail' });
  const arm = draw('line', { x1: middle, y1: middle, class: 'arm' });
  const tip = draw('circle', { r: 4.5, class: 'tip' });
  const picture = draw('svg', { viewBox: `0 -14 ${SPHERE.size} ${SPHERE.size + 20}`, class: 'sphere', role: 'img' },
    draw('circle', { cx: middle, cy: middle, r: SPHERE.radius, class: 'globe' }),
    CIRCLES.map((d) => draw('path', { d, class: 'circle' })),
    draw('text', { x: middle, y: 4, class: 'pole' }, cutName(axis.north, 14)),
    draw('text', { x: middle, y: SPHERE.size - 1, class: 'pole' }, cutName(axis.south, 14)), trail, arm, tip);
  const words = make('figcaption', { class: 'dim' });
  const show = (k) => {
    const [x, y, z] = axis.bloch.map((each) => each.numbers[k]);
    const known = isThere(axis, k);
    const end = project(x, y, z);
    for (const part of [arm, tip, trail]) part.setAttribute('visibility', known ? 'visible' : 'hidden');
    if (known) {
      fill(arm, { x2: end[0].toFixed(1), y2: end[1].toFixed(1) }, []);
      fill(tip, { cx: end[0].toFixed(1), cy: end[1].toFixed(1), class: x * Math.cos(TURN) + y * Math.sin(TURN) + z * Math.tan(TILT) < 0 ? 'tip far' : 'tip' }, []);
      trail.setAttribute('d', trailPath(axis, times, breaks, k));
    }
    const length = Math.hypot(x, y, z);
    const theta = Math.round((Math.acos(Math.max(-1, Math.min(1, z / (length || 1)))) * 180) / Math.PI);
    const phi = Math.round((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
    words.textContent = known && length > 1e-3 ? `θ ${theta}°  φ ${phi}°  r ${short(axis.radius ? axis.radius.numbers[k] : length, 2)}` : 'empty';
    picture.setAttribute('aria-label', `${axis.north}/${axis.south}: x ${short(x, 3)}, y ${short(y, 3)}, z ${short(z, 3)}`);
  };
  return { element: make('figure', { class: 'axis' }, picture, words), show };
}

// Whether there is enough of both emojis for a direction.
function isThere(axis, k) {
  const held = !axis.radius || axis.radius.numbers[k] >= SPHERE.empty;
  return held && axis.bloch.every((each) => !Number.isNaN(each.numbers[k]));
}

function trailPath(axis, times, breaks, k) {
  let path = 'M0 0';
  let pen = 'M';
  for (let j = atOrAfter(times, times[k] - SPHERE.trail); j <= k; j++) {
    if (breaks.has(j)) pen = 'M';
    if (!isThere(axis, j)) continue;
    path += pen + project(...axis.bloch.map((each) => each.numbers[j])).map((value) => value.toFixed(1)).join(' ');
    pen = 'L';
  }
  return path;
}

// The axes that a table follows, by the names of its columns: `🌾/💀 x`.
function followedAxes(columns) {
  const named = new Map(columns.map((each) => [each.name, each]));
  return columns.filter((each) => each.name.endsWith(' x') && each.numbers).map((each) => {
    const name = each.name.slice(0, -2);
    const [north, south] = name.split('/');
    const bloch = ['x', 'y', 'z'].map((letter) => named.get(`${name} ${letter}`));
    return { name, north, south, bloch, radius: named.get(`${name} radius`) };
  }).filter((axis) => axis.south && axis.bloch.every((each) => each?.numbers));
}
