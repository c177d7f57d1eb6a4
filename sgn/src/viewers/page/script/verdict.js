// The first screen: is something wrong, and where.

// With fewer strides a line has too short a history to be judged: `judge.rs` has the same number.
const ENOUGH = 32;

function drawVerdict(run) {
  const { headline, tone, mark } = verdictOf(run);
  const worst = run.alarms[0];
  const parts = [el("h1", {}, el("span", { class: "mark", "aria-hidden": "true" }, mark), el("span", {}, ...headline))];
  if (worst) {
    parts.push(placeOf(run, worst), statementOf(run, run.lines[worst.line]));
    if (run.alarms.length > 1) parts.push(furtherOf(run));
  } else {
    parts.push(el("p", { class: "aside" }, ...calmOf(run)));
  }
  byId("verdict").classList.add(tone);
  byId("verdict").replaceChildren(...parts.filter(Boolean));
}

function verdictOf(run) {
  const worst = run.alarms[0];
  if (worst) {
    const mark = worst.verdict === "leaks" ? "\u25cf" : "\u25b2";
    return { headline: sentenceOf(run, worst), tone: "alarm", mark };
  }
  if (run.count === 0) return { headline: ["Nothing was recorded"], tone: "open", mark: "?" };
  const strides = run.strides[run.count - 1];
  if (strides < ENOUGH || run.findings.some((finding) => finding.verdict === "too early to tell")) {
    return { headline: [`Too early to tell after ${plural(strides, "stride")}`], tone: "open", mark: "?" };
  }
  return { headline: [`No leak, no growth found in ${plural(strides, "stride")}`], tone: "good", mark: "\u2713" };
}

/** A finding as a sentence: `count` grows by 102.4 B per stride since stride 1. */
function sentenceOf(run, finding) {
  const { title } = run.groups[run.lines[finding.line].group];
  const rate = el("b", { title: `${finding.bytes_per_stride} B` }, bytes(finding.bytes_per_stride));
  const since = ` since stride ${exact(finding.since_stride)}`;
  return [name(title, { class: "name code" }), ` ${oneLine(finding.verdict)} `, finding.verdict === "leaks" ? "" : "by ", rate, " per stride", since];
}

function placeOf(run, finding) {
  const line = run.lines[finding.line];
  const where = line.place === null ? [el("span", {}, "outside of marked lines")] : [lineButton(line, line.place)];
  const holder = finding.holders[0];
  const held = finding.verdict === "leaks"
    ? [", and no pointer to ", plural(finding.unreachable_blocks, "block"), " is left"]
    : holder ? [", held by ", name(holder.holder, { class: "name code" })] : [];
  const hourly = finding.bytes_per_second * 3600;
  const pace = hourly > 0 && !isShort(run) ? el("span", { class: "pace", title: `${exact(finding.bytes_per_second)} B per second` },
    `\u2248 ${bytes(hourly)} an hour at this pace`) : null;
  return el("p", { class: "place" }, el("span", {}, "at ", ...where, ...held), pace);
}

/** A control that shows a line. */
function lineButton(line, text, attributes = {}) {
  return el("button", {
    type: "button", class: "link", title: line.place ? shown(line.place) : null,
    on: { click: () => choose({ line: line.index }) }, ...attributes,
  }, el("bdi", {}, ...path(text)));
}

/** The text of a line, with its numbers beside it. */
function statementOf(run, line) {
  if (line.file === null || line.text === "") return null;
  const texts = shown(line.text).split("\n");
  const rows = texts.map((text, at) => el("span", { class: "row" },
    el("span", { class: "number", "aria-hidden": "true" }, String(line.line + at)), el("bdi", {}, text || " ")));
  return el("pre", { class: "statement", tabindex: "0", role: "group", "aria-label": "Text of the line" }, el("code", {}, ...rows));
}

function furtherOf(run) {
  const more = run.alarms.length - 1;
  const words = more === 1 ? "one more line grows or leaks" : `${more} more lines grow or leak`;
  return el("p", { class: "aside" }, "And ", el("a", { href: "#found" }, words), ".");
}

function calmOf(run) {
  if (run.count === 0) return ["The file has no moment with numbers. A run records the first when its first report is due."];
  const largest = largestLine(run);
  if (largest === null) return ["No memory was in use at the end."];
  const line = run.lines[largest];
  const title = name(run.groups[line.group].title, { class: "name code" });
  const place = line.place === null ? [] : [" at ", lineButton(line, line.place)];
  return ["The largest known line is of ", title, place, ", with ", size(numbers(run)[largest].live), " in use at the end."].flat();
}

function drawNotices(run) {
  const notices = [];
  const add = (kind, title, ...words) =>
    notices.push(el("p", { class: `notice ${kind}` }, el("b", {}, `${title} `), ...words));
  for (const event of run.events.filter((event) => event.kind === "error").slice(0, 3)) {
    add("bad", `Error at stride ${exact(event.stride)}:`, el("bdi", {}, oneLine(event.text)));
  }
  if (run.cut !== null) {
    const until = run.count > 0 ? ` Shown is what was read, up to ${span(run.seconds[run.count - 1])}.` : "";
    add("bad", "The file could not be read to its end:", el("bdi", {}, oneLine(run.cut)), ".", until);
  }
  const samples = run.moments[run.count - 1]?.samples ?? null;
  if (run.program.sampled !== null || samples !== null) {
    const interval = run.program.sampled === null ? "" : ` One byte in ${bytes(run.program.sampled)} was sampled.`;
    const blocks = samples === null ? "" : ` ${plural(samples, "sampled block")} stand for what is in use at the end.`;
    add("info", "All numbers are estimates.", interval, blocks);
  }
  byId("notices").replaceChildren(...notices);
}


function drawTiles(run) {
  const end = run.count - 1;
  const tile = (label, value, note, title) => el("div", {}, el("dt", {}, label), el("dd", { title },
    el("span", { class: "figure" }, value), el("span", { class: "note" }, note)));
  const tiles = [];
  if (end >= 0) {
    const totals = run.seconds.map((_, moment) => totalAt(run, moment));
    const most = totals.reduce((best, total, moment) => (total > totals[best] ? moment : best), 0);
    const all = run.lines.reduce((sum, line) => sum + valueAt(run, line.index, end, TOTAL), 0);
    const blocks = run.lines.reduce((sum, line) => sum + valueAt(run, line.index, end, BLOCKS), 0);
    const estimate = run.program.sampled === null ? "" : "\u2248 ";
    tiles.push(
      tile("In use at the end", estimate + bytes(totals[end]), `in ${plural(blocks, "block")}`, `${exact(totals[end])} B`),
      tile("Most in use", estimate + bytes(totals[most]), `at ${span(run.seconds[most])}, of the moments kept`, `${exact(totals[most])} B`),
      tile("Allocated in all", estimate + bytes(all), `${bytes(all / Math.max(1, run.strides[end]))} per stride`, `${exact(all)} B`),
      tile("Ran for", span(run.seconds[end]), `${plural(run.strides[end], "stride")}, ${plural(run.count, "moment")} kept`,
        `${run.seconds[end]} s`),
    );
  }
  byId("tiles").replaceChildren(...tiles);
}
