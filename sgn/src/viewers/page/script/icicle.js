// Element > pad > line as bars whose heights are bytes.

const ICICLE = { height: 430, highest: 1600, least: 3, label: 15 };

const WHERE_HINT = {
  live: "Bytes in use at the end of the range.",
  peak: "The most bytes of each pad that were in use at once, in the whole run. Lines have no peak of their own; an element\u2019s bar adds its pads, whose peaks need not have come at the same time.",
  churn: "Bytes allocated within the range, whether they were freed or not.",
  diff: "What the range added (+) and freed (\u2212). The height of a bar is how much its lines changed either way.",
};

function makeIcicle(run) {
  const node = byId("icicle");
  new ResizeObserver(() => node.classList.toggle("narrow", node.clientWidth < 620)).observe(node);
  node.addEventListener("keydown", (event) => icicleKey(run, node, event));
  follow(["from", "to", "measure", "part", "choice"], (changed) => drawIcicle(run, changed.has("part") || changed.has("measure")));
  drawIcicle(run, false);
}

/** The tree of what is shown, largest first. `sized` is what the heights are, `number` what is written. */
function treeOf(run) {
  const { measure, part } = state;
  const all = numbers(run);
  const sortedBy = (nodes) => nodes.filter((node) => node.sized > 0).sort((a, b) => b.sized - a.sized);
  const lineNode = (index) => ({
    kind: "line", index, number: all[index][measure], sized: Math.abs(all[index][measure]), children: [],
  });
  const sum = (nodes, key) => nodes.reduce((total, node) => total + node[key], 0);
  const ownerNode = (index) => {
    if (measure === "peak") {
      const number = run.owners[index].peak_bytes;
      return { kind: "owner", index, number, sized: number, children: [] };
    }
    const children = sortedBy(run.owners[index].lines.map(lineNode));
    return { kind: "owner", index, number: sum(children, "number"), sized: sum(children, "sized"), children };
  };
  const groupNode = (group) => {
    const owners = part.owner === undefined ? group.owners : [part.owner];
    const children = sortedBy(owners.map(ownerNode));
    return { kind: "group", index: group.index, number: sum(children, "number"), sized: sum(children, "sized"), children };
  };
  const groups = part.group === undefined ? run.groups : [run.groups[part.group]];
  const children = sortedBy(groups.map(groupNode));
  return { kind: "root", number: sum(children, "number"), sized: sum(children, "sized"), children };
}

function drawIcicle(run, isOther) {
  const node = byId("icicle");
  byId("where-hint").textContent = WHERE_HINT[state.measure];
  drawCrumbs(run);
  const root = treeOf(run);
  if (root.sized === 0) {
    const nothing = state.measure === "diff" ? "Nothing changed in the range." : "There is no memory to show.";
    node.replaceChildren(el("p", { class: "nothing" }, nothing));
    return;
  }
  const focused = document.activeElement?.closest?.("#icicle")
    ? document.activeElement.dataset.path : null;
  const bars = [];
  const height = heightOf(root);
  place(run, root, root.children, { top: 0, height, level: 1, path: "", hue: "rest" }, bars);
  const old = new Map([...node.querySelectorAll("[data-path]")].map((bar) => [bar.dataset.path, bar]));
  node.setAttribute("role", "tree");
  node.setAttribute("aria-label", "Memory by element, pad and line");
  node.classList.toggle("two", state.measure === "peak");
  const { scrollTop } = node;
  node.replaceChildren(el("div", { class: "bars", role: "presentation", css: { height: `${height}px` } }, ...bars.map((bar) => bar.node)));
  node.scrollTop = scrollTop;
  // bars that stay move from their old places, where the eye could lose them, and if they are few enough to follow
  for (const { node: bar } of isOther && bars.length <= 200 ? bars : []) {
    const before = old.get(bar.dataset.path);
    if (before) glide(bar, before);
  }
  const current = bars.findIndex((bar) => bar.node.dataset.path === focused);
  rove(bars.map((bar) => bar.node), Math.max(0, current));
  if (focused !== null) bars[Math.max(0, current)].node.focus({ preventScroll: true });
}

// Many elements of like size get room for their names, and the view scrolls.
function heightOf(root) {
  const named = root.children.filter((child) => child.sized > root.sized / 400).length;
  return Math.min(Math.max(ICICLE.height, named * (ICICLE.label + 2)), ICICLE.highest);
}

function glide(bar, before) {
  if (!bar.animate || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const [from, to] = [before, bar].map(({ style }) => ({ top: style.top, height: style.height }));
  if (from.top !== to.top || from.height !== to.height) bar.animate([from, to], { duration: 160, easing: "ease-out" });
}

// Bars too thin to see are one bar together.
function place(run, parent, children, box, bars) {
  const scale = box.height / parent.sized;
  const thin = children.findIndex((child, index) => index > 0 && child.sized * scale < ICICLE.least);
  const drawn = thin < 0 ? children : children.slice(0, thin);
  let { top } = box;
  drawn.forEach((child, index) => {
    const height = child.sized * scale;
    const hue = child.kind === "group" ? run.groups[child.index].hue : box.hue;
    const inner = { ...box, top, height, hue, path: `${box.path}/${child.kind}${child.index}` };
    bars.push(barOf(run, parent, child, inner, index, children.length));
    if (child.children.length > 0) place(run, child, child.children, { ...inner, level: box.level + 1 }, bars);
    top += height;
  });
  if (thin > 0) bars.push(othersBar(children.slice(thin), { ...box, top, height: box.top + box.height - top }));
}

function barText(run, child) {
  if (child.kind === "group") return { title: run.groups[child.index].title, more: "" };
  if (child.kind === "owner") {
    const { pad, name: full } = run.owners[child.index];
    return { title: pad || full, more: run.owners[child.index].peak_is_exact || state.measure !== "peak" ? "" : "at most" };
  }
  const line = run.lines[child.index];
  return { title: line.short, more: oneLine(line.text) };
}

function barOf(run, parent, child, box, index, count) {
  const { title, more } = barText(run, child);
  const finding = child.kind === "line" ? run.lines[child.index].finding : null;
  const isAlarmed = child.kind === "group" ? run.groups[child.index].isAlarmed : Boolean(finding?.is_alarm);
  const kind = { group: "element", owner: "pad", line: "line" }[child.kind];
  const part = state.measure === "diff" ? "" : share(child.number, parent.number);
  const words = `${kind} ${oneLine(title)}: ${measured(child.number)}${part ? `, ${part}` : ""}`;
  const full = child.kind === "line" ? (run.lines[child.index].place ?? title) : child.kind === "owner" ? run.owners[child.index].name : title;
  const isNow = isChosen(child.kind, child.index);
  const sizing = box.height < ICICLE.label ? "bare" : box.height < 43 ? "" : "tall";
  const node = el("div", {
    class: `bar level${box.level} hue-${box.hue} ${sizing} ${state.measure === "diff" && child.number < 0 ? "less" : ""}`,
    role: "treeitem", "aria-level": box.level, "aria-posinset": index + 1, "aria-setsize": count,
    "aria-selected": String(isNow), "aria-label": isAlarmed ? `${words}, grows or leaks` : words,
    "data-path": box.path, css: { top: `${box.top}px`, height: `${Math.max(1, box.height - 1)}px` },
    title: `${oneLine(full)}\n${exact(child.number)} B${part ? ` \u00b7 ${part}` : ""}${more ? `\n${more.slice(0, 300)}` : ""}`,
    on: { click: () => openBar(run, child) },
  });
  if (sizing !== "bare") {
    const flag = isAlarmed ? el("span", { class: "flag", "aria-hidden": "true" }, "\u25b2") : null;
    node.append(el("span", { class: "label" }, flag ?? "", name(title), el("span", { class: "amount" }, measured(child.number))));
    if (sizing === "tall" && more) node.append(el("span", { class: "more" }, el("bdi", {}, more)));
  }
  return { node, child };
}

function othersBar(rest, box) {
  const number = rest.reduce((sum, child) => sum + child.number, 0);
  const words = `${rest.length} more: ${measured(number)}`;
  const node = el("div", {
    class: `bar level${box.level} hue-${box.hue} others ${box.height < ICICLE.label ? "bare" : ""}`, role: "treeitem",
    "aria-level": box.level, "aria-label": words, "data-path": `${box.path}/others`, title: `${rest.length} more\n${exact(number)} B\nA click goes to the table.`,
    css: { top: `${box.top}px`, height: `${Math.max(1, box.height - 1)}px` }, on: { click: () => byId("lines").scrollIntoView() },
  });
  if (box.height >= ICICLE.label) node.append(el("span", { class: "label" }, el("span", {}, words)));
  return { node, child: null };
}

// A bar that fills the view already shows the whole again.
function openBar(run, child) {
  if (child === null) return;
  if (child.kind === "line") return choose({ line: child.index });
  const part = child.kind === "group" ? { group: child.index } : { group: run.owners[child.index].group, owner: child.index };
  const isOpen = state.part.group === part.group && state.part.owner === part.owner;
  change({ part: isOpen ? partAbove(state.part) : part });
  choose({ [child.kind]: child.index });
  return undefined;
}

function partAbove(part) {
  return part.owner === undefined ? {} : { group: part.group };
}

function drawCrumbs(run) {
  const { part } = state;
  const crumb = (text, target, isLast) => (isLast ? el("span", { "aria-current": "true" }, name(text))
    : el("button", { type: "button", class: "link", on: { click: () => change({ part: target }) } }, name(text)));
  const crumbs = [crumb("All elements", {}, part.group === undefined)];
  if (part.group !== undefined) crumbs.push(crumb(run.groups[part.group].title, { group: part.group }, part.owner === undefined));
  if (part.owner !== undefined) crumbs.push(crumb(run.owners[part.owner].pad || run.owners[part.owner].name, part, true));
  const columns = el("span", { class: "levels", "aria-hidden": "true" },
    state.measure === "peak" ? "element \u203a pad" : "element \u203a pad \u203a line");
  byId("crumbs").replaceChildren(...crumbs.flatMap((node, at) => (at ? [el("span", { "aria-hidden": "true" }, "\u203a"), node] : [node])), columns);
}

function icicleKey(run, node, event) {
  const bars = [...node.querySelectorAll("[data-path]")];
  const at = bars.indexOf(event.target);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const level = (bar) => Number(bar.getAttribute("aria-level"));
  const next = (list) => list.find((bar) => level(bar) === level(bars[at]));
  const goals = {
    ArrowDown: () => next(bars.slice(at + 1)),
    ArrowUp: () => next(bars.slice(0, at).reverse()),
    ArrowRight: () => (bars[at + 1] && level(bars[at + 1]) > level(bars[at]) ? bars[at + 1] : null),
    ArrowLeft: () => bars.slice(0, at).reverse().find((bar) => level(bar) < level(bars[at])),
    Home: () => bars[0],
    End: () => bars.at(-1),
  };
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.target.click();
  } else if ((event.key === "Escape" || event.key === "Backspace") && state.part.group !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    change({ part: partAbove(state.part) });
  } else if (goals[event.key]) {
    event.preventDefault();
    const goal = goals[event.key]();
    if (goal) {
      rove(bars, bars.indexOf(goal));
      goal.focus();
    }
  }
}
