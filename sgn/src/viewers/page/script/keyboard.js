// Keys, and the help that lists them.

const KEYS = [
  ["/", "search in the lines"],
  ["1 2 3 4", "live, peak, churn, change"],
  ["\u2190 \u2192", "move an end of the range, when it has the focus; with Shift, further"],
  ["[ ] and { }", "move the start of the range; the end of the range"],
  ["r", "the whole run"],
  ["a", "time or strides below the curve"],
  ["f", "the next finding"],
  ["g", "the graph"],
  ["d", "the chosen line"],
  ["t", "light or dark"],
  ["Escape", "close, or one step back"],
];

const WORDS = [
  ["Element, pad", "An element is a part of the pipeline; frames come in at its sink pads (snk) and leave at its source pads (src). What it allocates beside them is inl."],
  ["Stride", "One round of the pipeline, in which each element runs once."],
  ["Live", "Allocated and not yet freed."],
  ["Churn", "Allocated, whether it was freed or not: work for the allocator."],
  ["Leaks", "Nothing points to the memory any more."],
  ["Grows", "It is still held, and becomes more with the strides."],
];

function makeKeyboard(run) {
  const help = byId("help");
  const list = (rows, make) => el("dl", { class: "pairs" }, ...rows.flatMap(([term, text]) => [el("dt", {}, make(term)), el("dd", {}, text)]));
  help.replaceChildren(el("form", { method: "dialog" }, el("button", { class: "tool close", "aria-label": "Close" }, "\u2715")),
    el("h2", { id: "help-title" }, "Words"), list(WORDS, (term) => term), el("h2", {}, "Keys"), list(KEYS, (term) => el("kbd", {}, term)),
    el("p", { class: "hint" }, "In the bars, the graph and the table, arrow keys move and Enter chooses."));
  byId("help-button").addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => event.target === help && help.close());
  document.addEventListener("keydown", (event) => onKey(run, event));
}

function onKey(run, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (event.target.matches?.("input, textarea, select")) return;
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act(run);
}

const measureKey = (index) => () => change({ measure: MEASURES[index][0] });

const ACTS = {
  "/": () => byId("search").focus(),
  1: measureKey(0),
  2: measureKey(1),
  3: measureKey(2),
  4: measureKey(3),
  "[": (run) => moveRange(run, "from", -1),
  "]": (run) => moveRange(run, "from", 1),
  "{": (run) => moveRange(run, "to", -1),
  "}": (run) => moveRange(run, "to", 1),
  r: wholeRange,
  a: switchAxis,
  f: nextFinding,
  g: () => byId("graph").querySelector("[tabindex='0']")?.focus(),
  d: () => byId("detail").querySelector("h2")?.focus(),
  t: switchTheme,
  "?": () => byId("help").showModal(),
  Escape: () => (state.isChosen ? closeDetail() : change({ part: {} })),
};

function switchAxis() {
  change({ axis: state.axis === "seconds" ? "strides" : "seconds" });
}

function nextFinding(run) {
  const cards = [...document.querySelectorAll(".finding")];
  if (cards.length === 0) return;
  const next = cards[(cards.indexOf(document.activeElement) + 1) % cards.length];
  next.focus();
  const index = cards.indexOf(next);
  choose({ line: run.alarms[index].line });
}
