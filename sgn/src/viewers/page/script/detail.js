// The chosen line, pad or element: its text, and all its numbers.

function makeDetail(run) {
  follow(["choice", "from", "to", "axis"], (changed) => drawDetail(run, changed.has("choice")));
  drawDetail(run, false);
}

function drawDetail(run, isNew) {
  const { choice } = state;
  const node = byId("detail");
  node.classList.toggle("open", state.isChosen && choice !== null);
  const scroll = node.scrollTop;
  const hadFocus = node.contains(document.activeElement);
  if (choice === null) {
    node.replaceChildren(el("p", { class: "nothing" }, "Choose a band, a bar, a box or a row: its line\u2019s text is shown here."));
    return;
  }
  const parts = choice.line !== undefined ? lineDetail(run, run.lines[choice.line])
    : choice.owner !== undefined ? ownerDetail(run, run.owners[choice.owner]) : groupDetail(run, run.groups[choice.group]);
  const close = el("button", { type: "button", class: "tool close", title: "Close (Escape)", "aria-label": "Close",
    on: { click: closeDetail } }, "\u2715");
  node.replaceChildren(close, ...parts.flat().filter(Boolean));
  node.scrollTop = isNew ? 0 : scroll;
  if (hadFocus) node.querySelector("h2").focus();
  if (isNew) say(`Shown: ${node.querySelector("h2").textContent}`);
}

function closeDetail() {
  const line = state.choice?.line;
  change({ choice: null, isChosen: false });
  document.querySelector(`[data-line='${line}']`)?.focus({ preventScroll: true });
}

function lineDetail(run, line) {
  const group = run.groups[line.group];
  const now = numbers(run)[line.index];
  const { finding } = line;
  const verdict = finding ? el("p", {}, el("span", { class: `badge ${finding.is_alarm ? "bad" : ""}` }, finding.is_alarm ? "\u25b2 " : "", oneLine(finding.verdict)),
    finding.is_alarm ? ` ${bytes(finding.bytes_per_stride)} per stride since stride ${exact(finding.since_stride)}` : "") : null;
  const owner = run.owners[line.owner];
  const held = finding?.holders.length ? el("p", { class: "held" }, "held by ", name(finding.holders[0].holder, { class: "name code" })) : null;
  return [
    heading("Line", line.place ?? line.short, line.place),
    el("p", { class: "under-title" }, line.function ? [el("span", {}, "in ", name(line.function, { class: "name code" }), ", ")] : "",
      "charged to ", ownerButton(owner)),
    verdict, held,
    statementOf(run, line) ?? el("p", { class: "hint" }, line.file === null
      ? "Memory that was allocated outside of marked statements: by code without #[sgn::profile], or before the first statement." : "The text of the line is not known."),
    figure(run, curveOf(run, line.index, LIVE), group.hue, finding?.is_alarm ? finding.since_stride : null),
    pairs([
      ["Live", size(now.live)],
      ["Blocks", exact(Math.round(now.blocks))],
      ["Change", size(now.diff, { signed: true })],
      ["Churn", size(now.churn)],
      ["Churn since the start", size(now.total)],
    ]),
  ];
}

function ownerDetail(run, owner) {
  return [
    heading(owner.pad ? "Pad" : "Owner", owner.name),
    figure(run, sumOf(run, owner.lines), run.groups[owner.group].hue, null),
    pairs([
      ["Live", size(ofOwner(run, owner.index, "live"))],
      ["Peak", size(owner.peak_bytes), owner.peak_is_exact ? "" : " at most"],
      ["Change", size(ofOwner(run, owner.index, "diff"), { signed: true })],
      ["Churn", size(ofOwner(run, owner.index, "churn"))],
    ]),
    largestLines(run, owner.lines),
  ];
}

function groupDetail(run, group) {
  const { element } = group;
  const about = element === null ? el("p", { class: "under-title" }, "No element of the pipeline: what the program allocates beside it.")
    : el("p", { class: "under-title" }, oneLine(element.role), " of type ", name(element.type, { class: "name code" }));
  const properties = element?.properties.length ? el("details", {}, el("summary", {}, plural(element.properties.length, "property", "properties")),
    pairs(element.properties.map(([key, value]) => [oneLine(key), el("bdi", { class: "code" }, shown(value))]))) : null;
  const pads = group.owners.length === 0 ? null : el("div", {}, el("h3", {}, "Pads"), el("ul", { class: "list" },
    ...group.owners.toSorted((a, b) => ofOwner(run, b, "live") - ofOwner(run, a, "live")).slice(0, 12).map((owner) => el("li", {},
      ownerButton(run.owners[owner]), size(ofOwner(run, owner, "live"), { class: "amount" })))));
  return [
    heading(element === null ? "Owner" : "Element", group.title), about,
    figure(run, group.curve, group.hue, null),
    pairs([
      ["Live", size(ofGroup(run, group.index, "live"))],
      ["Change", size(ofGroup(run, group.index, "diff"), { signed: true })],
      ["Churn", size(ofGroup(run, group.index, "churn"))],
    ]),
    largestLines(run, group.lines), pads, properties,
  ];
}

function heading(kind, text, title) {
  return el("header", {}, el("p", { class: "kind" }, kind), el("h2", { tabindex: "-1", title: title ? shown(title) : null }, el("bdi", {}, ...path(text))));
}

function figure(run, curve, hue, since) {
  if (run.count < 2) return null;
  return el("figure", { class: "curve" }, spark(run, curve, { hue, height: 64, since }), el("figcaption", {}, "live bytes, whole run"));
}

function pairs(rows) {
  return el("dl", { class: "pairs" }, ...rows.flatMap(([term, ...value]) => [el("dt", {}, term), el("dd", {}, ...value)]));
}

function ownerButton(owner) {
  return el("button", { type: "button", class: "link", on: { click: () => choose({ owner: owner.index }) } }, name(owner.name));
}

// The text of the largest line is there at once, the others are one step away.
function largestLines(run, lines) {
  const all = numbers(run);
  const alarm = (line) => Boolean(run.lines[line].finding?.is_alarm);
  const sorted = lines.filter((line) => all[line].total > 0).sort((a, b) => alarm(b) - alarm(a) || all[b].live - all[a].live).slice(0, 8);
  if (sorted.length === 0) return null;
  const first = run.lines[sorted[0]];
  return el("div", {}, el("h3", {}, sorted.length === 1 ? "Line" : "Largest lines"), statementOf(run, first) ?? "", el("ul", { class: "list" },
    ...sorted.map((line) => el("li", {}, el("span", {}, alarm(line) ? el("span", { class: "flag" }, "\u25b2") : "", lineButton(run.lines[line], run.lines[line].short)),
      size(all[line].live, { class: "amount" })))));
}
