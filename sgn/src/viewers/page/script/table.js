// All lines, to search and to sort.

const COLUMNS = [
  ["place", "Line", (run, line) => line.place ?? "\uffff"],
  ["live", "Live", (run, line, now) => now.live],
  ["blocks", "Blocks", (run, line, now) => now.blocks],
  ["diff", "Change", (run, line, now) => now.diff],
  ["churn", "Churn", (run, line, now) => now.churn],
];

const COLUMN_TITLES = {
  place: "File and line, with the text of the statement",
  live: "Bytes in use at the end of the range",
  blocks: "Blocks in use at the end of the range",
  diff: "Live bytes at the end of the range, less those at its start",
  churn: "Bytes allocated within the range, freed or not",
};

function makeTable(run) {
  const search = byId("search");
  search.addEventListener("input", () => change({ query: search.value, shown: 25 }));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value !== "") {
      search.value = "";
      change({ query: "" });
      event.stopPropagation();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      byId("table").querySelector("tbody [tabindex='0']")?.focus();
    }
  });
  const heads = COLUMNS.map(([key, title]) => el("th", { scope: "col", "data-key": key },
    el("button", { type: "button", class: "sorter", title: COLUMN_TITLES[key], on: { click: () => sortBy(key) } },
      title, el("span", { class: "arrow", "aria-hidden": "true" }))));
  const body = el("tbody", { on: { keydown: (event) => tableKey(event) } });
  byId("table").replaceChildren(
    el("table", {}, el("caption", { class: "hidden" }, "Lines with their numbers"), el("thead", {}, el("tr", {}, ...heads)), body),
    el("p", { class: "further" }));
  follow(["from", "to", "query", "sort", "shown", "measure", "choice"], () => drawTable(run));
  drawTable(run);
}

function sorting() {
  const key = { live: "live", peak: "live", churn: "churn", diff: "diff" }[state.measure];
  return state.sort ?? { key, isDown: true };
}

function sortBy(key) {
  const now = sorting();
  change({ sort: { key, isDown: now.key === key ? !now.isDown : key !== "place" } });
}

function rowsOf(run) {
  const terms = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  const all = numbers(run);
  const found = run.lines.filter((line) => all[line.index].total > 0 && terms.every((term) => line.words.includes(term)));
  const { key, isDown } = sorting();
  const value = COLUMNS.find(([column]) => column === key)[2];
  const keyed = found.map((line) => [value(run, line, all[line.index]), line]);
  const compare = ([a], [b]) => (typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b);
  keyed.sort((a, b) => (isDown ? compare(b, a) : compare(a, b)) || a[1].index - b[1].index);
  return keyed.map(([, line]) => line);
}

function drawTable(run) {
  const table = byId("table");
  const { key, isDown } = sorting();
  for (const head of table.querySelectorAll("thead th")) {
    const isKey = head.dataset.key === key;
    head.setAttribute("aria-sort", isKey ? (isDown ? "descending" : "ascending") : "none");
    head.querySelector(".arrow").textContent = isKey ? (isDown ? "\u2193" : "\u2191") : "";
  }
  const rows = rowsOf(run);
  const drawn = rows.slice(0, state.shown);
  const body = table.querySelector("tbody");
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.line : null;
  const most = rows.reduce((best, line) => Math.max(best, barNumber(run, line, key)), 0);
  body.replaceChildren(...drawn.map((line) => rowOf(run, line, key, most)));
  const buttons = [...body.querySelectorAll("[data-line]")];
  const at = Math.max(0, buttons.findIndex((button) => button.dataset.line === focused));
  rove(buttons, at);
  if (focused !== null) buttons[at]?.focus({ preventScroll: true });
  const used = run.lines.filter((line) => numbers(run)[line.index].total > 0).length;
  byId("lines-hint").textContent = state.query.trim() === "" ? plural(used, "line") : `${exact(rows.length)} of ${plural(used, "line")}`;
  const further = table.querySelector(".further");
  further.replaceChildren();
  if (rows.length > drawn.length) {
    const act = () => change({ shown: state.shown + 200 });
    further.append(el("button", { type: "button", class: "tool", on: { click: act } },
      `Show more: ${exact(rows.length - drawn.length)} lines are left`));
  } else if (rows.length === 0) {
    further.append(used === 0 ? "No line has allocated anything." : "No line has all of these words.");
  }
}

function barNumber(run, line, key) {
  return Math.abs(numbers(run)[line.index][key] ?? 0);
}

function rowOf(run, line, key, most) {
  const now = numbers(run)[line.index];
  const group = run.groups[line.group];
  const isNow = isChosen("line", line.index);
  const flag = line.finding?.is_alarm ? el("span", { class: "flag", title: oneLine(line.finding.verdict) }, "\u25b2") : "";
  const button = lineButton(line, line.short, { class: "link strong", "data-line": line.index });
  const cell = (column, title, ...children) => el("td", { class: "amount", "data-label": COLUMNS.find(([name]) => name === column)[1], title }, ...children);
  const bar = (column) => (column === key && most > 0
    ? el("span", { class: "under", "aria-hidden": "true", css: { width: `${(100 * barNumber(run, line, key)) / most}%` } }) : "");
  return el("tr", { class: `hue-${group.hue}`, "aria-selected": String(isNow), on: { click: () => choose({ line: line.index }) } },
    el("th", { scope: "row" },
      el("span", { class: "first" }, el("span", { class: "swatch", "aria-hidden": "true" }), flag, button, el("span", { class: "owner" }, name(run.owners[line.owner].name))),
      line.text ? el("code", { class: "snippet" }, el("bdi", {}, oneLine(line.text).slice(0, 400))) : ""),
    cell("live", `${exact(now.live)} B`, bar("live"), el("span", {}, bytes(now.live))),
    cell("blocks", null, bar("blocks"), el("span", {}, exact(Math.round(now.blocks)))),
    cell("diff", `${exact(now.diff)} B`, bar("diff"), el("span", { class: now.diff > 0 ? "more" : "" }, now.diff === 0 ? "0 B" : signed(now.diff))),
    cell("churn", `${exact(now.churn)} B`, bar("churn"), el("span", {}, bytes(now.churn))));
}

function tableKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...byId("table").querySelectorAll("[data-line]")];
  const at = buttons.indexOf(document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  const goal = buttons[at + step];
  if (goal) {
    rove(buttons, at + step);
    goal.focus();
  } else if (step < 0) byId("search").focus();
}
