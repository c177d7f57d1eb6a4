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
    axis: "seconds",
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

/** The line with the most live bytes at the end. */
function largestLine(run) {
  let [largest, most] = [null, 0];
  for (const { index } of run.lines) {
    const live = valueAt(run, index, run.count - 1, LIVE);
    if (live > most) [largest, most] = [index, live];
  }
  return largest;
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
