// The run: its names, and its numbers at each moment.

const [LIVE, BLOCKS, TOTAL] = [0, 1, 2];

/** Reads the run that stands in the page. */
function readRun(json) {
  const run = {
    ...json,
    seconds: Float64Array.from(json.moments, (moment) => moment.seconds),
    strides: Float64Array.from(json.moments, (moment) => moment.stride),
    count: json.moments.length,
    series: seriesOf(json),
  };
  run.groups = groupsOf(run);
  run.lines.forEach((line, index) => Object.assign(line, namesOf(run, line, index)));
  run.alarms = run.findings.filter((finding) => finding.is_alarm);
  run.findings.forEach((finding) => {
    run.lines[finding.line].finding ??= finding;
    if (finding.is_alarm) run.groups[run.lines[finding.line].group].isAlarmed = true;
  });
  colour(run);
  return run;
}

// The changes of each line, one behind the other: for line `i` those from `starts[i]` to `starts[i + 1]`.
function seriesOf({ lines, moments }) {
  const starts = new Uint32Array(lines.length + 1);
  for (const { changed } of moments) for (let i = 0; i < changed.length; i += 5) starts[changed[i] + 1] += 1;
  for (let i = 0; i < lines.length; i += 1) starts[i + 1] += starts[i];
  const next = starts.slice();
  const at = new Uint32Array(starts[lines.length]);
  const values = [LIVE, BLOCKS, TOTAL].map(() => new Float64Array(at.length));
  moments.forEach(({ changed }, moment) => {
    for (let i = 0; i < changed.length; i += 5) {
      const slot = next[changed[i]]++;
      at[slot] = moment;
      values.forEach((field, number) => (field[slot] = changed[i + 1 + number]));
    }
  });
  return { starts, at, values };
}

/** The number of a line at a moment. Before its first change, and before the first moment, it is zero. */
function valueAt(run, line, moment, field) {
  const { starts, at, values } = run.series;
  let [low, high] = [starts[line], starts[line + 1]];
  const first = low;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] <= moment) low = middle + 1;
    else high = middle;
  }
  return low === first ? 0 : values[field][low - 1];
}

/** The number of a line at every moment. */
function curveOf(run, line, field) {
  const { starts, at, values } = run.series;
  const curve = new Float64Array(run.count);
  for (let slot = starts[line]; slot < starts[line + 1]; slot += 1) {
    const end = slot + 1 < starts[line + 1] ? at[slot + 1] : run.count;
    curve.fill(values[field][slot], at[slot], end);
  }
  return curve;
}

/** The sum over lines at every moment. */
function sumOf(run, lines) {
  const sum = new Float64Array(run.count);
  for (const line of lines) curveOf(run, line, LIVE).forEach((value, moment) => (sum[moment] += value));
  return sum;
}

// An element with its pads, or an owner that is none, such as `(runtime)`.
function groupsOf(run) {
  const groups = run.elements.map((element, index) => ({
    element, title: element.name, owners: [], lines: [], isAlarmed: false, index,
  }));
  const others = new Map();
  run.owners.forEach((owner, index) => {
    const parts = splitOwner(run, owner);
    if (owner.element === null && !others.has(parts.element)) {
      others.set(parts.element, groups.length);
      groups.push({
        element: null, title: parts.element, owners: [], lines: [], isAlarmed: false, index: groups.length,
      });
    }
    owner.group = owner.element ?? others.get(parts.element);
    owner.pad = parts.pad;
    owner.lines = [];
    owner.index = index;
    groups[owner.group].owners.push(index);
  });
  run.lines.forEach((line, index) => {
    run.owners[line.owner].lines.push(index);
    groups[run.owners[line.owner].group].lines.push(index);
  });
  for (const group of groups) group.curve = sumOf(run, group.lines);
  return groups;
}

function splitOwner(run, owner) {
  const element = owner.element === null ? null : run.elements[owner.element].name;
  if (element !== null && owner.name.startsWith(`${element}:`)) {
    return { element, pad: owner.name.slice(element.length + 1) };
  }
  const last = owner.name.lastIndexOf(":");
  const before = last > 0 ? owner.name.lastIndexOf(":", last - 1) : -1;
  if (before < 0) return { element: element ?? owner.name, pad: "" };
  return { element: element ?? owner.name.slice(0, before), pad: owner.name.slice(before + 1) };
}

function namesOf(run, line, index) {
  const owner = run.owners[line.owner];
  const group = run.groups[owner.group];
  const place = line.file === null ? null : `${line.file}:${line.line}`;
  // the whole path is in titles, and where the line is chosen
  const short = place?.split(/[/\\]/).slice(-2).join("/") ?? "outside of marked lines";
  const words = [place ?? short, line.text, line.function, owner.name, group.title];
  return { index, group: owner.group, place, short, words: words.join("\n").toLowerCase(), finding: null };
}

// Warm colours are for elements that leak or grow, cool ones for the largest of the others, grey for the rest.
function colour(run) {
  const largest = (group) => group.curve.reduce((most, value) => Math.max(most, value), 0);
  const ranked = run.groups.map((group) => ({ group, most: largest(group) }));
  ranked.sort((a, b) => b.group.isAlarmed - a.group.isAlarmed || b.most - a.most);
  const left = { warm: ["w0", "w1", "w2"], cool: ["c0", "c1", "c2", "c3", "c4", "c5"] };
  for (const { group, most } of ranked) {
    const kind = group.isAlarmed ? "warm" : "cool";
    group.hue = (most > 0 && left[kind].shift()) || "rest";
  }
  run.ranked = ranked.map(({ group }) => group);
}
