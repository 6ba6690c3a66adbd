// What the gallery can show of a run, and sort by.

function kindOf(run) {
  return run.parent ? 'point of a sweep' : run.kind;
}

const FIXED = [
  { id: 'name', words: 'Run', of: (run) => run.name },
  { id: 'status', words: 'Status', of: (run) => run.status },
  { id: 'kind', words: 'Kind', of: kindOf },
  { id: 'started', words: 'Started', of: (run) => run.started, shown: moment },
  { id: 'seed', words: 'Seed', of: (run) => run.seed, shown: exact, number: true },
  { id: 'seconds', words: 'Took', of: (run) => run.seconds, shown: seconds, number: true },
];
const HIDDEN_AT_FIRST = new Set(['biome', 'experiment', 'axis']);
const FIRST_SHOWN = 3;

function valueColumns(part, words) {
  const seen = new Map();
  for (const run of runs) {
    for (const [name, value] of Object.entries(run[part])) {
      if (!seen.has(name)) seen.set(name, { values: new Set(), count: 0 });
      const each = seen.get(name);
      each.values.add(value);
      each.count += 1;
    }
  }
  return Array.from(seen, ([name, each]) => ({
    id: `${part}.${name}`,
    words: name,
    group: words,
    of: (run) => run[part][name],
    varies: each.values.size > 1,
    count: each.count,
  }));
}

const VALUES = [...valueColumns('parameters', 'Parameters'), ...valueColumns('results', 'Results')];

// At first, the parameters that differ between many of the runs.
function firstShown() {
  const telling = VALUES.filter((each) => each.group === 'Parameters' && each.varies && !HIDDEN_AT_FIRST.has(each.words));
  telling.sort((a, b) => b.count - a.count);
  return new Set(telling.slice(0, FIRST_SHOWN).map((each) => each.id));
}

function compareValues(a, b) {
  const missing = (value) => value === null || value === undefined || value === '';
  if (missing(a) || missing(b)) return missing(a) - missing(b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

// Missing values are last in either direction.
function sorted(list, of, down) {
  return [...list].sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    const order = compareValues(x, y);
    const missing = [x, y].some((value) => value === null || value === undefined || value === '');
    return (down && !missing ? -order : order) || a.number - b.number;
  });
}

// --- filter words: `wolf`, `method=master`, `L>8`, `jumps<=3` -----------------------

const COMPARISON = /^(.+?)(>=|<=|!=|=|>|<)(.+)$/;
const COMPARE = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

function valuesNamed(run, name) {
  const fixed = FIXED.filter((each) => each.id === name).map((each) => each.of(run));
  const others = ['parameters', 'results'].flatMap((part) =>
    Object.entries(run[part])
      .filter(([each]) => each === name || each.endsWith(`.${name}`))
      .map(([, value]) => value),
  );
  return [...fixed, ...others];
}

function allWords(run) {
  run.text ??= [run.folder, run.name, run.kind, run.experiment, run.status, run.started, run.seed,
    ...Object.entries(run.parameters).map(([name, value]) => `${name}=${value}`)].join(' ').toLowerCase();
  return run.text;
}

function matches(run, words) {
  return words.every((word) => {
    const found = COMPARISON.exec(word);
    if (!found) return allWords(run).includes(word.toLowerCase());
    const [, name, sign, wanted] = found;
    const number = Number(wanted);
    return valuesNamed(run, name).some((value) =>
      typeof value === 'number' && !Number.isNaN(number) ? COMPARE[sign](value, number) : COMPARE[sign](String(value), wanted));
  });
}
