// The pipeline: elements as boxes, coloured and labelled by their bytes.

const BOX = { width: 142, height: 58, gap: 36, between: 18 };

function makeGraph(run) {
  const node = byId("graph");
  if (run.elements.length === 0) {
    node.replaceChildren(el("p", { class: "nothing" }, "The file names no elements."));
    return;
  }
  const of = new Map(run.elements.flatMap((element, index) => element.pads.map((pad) => [pad, index])));
  const links = run.links.filter(([source, sink]) => of.has(source) && of.has(sink));
  const edges = links.map(([source, sink]) => [of.get(source), of.get(sink)]);
  const graph = { run, node, links, edges, ...layered(run.elements.length, edges) };
  new ResizeObserver(() => drawGraph(graph)).observe(node);
  node.addEventListener("keydown", (event) => graphKey(graph, event));
  follow(["from", "to", "measure", "choice"], () => drawGraph(graph));
  drawGraph(graph);
}

function drawGraph(graph) {
  const { run, node, places } = graph;
  // on a narrow screen data flows down
  const isDown = node.clientWidth < 560;
  const [along, across] = isDown ? [BOX.height + BOX.gap * 0.7, BOX.width + BOX.between] : [BOX.width + BOX.gap, BOX.height + BOX.between];
  const point = ({ layer, across: at }) => {
    const [a, b] = [layer * along + (isDown ? BOX.height : BOX.width) / 2 + 4, at * across];
    return isDown ? { x: b, y: a } : { x: a, y: b };
  };
  const spots = places.map(point);
  const width = Math.max(...spots.map(({ x }) => x)) + BOX.width / 2 + 6;
  const height = Math.max(...spots.map(({ y }) => y)) + BOX.height / 2 + 6;
  const bytesOf = run.elements.map((_, index) => ofGroup(run, index, state.measure));
  const most = Math.max(1, ...bytesOf.map(Math.abs));
  const scale = Math.max(0.72, Math.min(1, (node.clientWidth - 4) / width));
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.element : null;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width: width * scale, height: height * scale, role: "group",
    "aria-label": "Elements of the pipeline, sources first" },
    ...graph.edges.map((_, index) => linkOf(graph, index, spots, point, isDown)),
    ...run.elements.map((_, index) => boxOf(run, index, spots[index], bytesOf[index], most)));
  const [left, top] = [node.scrollLeft, node.scrollTop];
  node.replaceChildren(picture);
  node.scrollTo(left, top);
  const boxes = [...picture.querySelectorAll("[data-element]")];
  rove(boxes, focused === null ? 0 : Number(focused));
  if (focused !== null) boxes[Number(focused)]?.focus({ preventScroll: true });
  byId("pipeline-hint").textContent = `${plural(run.elements.length, "element")}; colour and label are ${
    { live: "live bytes", peak: "peaks of the pads, added", churn: "bytes allocated in the range", diff: "the change in the range" }[state.measure]}.`;
}

function linkOf({ run, links, edges, bends }, index, spots, point, isDown) {
  const [source, sink] = edges[index];
  const half = (isDown ? BOX.height : BOX.width) / 2;
  const ends = [spots[source], spots[sink]].map(({ x, y }, at) => {
    const shift = at === 0 ? half : -half - 5;
    return isDown ? { x, y: y + shift } : { x: x + shift, y };
  });
  const stops = [ends[0], ...bends[index].map(point), ends[1]];
  const curve = stops.slice(1).map((stop, at) => {
    const from = stops[at];
    const bend = isDown ? (stop.y - from.y) / 2 : (stop.x - from.x) / 2;
    return isDown ? `C${from.x},${from.y + bend} ${stop.x},${stop.y - bend} ${stop.x},${stop.y}`
      : `C${from.x + bend},${from.y} ${stop.x - bend},${stop.y} ${stop.x},${stop.y}`;
  }).join("");
  const tip = ends[1];
  const arrow = isDown ? `M${tip.x - 4},${tip.y - 2}L${tip.x},${tip.y + 5}L${tip.x + 4},${tip.y - 2}Z`
    : `M${tip.x - 2},${tip.y - 4}L${tip.x + 5},${tip.y}L${tip.x - 2},${tip.y + 4}Z`;
  const now = chosenGroup(run);
  const isNear = state.isChosen && (now === source || now === sink);
  const [from, to, payload] = links[index];
  return svg("g", { class: `link ${isNear ? "near" : ""}` },
    svg("title", {}, `${oneLine(from)} \u2192 ${oneLine(to)}${payload ? `\n${oneLine(payload)}` : ""}`),
    svg("path", { class: "wide", d: `M${stops[0].x},${stops[0].y}${curve}` }),
    svg("path", { class: "thin", d: `M${stops[0].x},${stops[0].y}${curve}` }), svg("path", { class: "tip-of-link", d: arrow }));
}

function boxOf(run, index, { x, y }, number, most) {
  const element = run.elements[index];
  const group = run.groups[index];
  const [left, top] = [x - BOX.width / 2, y - BOX.height / 2];
  const heat = Math.round((100 * Math.abs(number)) / most);
  const role = oneLine(element.role);
  const isNow = chosenGroup(run) === index && state.isChosen;
  const words = `${oneLine(element.name)}, ${role}: ${measured(number)}${group.isAlarmed ? ", grows or leaks" : ""}`;
  return svg("g", { class: `box ${isNow ? "now" : ""} ${group.isAlarmed ? "bad" : ""} ${number < 0 ? "less" : ""}`, role: "button",
    "data-element": index, "aria-label": words, "aria-pressed": String(isNow), on: { click: () => openElement(run, index) } },
  svg("title", {}, `${shown(element.name)} (${oneLine(element.type)})\n${exact(number)} B`),
  svg("rect", { class: "back", x: left, y: top, width: BOX.width, height: BOX.height, rx: 8 }),
  svg("rect", { class: "heat", x: left, y: top, width: BOX.width, height: BOX.height, rx: 8, css: { "--heat": `${heat}%` } }),
  svg("rect", { class: "fill", x: left + 10, y: top + BOX.height - 9, width: ((BOX.width - 20) * heat) / 100, height: 3, rx: 1.5 }),
  svg("rect", { class: "ring", x: left, y: top, width: BOX.width, height: BOX.height, rx: 8 }),
  svg("text", { class: "title", x: left + 10, y: top + 20 }, fit((group.isAlarmed ? "\u25b2 " : "") + oneLine(element.name), 16)),
  svg("text", { class: "bytes", x: left + 10, y: top + 39 }, measured(number)),
  // where a transform stands is plain from its links
  svg("text", { class: "role", x: left + BOX.width - 10, y: top + 39, "text-anchor": "end" }, role === "transform" ? "" : fit(role, 6)));
}

/** A text of at most `most` letters, which keeps its end. */
function fit(text, most) {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.ceil(most / 2);
  return `${letters.slice(0, head).join("")}\u2026${letters.slice(letters.length - (most - head - 1)).join("")}`;
}

function openElement(run, index) {
  change({ part: { group: index } });
  chooseGroup(run, run.groups[index]);
}

function graphKey({ node, places, edges }, event) {
  const boxes = [...node.querySelectorAll("[data-element]")];
  const at = boxes.indexOf(event.target);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    return;
  }
  const isDown = node.clientWidth < 560;
  const keys = isDown ? ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"] : ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
  const way = keys.indexOf(event.key);
  if (way < 0) return;
  event.preventDefault();
  const here = places[at];
  const linked = edges.filter((edge) => edge[1 - way] === at).map((edge) => edge[way]);
  const beside = places.map((_, index) => index).filter((index) => places[index].layer === here.layer
    && (way === 2 ? places[index].across < here.across : places[index].across > here.across));
  const goals = way < 2 ? linked : beside;
  const distance = (index) => Math.abs(places[index].across - here.across);
  const goal = goals.sort((a, b) => distance(a) - distance(b))[0];
  if (goal === undefined) return;
  rove(boxes, goal);
  boxes[goal].focus();
}
