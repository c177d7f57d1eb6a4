// A small curve of one line, pad or element.

/** A curve of at most `width` points, with a mark at `since`. */
function spark(run, curve, { hue = "rest", width = 260, height = 44, since = null, label = "Live bytes over time" } = {}) {
  const picture = svg("svg", { class: `spark hue-${hue}`, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none",
    role: "img", "aria-label": label });
  if (run.count < 2) return picture;
  const most = curve.reduce((best, value) => Math.max(best, value), 0) || 1;
  const values = state.axis === "seconds" ? run.seconds : run.strides;
  const [start, end] = [values[0], values[run.count - 1]];
  const x = (moment) => (((values[moment] - start) / (end - start || 1)) * width).toFixed(1);
  const y = (value) => (2 + (height - 4) * (1 - value / most)).toFixed(1);
  const points = Array.from(curve, (value, moment) => `${x(moment)},${y(value)}`).join("L");
  picture.append(svg("path", { class: "under", d: `M0,${height}L${points}L${width},${height}Z` }),
    svg("path", { class: "over", d: `M${points}` }));
  if (since !== null) {
    const at = x(nearest(run.strides, since));
    picture.append(svg("line", { class: "since", x1: at, x2: at, y1: 0, y2: height }));
  }
  return picture;
}
