// The data that lies in the page: the index at once, a run's block when it is opened.

const index = JSON.parse(document.getElementById('index').textContent);
const runs = index.runs.map((row, number) => ({ ...row, number }));

const parsed = new Promise((resolve) => {
  if (document.readyState !== 'loading') resolve();
  else document.addEventListener('DOMContentLoaded', resolve, { once: true });
});

function bytesOf(text) {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let k = 0; k < plain.length; k++) bytes[k] = plain.charCodeAt(k);
  return bytes;
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
}

// A column of a history: differences of 16-bit steps, low bytes first, then high bytes.
function steps(buffer, at, rows, low, step) {
  const bytes = new Uint8Array(buffer, at, 2 * rows);
  const values = new Float64Array(rows);
  let level = 0;
  for (let k = 0; k < rows; k++) {
    level = (level + bytes[k] + 256 * bytes[rows + k]) & 0xffff;
    values[k] = level === 0xffff ? NaN : 2 * (low / 2 + level * (step / 2));
  }
  return values;
}

function column(buffer, start, rows, about) {
  if (about.words) return { name: about.name, words: about.words };
  const at = start + about.at;
  const numbers = about.kind === 'f64' ? new Float64Array(buffer, at, rows) : steps(buffer, at, rows, about.low, about.step);
  return { name: about.name, numbers };
}

async function openRun(number) {
  await parsed;
  const buffer = await inflate(bytesOf(document.getElementById(`run-${number}`).textContent));
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const columns = header.columns.map((about) => column(buffer, 4 + size, header.rows, about));
  return { ...runs[number], ...header, columns };
}

function figureSource(id) {
  return `data:image/webp;base64,${document.getElementById(id).textContent}`;
}
