// Lanes: what dagre has put anywhere is moved up or down into the band of its lane; the order within a lane stays.
import { lanesOf, namedIn } from './model.js';

const HEADER = 30;
const BORDER = 40;

export function stack(lanes, nodes, bends, edges) {
  const shapes = [];
  if (!lanes.length) return { shapes };
  const owner = new Map();
  const leaves = lanes.flatMap((lane) => leavesOf(lane));
  for (const lane of leaves) for (const id of namedIn(lane)) owner.set(id, lane);
  const [first] = leaves;
  const width = Math.max(...[...nodes.values()].map((node) => node.x + node.width), 200) + BORDER;
  let top = 0;
  const band = (lane, depth) => {
    const from = top;
    const inner = lanesOf(lane, 'childLaneSet');
    const shape = { id: lane.getAttribute('id'), x: depth * HEADER, y: from, width: width + HEADER - depth * HEADER, horizontal: true };
    shapes.push(shape);
    if (inner.length) inner.forEach((each) => band(each, depth + 1));
    else top += settle([...nodes.values()].filter((node) => (owner.get(node.id) || first) === lane), top);
    shape.height = top - from;
  };
  lanes.forEach((lane) => band(lane, 0));
  for (const node of nodes.values()) node.x += HEADER;
  for (const { id } of edges) bends.set(id, []); // they led past what stands elsewhere now
  return { shapes };
}

function leavesOf(lane) {
  const inner = lanesOf(lane, 'childLaneSet');
  return inner.length ? inner.flatMap((each) => leavesOf(each)) : [lane];
}

// Moves the nodes of a lane to its band and returns how high that is.
function settle(nodes, top) {
  const least = Math.min(...nodes.map((node) => node.y));
  for (const node of nodes) node.y += top + BORDER - least;
  const lowest = Math.max(top + BORDER + 40, ...nodes.map((node) => node.y + node.height + node.below));
  return lowest + BORDER - top;
}
