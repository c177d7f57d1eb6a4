// Runs that nobody recorded, in the schema of `sgn export --format json`.

const BAD = [
  '</script><script>window.acted = 1</script>',
  '<img src=x onerror="window.acted = 1">',
  '<svg onload=window.acted=1>',
  '"\'`;<!--<script>',
  'javascript:window.acted=1',
  '\u001b[31mred\u001b[0m\u009b2J',
  'a\u202egnp.exe\u2066',
  'one\ntwo\u2028three\u2029four\r\n\tfive',
  'x'.repeat(500),
  '\u200b\u200b',
  '',
  '&lt;b&gt;&amp;&#60;',
  '\u{1d54c} \u{1f980} \u0639\u0631\u0628\u064a \u6f22\u5b57 e\u0301',
  '__proto__',
  'constructor',
  'toString',
  '\u0000\u0007',
  '{{run}}',
  '${1+1}',
];

function empty() {
  return {
    format: 'sgn-run',
    version: 1,
    program: {
      name: 'target/release/made', arguments: [], host: 'host', process: 1, started: 1700000000000, sgn: '0.1.0',
      cadence: '1s', sampled: null,
    },
    cut: null, elements: [], links: [], owners: [], lines: [], moments: [], findings: [], events: [],
  };
}

/** A line that comes and goes, by a sine. */
function wave(size, at) {
  const live = Math.round(size * (1 + 0.2 * Math.sin(at / 7 + size)));
  return [live, Math.ceil(live / 64), live + size * at, Math.ceil(live / 64) + at];
}

function moments(run, count, numbers) {
  run.moments = Array.from({ length: count }, (_, at) => ({
    seconds: at + 0.5,
    stride: 100 * at + 1,
    samples: null,
    changed: run.lines.flatMap((_, line) => [line, ...numbers(line, at)]),
  }));
  return run;
}

/** Each text of the run tries to act. */
function hostile() {
  const run = empty();
  const text = (at) => BAD[at % BAD.length];
  Object.assign(run.program, { name: BAD[0], arguments: BAD, host: BAD[1], cadence: BAD[2], sgn: BAD[5] });
  run.cut = BAD[0];
  BAD.forEach((bad, at) => {
    run.elements.push({
      name: bad, role: text(at + 1), type: text(at + 2), properties: BAD.map((name) => [name, bad]),
      pads: [`${bad}:snk:${bad}`, `${bad}:src:${bad}`],
    });
    run.owners.push({ name: `${bad}:src:${bad}`, element: at, peak_bytes: 10 ** 6, peak_is_exact: false },
      { name: bad, element: null, peak_bytes: 10, peak_is_exact: true });
    run.lines.push({ owner: 2 * at, file: bad, line: at, text: bad, function: bad },
      { owner: 2 * at + 1, file: null, line: 0, text: '', function: '' });
    run.findings.push({
      line: 2 * at, verdict: at < 3 ? 'leaks' : bad, is_alarm: at < 6, bytes_per_stride: 9 - at / 4, slope_error: 1,
      blocks_per_stride: 0.1, bytes_per_second: 100, since_stride: 3, fifths: [1, 2, 3, 4, 5], unreachable_bytes: 5,
      unreachable_blocks: 1, holders: BAD.map((holder) => ({ holder, bytes: 10, blocks: 1 })),
    });
    run.events.push({ seconds: at, stride: at, kind: at % 2 ? 'error' : bad, text: bad });
  });
  run.links = BAD.slice(1).map((bad, at) => [`${BAD[at]}:src:${BAD[at]}`, `${bad}:snk:${bad}`, bad]);
  return moments(run, 20, (line, at) => wave(1000 + 37 * line, at));
}

/** A pipeline of many elements, with lines that all change at each moment. */
function large(elements = 100, lines = 10, count = 300) {
  const run = empty();
  for (let at = 0; at < elements; at += 1) {
    const name = `stage_${at}`;
    const role = at < 10 ? 'source' : at >= elements - 10 ? 'sink' : 'transform';
    const pads = [role === 'source' ? null : `${name}:snk:in`, role === 'sink' ? null : `${name}:src:out`];
    run.elements.push({ name, role, type: 'Stage', properties: [], pads: pads.filter(Boolean) });
    run.owners.push({ name: run.elements[at].pads.at(-1), element: at, peak_bytes: 10 ** 6, peak_is_exact: true });
    for (let line = 0; line < lines; line += 1) {
      run.lines.push({
        owner: at, file: `src/stages/${name}.rs`, line: 10 + 3 * line, text: `let buffer = vec![0; ${line}];`,
        function: 'step',
      });
    }
    if (at >= 10) run.links.push([`stage_${at - 10}:src:out`, `${name}:snk:in`, 'Vec<u8>']);
  }
  return moments(run, count, (line, at) => wave(100 + ((line * 7919) % 50000), at));
}

/** A single moment, of one line. */
function single() {
  const run = empty();
  run.owners.push({ name: '(runtime)', element: null, peak_bytes: 70, peak_is_exact: true });
  run.lines.push({ owner: 0, file: null, line: 0, text: '', function: '' });
  return moments(run, 1, () => [64, 1, 64, 1]);
}

/** Links in a circle, and to pads that are nowhere; sampled, cut, and ended by an error. */
function odd() {
  const run = large(12, 2, 5);
  run.links = [['stage_1:src:out', 'stage_10:snk:in', null], ['stage_10:src:out', 'stage_11:snk:in', null],
    ['stage_11:src:out', 'stage_10:snk:in', null], ['nowhere', 'stage_11:snk:in', null]];
  run.elements[11].pads.push('stage_11:src:out');
  run.program.sampled = 524288;
  run.moments.forEach((moment) => (moment.samples = 12));
  run.cut = 'record 6 ends early';
  run.events.push({ seconds: 3, stride: 201, kind: 'error', text: 'the disk is full' });
  return run;
}

export const made = { empty, hostile, large, single, odd };
