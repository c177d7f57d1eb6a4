// Who holds the memory: the fields and other roots from which a census has reached it.

function drawHolders(run) {
  const holders = run.holders ?? [];
  byId("held").hidden = holders.length === 0;
  byId("holders").replaceChildren(holderList(run, holders, 10));
}

/** The first of several holders, each with a bar. */
function holderList(run, holders, count) {
  const most = Math.max(1, ...holders.map((holder) => holder.bytes));
  const rows = holders.slice(0, count).map((holder) => el("li", {},
    el("span", { class: "holder" }, holderName(run, holder.holder),
      el("span", { class: "amount" }, size(holder.bytes), ` in ${plural(holder.blocks, "block")}`)),
    el("span", { class: "meter", "aria-hidden": "true" }, el("span", { css: { width: `${(100 * holder.bytes) / most}%` } }))));
  const more = holders.length - rows.length;
  return el("div", {}, el("ul", { class: "holders" }, ...rows), more > 0 ? el("p", { class: "hint" }, `and ${more} more`) : "");
}

// A field has the name of its element before it: `count.sessions`.
function holderName(run, holder) {
  const group = run.groups.find(({ element, title }) => element !== null && holder.startsWith(`${title}.`));
  if (!group) return name(holder, { class: "name code" });
  return el("button", { type: "button", class: "link code", on: { click: () => chooseGroup(run, group) } }, name(holder));
}
