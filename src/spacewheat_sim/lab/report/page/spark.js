// The small curves of the gallery, drawn when they come into view.

const SPARK_WIDTH = 120;
const SPARK_HEIGHT = 30;

function sparkPath(line) {
  const bytes = bytesOf(line);
  const points = Array.from(bytes, (level, k) => {
    const x = (k / (bytes.length - 1)) * SPARK_WIDTH;
    const y = 1 + (1 - level / 255) * (SPARK_HEIGHT - 2);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}

function sparkOf(spark) {
  const view = `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`;
  const lines = spark.lines.map((line, k) => draw('path', { d: sparkPath(line), class: `line-${k % 9}` }));
  return draw('svg', { class: 'spark', viewBox: view, 'aria-hidden': 'true' }, lines);
}

const sparks = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      sparks.unobserve(entry.target);
      entry.target.append(sparkOf(runs[Number(entry.target.dataset.run)].spark));
    }
  },
  { rootMargin: '300px' },
);

// Paper has no scrolling: all are drawn.
addEventListener('beforeprint', () => {
  for (const cell of document.querySelectorAll('td.curve:empty')) {
    const { spark } = runs[Number(cell.dataset.run)];
    if (spark) cell.append(sparkOf(spark));
    sparks.unobserve(cell);
  }
});

function sparkCell(run) {
  const cell = make('td', { class: 'curve', 'data-run': run.number });
  if (run.spark) sparks.observe(cell);
  return cell;
}
