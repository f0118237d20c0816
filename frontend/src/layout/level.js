// Places what stands on one level (a process, or a scope within it) from left to right, and puts the levels into each other.
// A placed level: {width, height, shapes: [{id, x, y, width, height, …}], edges: [{id, points}]}, from its own upper left corner.
import dagre from '@dagrejs/dagre';

import { stack } from './lanes.js';
import { all, isBoundary, isScope, joins, lanesOf, size } from './model.js';
import { between, free, moved } from './routes.js';

const BORDER = { x: 40, y: 40 };
const HEADER = 30;
const BELOW = 44; // the room that events on the lower border need
const APART = 45;
const POOLS_APART = 60;

export function level(scope) {
  const inner = new Map();
  const events = all(scope, 'boundaryEvent');
  const hosts = new Map(events.map((each) => [each.getAttribute('id'), each.getAttribute('attachedToRef')]));
  const nodes = nodesOf(scope, inner, new Set(hosts.values()), events);
  const edges = joins(scope).filter(({ source, target }) => [source, target].every((id) => nodes.has(hosts.get(id) || id)));
  const bends = arrange(nodes, edges, hosts);
  const lanes = stack(lanesOf(scope, 'laneSet'), nodes, bends, edges);
  const shapes = new Map([...nodes].map(([id, node]) => [id, node]));
  attach(events, shapes);
  return whole(shapes, edges, bends, hosts, inner, lanes);
}

function nodesOf(scope, inner, withEvents, events) {
  const nodes = new Map();
  for (const element of scope.children) {
    const id = element.getAttribute('id');
    if (isBoundary(element) || !(isScope(element) || size(element))) continue;
    if (isScope(element)) inner.set(id, level(element));
    const least = 100 + APART * events.filter((each) => each.getAttribute('attachedToRef') === id).length;
    const box = inner.has(id) ? { width: Math.max(inner.get(id).width, least), height: Math.max(inner.get(id).height, 80) } : size(element);
    nodes.set(id, { id, ...box, below: withEvents.has(id) ? BELOW : 0, expanded: inner.has(id), gateway: /^exclusive/.test(element.localName) });
  }
  return nodes;
}

// Columns and rows by dagre; returns the bends of each edge.
function arrange(nodes, edges, hosts) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 50, ranksep: 60, marginx: BORDER.x, marginy: BORDER.y });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height, below } of nodes.values()) graph.setNode(id, { width, height: height + 2 * below });
  for (const { id, kind, source, target } of edges) {
    graph.setEdge(hosts.get(source) || source, hosts.get(target) || target, { weight: kind === 'sequenceFlow' ? 4 : 1 }, id);
  }
  dagre.layout(graph);
  for (const node of nodes.values()) {
    const { x, y } = graph.node(node.id);
    Object.assign(node, { x: x - node.width / 2, y: y - node.height / 2 });
  }
  const bends = new Map();
  for (const edge of graph.edges()) bends.set(edge.name, graph.edge(edge).points.slice(1, -1));
  return bends;
}

// Boundary events stand on the lower border of their hosts.
function attach(events, shapes) {
  const taken = new Map();
  for (const event of events) {
    const id = event.getAttribute('id');
    const host = shapes.get(event.getAttribute('attachedToRef'));
    if (!host) continue;
    const number = taken.get(host.id) || 0;
    taken.set(host.id, number + 1);
    const x = host.x + host.width - 24 - APART * number;
    shapes.set(id, { id, x: x - 18, y: host.y + host.height - 18, width: 36, height: 36, border: true });
  }
}

function whole(shapes, edges, bends, hosts, inner, lanes) {
  const routed = edges.map(({ id, kind, source, target }) => {
    const [from, to] = [shapes.get(source), shapes.get(target)];
    return { id, points: kind === 'sequenceFlow' ? between(from, to, bends.get(id), shapes.get(hosts.get(source))) : free(from, to) };
  });
  const placed = [...lanes.shapes, ...shapes.values()];
  for (const [id, part] of inner) {
    const { x, y } = shapes.get(id);
    placed.push(...part.shapes.map((each) => ({ ...each, x: each.x + x, y: each.y + y })));
    routed.push(...part.edges.map((each) => ({ ...each, points: moved(each.points, x, y) })));
  }
  const ends = [...placed.map((each) => [each.x + each.width, each.y + each.height]), ...routed.flatMap(({ points }) => points.map(({ x, y }) => [x, y]))];
  const far = (axis) => Math.max(BORDER.x + 60, ...ends.map((end) => end[axis])) + (lanes.shapes.length ? 0 : BORDER.y);
  return { width: far(0), height: far(1), shapes: placed, edges: routed };
}

// Pools below each other, each as wide as the widest; message flows between what they join.
export function collaboration(pools, processes) {
  const parts = all(pools, 'participant').map((pool) => {
    const process = processes.find((each) => each.getAttribute('id') === pool.getAttribute('processRef')?.replace(/^.*:/, ''));
    return { id: pool.getAttribute('id'), part: process ? level(process) : { width: 400, height: 60, shapes: [], edges: [] } };
  });
  const width = Math.max(...parts.map(({ part }) => part.width)) + HEADER;
  const placed = { width, height: 0, shapes: [], edges: [] };
  for (const { id, part } of parts) {
    const y = placed.height;
    placed.shapes.push({ id, x: 0, y, width, height: part.height, horizontal: true });
    const stretched = (each) => (each.horizontal ? { width: width - HEADER - each.x } : {});
    placed.shapes.push(...part.shapes.map((each) => ({ ...each, ...stretched(each), x: each.x + HEADER, y: each.y + y })));
    placed.edges.push(...part.edges.map((each) => ({ ...each, points: moved(each.points, HEADER, y) })));
    placed.height += part.height + POOLS_APART;
  }
  const shapes = new Map(placed.shapes.map((each) => [each.id, each]));
  for (const flow of all(pools, 'messageFlow')) {
    const [from, to] = ['sourceRef', 'targetRef'].map((name) => shapes.get(flow.getAttribute(name)?.replace(/^.*:/, '')));
    if (from && to) placed.edges.push({ id: flow.getAttribute('id'), points: free(from, to) });
  }
  return placed;
}
