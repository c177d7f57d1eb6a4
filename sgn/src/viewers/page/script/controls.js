// The measure and the range that the views show.

function makeControls(run) {
  const radios = MEASURES.map(([key, title, meaning], index) => el("label", { title: `${meaning} (${index + 1})` },
    el("input", { type: "radio", name: "measure", value: key, on: { change: () => change({ measure: key }) } }), el("span", {}, title)));
  byId("measures").replaceChildren(...radios);
  byId("whole").addEventListener("click", () => wholeRange(run));
  const axis = el("button", { type: "button", class: "tool axis-button", title: "Time or strides below the curve (a)", on: { click: switchAxis } });
  if (run.count > 1) byId("time").querySelector("header").append(axis);
  if (run.count < 2) byId("time").querySelector(".hint").hidden = true;
  const draw = () => {
    for (const radio of byId("measures").querySelectorAll("input")) radio.checked = radio.value === state.measure;
    byId("range").replaceChildren(rangeWords(run));
    byId("whole").hidden = run.count < 2 || (state.from === 0 && state.to === run.count - 1);
    axis.textContent = state.axis === "seconds" ? "By time" : "By stride";
  };
  follow(["measure", "from", "to", "axis"], draw);
  draw();
}
