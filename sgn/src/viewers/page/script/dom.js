// Makes elements of the page. Texts of the run get in as text and as values of attributes, never as markup.

// Characters that a reader cannot see, or that change what stands beside them; line ends and tabs are not among them.
const UNFIT = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e" +
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb]|" +
    "[\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e00ff}]",
  "gu",
);

/** A text of the run with what cannot be seen written out. */
function shown(text) {
  return String(text).replace(UNFIT, (found) => `\\u{${found.codePointAt(0).toString(16)}}`);
}

/** The same on one line. */
function oneLine(text) {
  return shown(text).replace(/\s*\n\s*/g, " ").replace(/\t/g, " ");
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "css") for (const [key, set] of Object.entries(value)) node.style.setProperty(key, set);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

/** A number of bytes in a unit, with all digits in its title. */
function size(number, attributes = {}) {
  const text = attributes.signed ? signed(number) : bytes(number);
  return el("span", { class: `size ${attributes.class ?? ""}`, title: `${exact(number)} B` }, text);
}

/** Names of the run, which keep their direction to themselves. */
function name(text, attributes) {
  return el("bdi", { class: "name", ...attributes }, oneLine(text));
}

/** A path, which breaks behind its slashes first. */
function path(text) {
  return oneLine(text).split(/(?<=[/\\])/).flatMap((part) => [part, el("wbr")]);
}

/** Lets one of several controls be reached by Tab, and the others by arrow keys from there. */
function rove(nodes, current) {
  nodes.forEach((node, index) => node.setAttribute("tabindex", index === current ? "0" : "-1"));
}

/** Says something to those who hear the page. */
function say(text) {
  byId("said").textContent = shown(text);
}
