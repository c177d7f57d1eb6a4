// What the reader has chosen, and the views that follow it.

const MEASURES = [
  ["live", "Live", "bytes in use at the end of the range"],
  ["peak", "Peak", "the most bytes of each pad that were in use at once, in the whole run"],
  ["churn", "Churn", "bytes allocated within the range, freed or not"],
  ["diff", "Change", "live bytes at the end of the range, less those at its start"],
];

function makeState(run) {
  const first = run.alarms[0]?.line ?? largestLine(run);
  return {
    from: 0,
    to: Math.max(0, run.count - 1),
    measure: "live",
    axis: isShort(run) ? "strides" : "seconds",
    // the part of the icicle that is shown: `{group, owner}`
    part: {},
    // what the detail shows: `{line}`, `{owner}` or `{group}`
    choice: first === null ? null : { line: first },
    isChosen: false,
    query: "",
    sort: null,
    shown: 25,
  };
}

/** Returns true for a run of seconds: what its machine did meanwhile bends its curves, and nobody plans by its pace. */
function isShort(run) {
  return run.count > 0 && run.seconds[run.count - 1] < 10;
}

/** The line with the most live bytes at the end, of those that are known. */
function largestLine(run) {
  const live = (line) => valueAt(run, line.index, run.count - 1, LIVE);
  const used = run.lines.filter((line) => live(line) > 0);
  const known = used.filter((line) => line.file !== null);
  const largest = (known.length > 0 ? known : used).reduce((best, line) => (best && live(best) >= live(line) ? best : line), null);
  return largest?.index ?? null;
}

let state;
const followers = [];
let waiting = null;

/** Calls `draw` when one of the keys changes. */
function follow(keys, draw) {
  followers.push({ keys, draw });
}

/** Changes the state. The views follow before the next picture. */
function change(patch) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  Object.assign(state, patch);
  if (changed.length === 0) return;
  if (waiting === null) {
    waiting = new Set();
    requestAnimationFrame(flush);
  }
  changed.forEach((key) => waiting.add(key));
}

function flush() {
  const changed = waiting;
  waiting = null;
  for (const { keys, draw } of followers) if (keys.some((key) => changed.has(key))) draw(changed);
}

function choose(choice) {
  change({ choice, isChosen: true });
}

function isChosen(kind, index) {
  return state.choice?.[kind] === index;
}
