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
  makeGraph(run);
  makeTable(run);
  makeDetail(run);
  makeKeyboard(run);
  document.documentElement.dataset.drawn = "yes";
}

main();
