// The range on the curve: handles for keys, drags for pointers.

function handleOf(chart, key, label) {
  return el("div", {
    class: `handle ${key}`, role: "slider", tabindex: "0", "aria-label": label, "aria-orientation": "horizontal",
    "data-key": key, on: { keydown: (event) => moveByKey(chart, key, event) },
  });
}

function drawRange(chart) {
  const { run, values, inner } = chart;
  if (!inner) return;
  chart.shade.forEach((shade) => (shade.hidden = run.count < 2));
  const [from, to] = [state.from, state.to].map((moment) => chart.x(values[moment]) - inner.left);
  const put = (node, key, set) => node.style.setProperty(key, `${set}px`);
  put(chart.shade[0], "left", 0);
  put(chart.shade[0], "width", Math.max(0, from));
  put(chart.shade[1], "left", to);
  put(chart.shade[1], "width", Math.max(0, inner.width - to));
  [[chart.handles[0], from, state.from], [chart.handles[1], to, state.to]].forEach(([handle, at, moment]) => {
    put(handle, "left", at);
    const words = `${span(run.seconds[moment])}, stride ${exact(run.strides[moment])}`;
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(run.count - 1));
    handle.setAttribute("aria-valuenow", String(moment));
    handle.setAttribute("aria-valuetext", words);
    handle.title = `${words} (arrow keys move it)`;
    handle.hidden = run.count < 2;
  });
}

function moveByKey({ run }, key, event) {
  const far = Math.max(1, Math.round(run.count / 10));
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -far, PageUp: far,
    Home: -run.count, End: run.count };
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  moveRange(run, key, step * (event.shiftKey ? far : 1));
}

function moveRange(run, key, step) {
  if (run.count < 2) return;
  const limits = key === "from" ? [0, state.to - 1] : [state.from + 1, run.count - 1];
  change({ [key]: Math.min(Math.max(state[key] + step, limits[0]), limits[1]) });
}

function setRange(run, one, other) {
  let [from, to] = [Math.min(one, other), Math.max(one, other)];
  if (from === to) [from, to] = to < run.count - 1 ? [from, to + 1] : [Math.max(0, from - 1), to];
  change({ from, to });
}

function wholeRange(run) {
  change({ from: 0, to: Math.max(0, run.count - 1) });
}

function byPointer(chart) {
  const { run, field } = chart;
  let drag = null;
  const momentAt = (event) => {
    const box = field.getBoundingClientRect();
    const part = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const { values } = chart;
    return nearest(values, values[0] + part * (values[run.count - 1] - values[0]));
  };
  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const key = event.target.dataset.key;
    drag = { key, x: event.clientX, y: event.clientY, start: momentAt(event), isMoved: false };
    field.setPointerCapture(event.pointerId);
    if (key) event.target.focus();
  });
  field.addEventListener("pointermove", (event) => {
    const moment = momentAt(event);
    if (event.pointerType !== "touch" || drag) showTip(chart, moment);
    if (!drag) return;
    drag.isMoved ||= Math.abs(event.clientX - drag.x) > 4;
    if (!drag.isMoved || run.count < 2) return;
    if (drag.key) moveRange(run, drag.key, moment - state[drag.key]);
    else setRange(run, drag.start, moment);
  });
  field.addEventListener("pointerup", (event) => {
    if (drag && !drag.isMoved && !drag.key) chooseBand(chart, momentAt(event), event);
    drag = null;
  });
  field.addEventListener("pointercancel", () => (drag = null));
  field.addEventListener("pointerleave", () => showTip(chart, null));
  field.addEventListener("dblclick", () => wholeRange(run));
}

// The band under the pointer.
function chooseBand(chart, moment, event) {
  const top = event.clientY - chart.field.getBoundingClientRect().top + chart.inner.top;
  let sum = 0;
  for (const band of chart.bands.toReversed()) {
    sum += band.curve[moment];
    if (top >= chart.y(sum)) {
      if (top <= chart.y(sum - band.curve[moment])) chooseGroup(chart.run, largestOf(band, moment));
      return;
    }
  }
}

function showTip({ run, tip, cursor, bands, totals, values, x, inner }, moment) {
  const isOff = moment === null;
  tip.hidden = isOff;
  cursor.hidden = isOff;
  if (isOff) return;
  const at = x(values[moment]);
  cursor.style.setProperty("left", `${at - inner.left}px`);
  const largest = bands.filter((band) => band.curve[moment] > 0).slice(0, 10);
  tip.replaceChildren(
    el("p", {}, el("b", {}, span(run.seconds[moment])), ` stride ${exact(run.strides[moment])}`),
    ...largest.map((band) => el("p", { class: `hue-${band.hue}` }, el("span", { class: "swatch" }), name(band.title),
      el("span", { class: "amount" }, bytes(band.curve[moment])))),
    el("p", { class: "sum" }, el("span", {}, "In use"), el("span", { class: "amount" }, bytes(totals[moment]))),
  );
  const isRight = at > inner.left + inner.width / 2;
  tip.style.setProperty("left", isRight ? "auto" : `${at + 14}px`);
  tip.style.setProperty("right", isRight ? `${tip.parentNode.clientWidth - at + 14}px` : "auto");
}
