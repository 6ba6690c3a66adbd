// Numbers and times as people read them.

function short(value, digits = 5) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(Math.max(0, digits - 2)).replace(/\.?0+e/, 'e');
  return String(Number(value.toPrecision(digits)));
}

function counted(count, noun) {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

// Seeds and the like are names: no separators, no rounding.
function exact(value) {
  return value === null || value === undefined ? '–' : String(value);
}

function percent(share) {
  if (Number.isNaN(share)) return '–';
  return share >= 0.0995 || share <= 0 ? `${Math.round(share * 100)}%` : `${(share * 100).toFixed(1)}%`;
}

function seconds(value) {
  if (typeof value !== 'number') return '–';
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  return value < 120 ? `${short(value, 3)} s` : `${short(value / 60, 3)} min`;
}

function moment(text) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(text || '');
  return found ? `${found[1]} ${found[2]}` : text || '–';
}

// The least and the largest known value; null if none is known.
function extent(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

// The first index of ascending `values` that is at or after `wanted`.
function atOrAfter(values, wanted) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
