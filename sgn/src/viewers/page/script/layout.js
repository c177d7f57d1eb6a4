// Where the elements of a pipeline are drawn: in layers, so that data flows one way and few links cross.

/**
 * Places `count` nodes with `edges` of pairs. Returns `places[node] = {layer, across}` in layers and units across, and
 * for each edge the points between its ends, `{layer, across}` for each layer that it passes.
 */
function layered(count, edges) {
  const layers = layersOf(count, edges);
  const rows = [];
  const nodes = layers.map((layer, node) => ({ layer, node, up: [], down: [], width: 1 }));
  const chains = edges.map(([source, sink]) => chainOf(nodes, nodes[source], nodes[sink]));
  for (const node of nodes) (rows[node.layer] ??= []).push(node);
  order(rows);
  settle(rows);
  return {
    places: nodes.slice(0, count).map(({ layer, across }) => ({ layer, across })),
    bends: chains.map((chain) => chain.map(({ layer, across }) => ({ layer, across }))),
    layers: rows.length,
  };
}

// The longest way from a source. What is left in a circle, which a pipeline has not, stays in the first layer.
function layersOf(count, edges) {
  const layers = new Array(count).fill(0);
  const waiting = new Array(count).fill(0);
  const after = Array.from({ length: count }, () => []);
  for (const [source, sink] of edges) {
    waiting[sink] += 1;
    after[source].push(sink);
  }
  const ready = waiting.flatMap((number, node) => (number === 0 ? [node] : []));
  while (ready.length > 0) {
    const node = ready.shift();
    for (const sink of after[node]) {
      layers[sink] = Math.max(layers[sink], layers[node] + 1);
      if (--waiting[sink] === 0) ready.push(sink);
    }
  }
  return layers;
}

// A link over several layers has a place in each of them.
function chainOf(nodes, source, sink) {
  const chain = [];
  let last = source;
  for (let layer = source.layer + 1; layer < sink.layer; layer += 1) {
    const bend = { layer, node: null, up: [last], down: [], width: 0.35 };
    last.down.push(bend);
    nodes.push(bend);
    chain.push(bend);
    last = bend;
  }
  last.down.push(sink);
  sink.up.push(last);
  return chain;
}

function order(rows) {
  const number = () => rows.forEach((row) => row.forEach((node, at) => (node.at = at)));
  number();
  for (let round = 0; round < 24; round += 1) {
    const isDown = round % 2 === 0;
    const side = isDown ? "up" : "down";
    for (const row of isDown ? rows : rows.toReversed()) {
      for (const node of row) node.key = node[side].length ? mean(node[side], "at") : node.at;
      row.sort((a, b) => a.key - b.key || a.at - b.at);
      row.forEach((node, at) => (node.at = at));
    }
  }
}

// Nodes move to where their neighbours are, as far as the order and the distance between them let them.
function settle(rows) {
  for (const row of rows) {
    let at = 0;
    for (const node of row) {
      node.across = at + node.width / 2;
      at += node.width;
    }
    for (const node of row) node.across -= at / 2;
  }
  for (let round = 0; round < 40; round += 1) {
    for (const row of round % 2 === 0 ? rows : rows.toReversed()) {
      for (const node of row) {
        const near = [...node.up, ...node.down];
        node.wish = near.length ? mean(near, "across") : node.across;
      }
      apart(row);
    }
  }
  const least = Math.min(...rows.flat().map((node) => node.across - node.width / 2));
  for (const node of rows.flat()) node.across -= least;
}

// The places nearest to the wishes: neighbours that would overlap become a block at the mean of their wishes.
function apart(row) {
  const blocks = [];
  for (const node of row) {
    let block = { nodes: [node], sum: node.wish - node.width / 2, width: node.width };
    while (blocks.length > 0 && end(blocks.at(-1)) > start(block)) {
      const before = blocks.pop();
      const sum = before.sum + block.sum - block.nodes.length * before.width;
      block = { nodes: [...before.nodes, ...block.nodes], sum, width: before.width + block.width };
    }
    blocks.push(block);
  }
  for (const block of blocks) {
    let at = start(block);
    for (const node of block.nodes) {
      node.across = at + node.width / 2;
      at += node.width;
    }
  }
}

function start(block) {
  return block.sum / block.nodes.length;
}

function end(block) {
  return start(block) + block.width;
}

function mean(nodes, key) {
  return nodes.reduce((sum, node) => sum + node[key], 0) / nodes.length;
}
