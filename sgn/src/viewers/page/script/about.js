// The run itself: what ran, where, and what happened.

function drawAbout(run) {
  const { program } = run;
  const started = new Date(program.started);
  const date = Number.isNaN(started.getTime()) ? "" : started.toISOString().replace("T", " ").slice(0, 19) + " UTC";
  const file = program.name.split(/[/\\]/).at(-1) || program.name;
  document.title = `${shown(file)}: memory`;
  byId("program").replaceChildren(el("b", { title: shown(program.name) }, el("bdi", {}, oneLine(file))),
    el("span", {}, date && ` ${date}`), el("span", {}, " on ", name(program.host)));
  const rows = [
    ["Program", el("bdi", { class: "code" }, oneLine(program.name))],
    ["Arguments", program.arguments.length ? el("bdi", { class: "code" }, program.arguments.map(oneLine).join(" ")) : "none"],
    ["Process", `${program.process} on `, name(program.host)],
    ["Started", date],
    ["Reports", "every ", name(program.cadence), ", by sgn ", name(program.sgn)],
    ["Numbers", program.sampled === null ? "each block was counted" : `estimates: one byte in ${bytes(program.sampled)} sampled`],
  ];
  const events = run.events.slice(0, 500).map((event) => el("tr", { class: event.kind === "error" ? "bad" : "" },
    el("td", { class: "amount" }, span(event.seconds)), el("td", { class: "amount" }, exact(event.stride)),
    el("td", {}, name(event.kind)), el("td", { class: "text" }, el("bdi", {}, oneLine(event.text)))));
  const left = run.events.length - events.length;
  byId("about").replaceChildren(pairs(rows), events.length === 0 ? "" : el("div", { class: "events" }, el("table", {},
    el("caption", { class: "hidden" }, "Events"),
    el("thead", {}, el("tr", {}, ...["Time", "Stride", "Event", ""].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...events)), left > 0 ? el("p", { class: "hint" }, `and ${exact(left)} more`) : ""));
}
