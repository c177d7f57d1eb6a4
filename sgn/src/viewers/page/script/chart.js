// Live bytes over time, stacked by element, with the range.

const CHART = { height: 264, top: 12, bottom: 26, left: 64, names: 192 };

function bandsOf(run) {
  const named = run.ranked.filter((group) => group.hue !== "rest");
  const rest = run.ranked.filter((group) => group.hue === "rest");
  const bands = named.map((group) => ({ title: group.title, hue: group.hue, curve: group.curve, group, groups: [group] }));
  if (rest.some((group) => group.curve.some((value) => value > 0))) {
    const title = rest.length === 1 ? rest[0].title : `${rest.length} others`;
    const group = rest.length === 1 ? rest[0] : null;
    bands.push({ title, hue: "rest", curve: sumOf(run, rest.flatMap(({ lines }) => lines)), group, groups: rest });
  }
  return bands;
}

function makeChart(run) {
  const node = byId("chart");
  if (run.count === 0) {
    node.classList.add("empty");
    node.replaceChildren(el("p", { class: "nothing" }, "There is no moment to draw."));
    return;
  }
  const chart = { run, node, bands: bandsOf(run), picture: svg("svg", { class: "curves", "aria-hidden": "true" }) };
  chart.totals = run.seconds.map((_, moment) => totalAt(run, moment));
  chart.names = el("div", { class: "bands", role: "group", "aria-label": "Elements" });
  chart.shade = [el("div", { class: "shade" }), el("div", { class: "shade" })];
  chart.handles = [handleOf(chart, "from", "Start of the range"), handleOf(chart, "to", "End of the range")];
  chart.cursor = el("div", { class: "cursor", hidden: true });
  chart.tip = el("div", { class: "tip", hidden: true });
  chart.field = el("div", { class: "field" }, ...chart.shade, chart.cursor, ...chart.handles);
  node.replaceChildren(chart.picture, chart.field, chart.names, chart.tip);
  new ResizeObserver(() => drawChart(chart)).observe(node);
  follow(["axis", "choice"], () => drawChart(chart));
  follow(["from", "to"], () => drawRange(chart));
  byPointer(chart);
  drawChart(chart);
}

function drawChart(chart) {
  const { run, picture, bands, node } = chart;
  const isNarrow = node.clientWidth < 620;
  const left = isNarrow ? 56 : CHART.left;
  const right = isNarrow ? 14 : CHART.names;
  const [width, height] = [node.clientWidth, CHART.height];
  if (width < 50) return;
  const inner = { left, top: CHART.top, width: width - left - right, height: height - CHART.top - CHART.bottom };
  const values = state.axis === "seconds" ? run.seconds : run.strides;
  const [start, end] = [values[0], values[run.count - 1]];
  const most = chart.totals.reduce((best, value) => Math.max(best, value), 0) * 1.06 || 1;
  chart.inner = inner;
  chart.values = values;
  chart.x = (value) => left + (end > start ? ((value - start) / (end - start)) * inner.width : inner.width / 2);
  chart.y = (value) => inner.top + inner.height * (1 - value / most);
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("width", width);
  picture.setAttribute("height", height);
  picture.replaceChildren(...axesOf(chart, start, end, most), ...areasOf(chart), ...eventsOf(chart, start, end));
  Object.entries({ left, top: inner.top, width: inner.width, height: inner.height })
    .forEach(([key, set]) => chart.field.style.setProperty(key, `${set}px`));
  drawNames(chart, isNarrow);
  drawRange(chart);
}

function axesOf({ run, x, y, inner }, start, end, most) {
  const parts = [];
  for (const mark of byteMarks(most, 5)) {
    const at = Math.round(y(mark)) + 0.5;
    parts.push(svg("line", { class: "grid", x1: inner.left, x2: inner.left + inner.width, y1: at, y2: at }),
      svg("text", { class: "axis", x: inner.left - 8, y: at + 4, "text-anchor": "end" }, brief(mark)));
  }
  const isTime = state.axis === "seconds";
  const marks = (isTime ? timeMarks : strideMarks)(start, end, Math.max(2, Math.floor(inner.width / 90)));
  for (const mark of run.count > 1 ? marks : [start]) {
    const at = Math.round(x(mark)) + 0.5;
    const base = inner.top + inner.height;
    parts.push(svg("line", { class: "tick", x1: at, x2: at, y1: base, y2: base + 4 }),
      svg("text", { class: "axis", x: at, y: base + 18, "text-anchor": at > inner.left + inner.width - 24 ? "end" : "middle" },
        isTime ? span(mark) : exact(mark)));
  }
  return parts;
}

// Bands from the bottom: the last of the list first, so that what grows is on top.
function areasOf({ run, bands, values, x, y }) {
  const below = new Float64Array(run.count);
  const areas = [];
  const points = (curve) => Array.from(curve, (value, moment) => `${x(values[moment]).toFixed(1)},${y(value).toFixed(1)}`);
  for (const band of bands.toReversed()) {
    const base = points(below);
    band.curve.forEach((value, moment) => (below[moment] += value));
    const top = points(below);
    const isDim = state.isChosen && band.group !== null && chosenGroup(run) !== null && chosenGroup(run) !== band.group.index;
    const shape = run.count > 1
      ? { d: `M${top.join("L")}L${base.toReversed().join("L")}Z` }
      : { d: `M${x(values[0]) - 40},${y(below[0])}h80V${base[0].split(",")[1]}h-80Z` };
    areas.push(svg("path", { class: `band hue-${band.hue} ${isDim ? "dim" : ""}`, ...shape }));
  }
  return areas;
}

/** The element that the choice belongs to. */
function chosenGroup(run) {
  const { choice } = state;
  if (!choice) return null;
  if (choice.line !== undefined) return run.lines[choice.line].group;
  return choice.owner !== undefined ? run.owners[choice.owner].group : choice.group;
}

const NOTED = new Map([["error", "\u2715"], ["report", "\u25be"], ["dump", "\u25be"], ["eos", "\u25a0"], ["mode", "\u25c6"], ["stop", "\u25a0"]]);

// Events that would cover each other are one mark.
function eventsOf({ run, inner, x }, start, end) {
  const place = (event) => x(state.axis === "seconds" ? event.seconds : event.stride);
  const marks = [];
  for (const event of run.events) {
    const at = NOTED.has(event.kind) ? place(event) : NaN;
    if (!(at >= x(start) - 1 && at <= x(end) + 1)) continue;
    const words = `${oneLine(event.kind)} at ${span(event.seconds)}, stride ${exact(event.stride)}: ${oneLine(event.text)}`;
    const near = marks.findLast((mark) => mark.at > at - 10 && mark.kind === event.kind);
    if (near) near.words.push(words);
    else marks.push({ at, kind: event.kind, words: [words] });
  }
  return marks.slice(0, 200).map(({ at, kind, words }) => svg("g", { class: `event ${kind === "error" ? "bad" : ""}` },
    svg("title", {}, words.slice(0, 12).join("\n")),
    svg("text", { x: at, y: inner.top - 1, "text-anchor": "middle" }, NOTED.get(kind))));
}

function drawNames(chart, isNarrow) {
  const { bands, run, inner } = chart;
  const tops = [];
  let sum = chart.totals[run.count - 1];
  for (const band of bands) {
    const value = band.curve[run.count - 1];
    tops.push(chart.y(sum - value / 2));
    sum -= value;
  }
  const places = spread(tops, 19, inner.top, inner.top + inner.height + 10);
  chart.names.classList.toggle("flow", isNarrow);
  const focused = document.activeElement?.closest?.(".bands button")?.dataset.band;
  chart.names.replaceChildren(...bands.map((band, index) => {
    const isNow = band.group !== null && chosenGroup(run) === band.group.index && state.isChosen;
    const grows = band.group?.isAlarmed ? el("span", { class: "flag", title: "grows or leaks" }, "\u25b2") : null;
    const act = () => chooseGroup(run, largestOf(band, run.count - 1));
    return el("button", {
      type: "button", class: `band-name hue-${band.hue}`, "aria-pressed": String(isNow), "data-band": index,
      title: `${shown(band.title)}: ${exact(band.curve[run.count - 1])} B at the end`,
      css: isNarrow ? {} : { top: `${places[index]}px`, left: `${inner.left + inner.width + 10}px` }, on: { click: act },
    }, el("span", { class: "swatch", "aria-hidden": "true" }), grows, name(band.title),
    el("span", { class: "amount" }, bytes(band.curve[run.count - 1])));
  }));
  if (focused !== undefined) chart.names.children[focused]?.focus();
}

/** Places of labels that want to be at `wanted`, in this order, `gap` apart. */
function spread(wanted, gap, low, high) {
  const places = wanted.map((at) => Math.min(Math.max(at, low), high));
  for (let i = 1; i < places.length; i += 1) places[i] = Math.max(places[i], places[i - 1] + gap);
  let limit = high;
  for (let i = places.length - 1; i >= 0; i -= 1) {
    places[i] = Math.min(places[i], limit);
    limit = places[i] - gap;
  }
  return places;
}

/** The largest element of a band at a moment. */
function largestOf(band, moment) {
  return band.groups.reduce((best, group) => (group.curve[moment] > best.curve[moment] ? group : best));
}

/** An element, with the largest of its lines. */
function chooseGroup(run, group) {
  choose({ group: group.index });
  say(`${group.title}: ${measured(ofGroup(run, group.index, state.measure))}`);
}
