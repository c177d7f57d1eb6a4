// Draws the page.

function main() {
  const run = readRun(JSON.parse(byId("run").textContent));
  state = makeState(run);
  makeTheme();
  drawAbout(run);
  drawVerdict(run);
  drawNotices(run);
  drawTiles(run);
  makeChart(run);
  makeControls(run);
  makeIcicle(run);
  drawFindings(run);
  follow(["axis"], () => drawFindings(run));
  drawHolders(run);
  makeGraph(run);
  makeTable(run);
  makeDetail(run);
  makeKeyboard(run);
  document.documentElement.dataset.drawn = "yes";
}

try {
  main();
} catch (error) {
  // a browser that is too old, or a mistake of ours: the reader is told, and the rest stays as far as it is drawn
  byId("notices").prepend(el("p", { class: "notice bad" }, el("b", {}, "This page could not be drawn: "), String(error)));
  throw error;
}
