// What was found, with its evidence.

const MEANING = new Map(Object.entries({
  leaks: "No pointer to these blocks is left: nobody can free them.",
  grows: "The blocks are still held, and there are more and more of them.",
  "grew and stopped": "It grew for a time and then stayed as it was: a cache that filled, for example.",
  "comes and goes": "It is allocated and freed again; nothing is left over.",
  steady: "It stays as it is.",
  "too early to tell": "There are too few strides to say whether it grows.",
}));

function drawFindings(run) {
  const calm = run.findings.filter((finding) => !finding.is_alarm);
  const parts = run.alarms.map((finding, index) => findingCard(run, finding, index));
  if (run.alarms.length === 0) {
    const words = run.count === 0 ? "Nothing was recorded, so nothing was judged."
      : "No line leaks or grows, as far as the run shows.";
    parts.push(el("p", { class: "nothing" }, words));
  }
  if (calm.length > 0) {
    const title = run.alarms.length ? `${plural(calm.length, "more line")} that did not raise an alarm` : plural(calm.length, "line") + " that drew attention";
    parts.push(el("details", { class: "calm" }, el("summary", {}, title),
      ...calm.slice(0, 200).map((finding) => calmRow(run, finding))));
  }
  const leaks = run.alarms.filter((finding) => finding.verdict === "leaks").length;
  const words = [[leaks, "leaks", "leak"], [run.alarms.length - leaks, "grows", "grow"]].filter(([count]) => count > 0)
    .map(([count, one, many]) => `${plural(count, "line")} ${count === 1 ? one : many}`);
  byId("found-hint").textContent = words.length ? `${words.join(", ")}. The verdict is of the whole run, whatever the range is.` : "";
  byId("findings").replaceChildren(...parts);
}

function findingCard(run, finding, index) {
  const line = run.lines[finding.line];
  const group = run.groups[line.group];
  const isLeak = finding.verdict === "leaks";
  const open = lineButton(line, line.place ?? line.short, { class: "link strong" });
  return el("article", { class: `finding hue-${group.hue}`, "aria-label": `Finding ${index + 1}`, tabindex: "-1" },
    el("header", {}, el("span", { class: "badge bad", title: MEANING.get(finding.verdict) ?? null }, isLeak ? "\u25cf " : "\u25b2 ", oneLine(finding.verdict)),
      open, el("span", { class: "owner" }, name(run.owners[line.owner].name))),
    el("div", { class: "evidence" }, rateOf(run, finding), curveEvidence(run, finding, line, group), fifthsOf(finding), holdersOf(run, finding)),
    el("p", { class: "meaning" }, MEANING.get(finding.verdict) ?? ""));
}

function rateOf(run, finding) {
  const row = (term, ...value) => [el("dt", {}, term), el("dd", {}, ...value)];
  const rate = el("b", { title: `${finding.bytes_per_stride} B, standard error ${finding.slope_error} B` }, bytes(finding.bytes_per_stride));
  return el("div", {}, el("h3", {}, "How fast"), el("dl", { class: "pairs" },
    ...row("per stride", rate),
    ...row("error", `\u00b1 ${bytes(finding.slope_error)}`),
    ...row("in blocks", trim(finding.blocks_per_stride, finding.blocks_per_stride < 0.1 ? 3 : 1)),
    ...row("per second", size(finding.bytes_per_second)),
    ...(isShort(run) ? [] : row("per day", size(finding.bytes_per_second * 86400))),
    ...row("since stride", exact(finding.since_stride)),
    ...(finding.unreachable_blocks > 0
      ? row("unreachable", size(finding.unreachable_bytes), ` in ${plural(finding.unreachable_blocks, "block")}`) : [])));
}

function curveEvidence(run, finding, line, group) {
  const picture = spark(run, curveOf(run, line.index, LIVE), { hue: group.hue, since: finding.since_stride, height: 88 });
  const live = valueAt(run, line.index, run.count - 1, LIVE);
  return el("figure", { title: "The dashed line is where the growth began." }, el("h3", {}, "Live bytes of the line"), picture,
    el("figcaption", {}, size(live), " at the end"));
}

// The least in each fifth: what is never freed, whatever comes and goes above it.
function fifthsOf(finding) {
  const most = Math.max(1, ...finding.fifths);
  const bars = finding.fifths.map((least, index) => el("li", { title: `${exact(least)} B` },
    el("span", { class: "fifth", css: { height: `${Math.max(2, (63 * least) / most)}px` }, "aria-hidden": "true" }),
    el("span", { class: "amount" }, brief(least)), el("span", { class: "hidden" }, ` in fifth ${index + 1}`)));
  return el("div", { title: "What comes and goes does not raise the least; what is kept does." },
    el("h3", {}, "Least live in each fifth"), el("ol", { class: "fifths" }, ...bars));
}

function holdersOf(run, finding) {
  if (finding.holders.length === 0) return null;
  return el("div", {}, el("h3", {}, "Held by"), holderList(run, finding.holders, 5));
}

function calmRow(run, finding) {
  const line = run.lines[finding.line];
  return el("p", { class: "calm-row" }, el("span", { class: "badge", title: MEANING.get(finding.verdict) ?? null }, oneLine(finding.verdict)),
    lineButton(line, line.place ?? line.short), el("span", { class: "owner" }, name(run.owners[line.owner].name)));
}
