// Numbers as people read them, and as they are.

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** A number of bytes in the largest unit that leaves at least one: `102.4 B`, `12.3 KiB`. */
function bytes(number) {
  let [value, unit] = [Math.abs(number), 0];
  // what would be rounded up to 1024.0 takes the next unit
  while (value >= 1023.95 && unit < SIZES.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit === 0 && Number.isInteger(value) ? 0 : 1;
  return (number < 0 ? "\u2212" : "") + `${value.toFixed(digits)} ${SIZES[unit]}`;
}

/** The same in three digits, where there is little room. */
function brief(number) {
  return bytes(number).replace(/^(\u2212?\d{3,})\.\d /, "$1 ").replace(".0 ", " ");
}

function signed(number, write = bytes) {
  return number > 0 ? `+${write(number)}` : write(number);
}

/** All digits of a number: `12 345 678`. */
function exact(number) {
  const whole = Number.isInteger(number) ? String(Math.abs(number)) : Math.abs(number).toFixed(2);
  return (number < 0 ? "\u2212" : "") + whole.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

function plural(number, one, many = `${one}s`) {
  return `${exact(number)} ${number === 1 ? one : many}`;
}

/** A span of time in one or two units. */
function span(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 0.001) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${trim(seconds * 1000, seconds < 0.1 ? 1 : 0)} ms`;
  if (seconds < 60) return `${trim(seconds, seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => whole >= size);
  const [[size, unit], [next, small]] = [parts[first], parts[first + 1]];
  const rest = Math.floor((whole % size) / next);
  return `${Math.floor(whole / size)} ${unit}` + (rest > 0 ? ` ${rest} ${small}` : "");
}

function trim(number, digits) {
  return digits > 0 ? number.toFixed(digits).replace(/\.?0+$/, "") : number.toFixed(0);
}

function share(part, whole) {
  if (!(whole > 0)) return "";
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
