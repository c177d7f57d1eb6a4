// Axes: where their marks are.

/** A step of a power of two that gives at most `most` marks up to `end`. */
function byteMarks(end, most) {
  let step = 1;
  while (end / step > most) step *= 2;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

function timeMarks(start, end, most) {
  const length = end - start;
  return marksBy(start, end, STEPS.find((step) => length / step <= most && length >= 5) ?? decimalStep(length, most));
}

function strideMarks(start, end, most) {
  return marksBy(start, end, Math.max(1, decimalStep(end - start, most)));
}

function decimalStep(length, most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(length / most, 1e-12)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => length / step <= most) ?? 10 * power;
}

function marksBy(start, end, step) {
  const marks = [];
  const last = Math.floor(end / step + 1e-9);
  for (let index = Math.ceil(start / step - 1e-9); index <= last && marks.length < 100; index += 1) {
    marks.push(index * step);
  }
  return marks;
}

/** The moment whose place on the axis is nearest. */
function nearest(values, wanted) {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - values[low - 1] <= values[low] - wanted ? low - 1 : low;
}
