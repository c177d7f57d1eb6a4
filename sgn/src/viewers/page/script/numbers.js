// The numbers of lines, pads and elements in the chosen range.

let kept = { key: null };

/** All lines with their numbers in the range, by their index. */
function numbers(run) {
  const key = `${state.from} ${state.to}`;
  if (kept.key === key) return kept.lines;
  // a run with one moment has no range: what is at its start is nothing
  const before = run.count > 1 ? state.from : -1;
  const lines = run.lines.map((line) => {
    const now = (field) => valueAt(run, line.index, state.to, field);
    const then = (field) => valueAt(run, line.index, before, field);
    const [live, total] = [now(LIVE), now(TOTAL)];
    return {
      live,
      blocks: now(BLOCKS),
      churn: total - then(TOTAL),
      diff: live - then(LIVE),
      total,
    };
  });
  kept = { key, lines };
  return lines;
}

/** The number of an owner, which alone has a peak. */
function ofOwner(run, owner, measure) {
  if (measure === "peak") return run.owners[owner].peak_bytes;
  return ofLines(run, run.owners[owner].lines, measure);
}

function ofGroup(run, group, measure) {
  const { owners, lines } = run.groups[group];
  if (measure === "peak") return owners.reduce((sum, owner) => sum + ofOwner(run, owner, measure), 0);
  return ofLines(run, lines, measure);
}

function ofLines(run, lines, measure) {
  const all = numbers(run);
  return lines.reduce((sum, line) => sum + all[line][measure], 0);
}

/** The sum over all lines at a moment. */
function totalAt(run, moment) {
  return run.groups.reduce((sum, group) => sum + (group.curve[moment] ?? 0), 0);
}

function measured(number, measure = state.measure) {
  return measure === "diff" ? signed(number) : bytes(number);
}

/** The range in words. */
function rangeWords(run) {
  if (run.count === 0) return "nothing was recorded";
  const point = (moment) => `${span(run.seconds[moment])}`;
  if (run.count === 1 || state.from === state.to) {
    return `at ${point(state.to)}, stride ${exact(run.strides[state.to])}`;
  }
  const strides = `strides ${exact(run.strides[state.from])} to ${exact(run.strides[state.to])}`;
  return `${point(state.from)} to ${point(state.to)}, ${strides}`;
}
