// Draws the charts of the costs. Their numbers stand in the page; without this, the tables below each tell the same.
const root = document.documentElement;
const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const faint = (name, share) => `color-mix(in srgb, ${colour(name)} ${share}%, transparent)`;
const dollars = (value) => (value == null ? "—" : `$${value.toFixed(2)}`);
const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");
const two = (number) => String(number).padStart(2, "0");
const clock = (seconds) => (utc(seconds) ? `${two(utc(seconds).getHours())}:${two(utc(seconds).getMinutes())}` : "");
const date = (seconds) => utc(seconds).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
const drawn = new Map();

const axis = (extra) => ({
  stroke: colour("--soft"),
  font: "12px sans-serif",
  grid: { stroke: colour("--line"), width: 1 },
  ticks: { stroke: colour("--line"), width: 1, size: 4 },
  ...extra,
});

const dayOf = (numbers) => ({
  data: [numbers.x, numbers.limit, numbers.high, numbers.low, numbers.likely, numbers.spent],
  series: [
    { value: clock },
    { label: "limit", stroke: colour("--bad"), width: 1.5, dash: [8, 5], paths: uPlot.paths.stepped({ align: 1 }) },
    { label: "high", stroke: faint("--wait", 45), width: 1 },
    { label: "low", stroke: faint("--wait", 45), width: 1 },
    { label: "likely", stroke: colour("--wait"), width: 1.8, dash: [4, 4] },
    { label: "spent", stroke: colour("--accent"), width: 2.4, fill: faint("--accent", 14), spanGaps: true },
  ],
  bands: [{ series: [2, 3], fill: faint("--wait", 16) }],
  scales: { x: { time: true, range: () => numbers.ends } },
  x: { space: 56, values: (_, splits) => splits.map((at) => (at === numbers.ends[1] ? "24:00" : clock(at))) },
  when: (at) => (at === numbers.ends[1] ? "At midnight" : `At ${clock(at)}`),
});

const bars = (align) => uPlot.paths.bars({ size: [0.36, 26], align, radius: 0.15 });
const monthOf = (numbers) => ({
  data: [numbers.x, numbers.settled, numbers.metered, numbers.limit],
  series: [
    { value: date },
    { label: "settled", stroke: colour("--accent"), fill: colour("--accent"), paths: bars(-1), points: { show: false } },
    { label: "metered", stroke: colour("--wait"), fill: faint("--wait", 55), paths: bars(1), points: { show: false } },
    { label: "limit", stroke: colour("--bad"), width: 1.5, dash: [8, 5], spanGaps: true },
  ],
  scales: { x: { time: true, range: (_, low, high) => [low - 50000, high + 50000] } },
  x: { space: 56, incrs: [1, 2, 4, 7, 14].map((days) => days * 86400), values: (_, splits) => splits.map(date) },
  when: date,
});

const readout = (place, made) => (plot) => {
  const index = plot.cursor.idx;
  if (index == null) {
    place.textContent = place.dataset.quiet;
    return;
  }
  const told = made.series.slice(1).map((one, at) => [one.label, made.data[at + 1][index]]);
  const known = told.filter(([, value]) => value != null).map(([label, value]) => `${label} ${dollars(value)}`);
  place.textContent = `${made.when(made.data[0][index])}: ${known.join(" · ")}`;
};

const draw = (figure) => {
  const numbers = JSON.parse(figure.dataset.chart);
  const place = figure.querySelector(".chart");
  if (!numbers.x.length) return;
  figure.hidden = false;
  const made = (numbers.kind === "day" ? dayOf : monthOf)(numbers);
  const height = () => Math.round(Math.min(300, Math.max(190, place.clientWidth * 0.42)));
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: height(),
      tzDate: utc,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      series: made.series.map((one) => ({ points: { show: false }, ...one })),
      bands: made.bands,
      scales: { ...made.scales, y: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] } },
      axes: [axis(made.x), axis({ size: 58, values: (_, splits) => splits.map((one) => `$${one}`) })],
      hooks: { setCursor: [readout(figure.querySelector(".readout"), made)] },
    },
    made.data,
    place,
  );
  const fit = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: height() }));
  fit.observe(place);
  drawn.set(figure, () => {
    fit.disconnect();
    plot.destroy();
  });
};

const drawAll = () => {
  for (const [figure, end] of drawn) if (!figure.isConnected) (end(), drawn.delete(figure));
  for (const figure of document.querySelectorAll("[data-chart]")) if (!drawn.has(figure)) draw(figure);
};
const again = () => {
  for (const end of drawn.values()) end();
  drawn.clear();
  drawAll();
};

drawAll();
// The main part is read again when something moves; colours are the reader's.
new MutationObserver(drawAll).observe(document.querySelector("main"), { childList: true });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
