// The ways of flows: they leave at the right, or below for events on a border, come in at the left, and turn at right angles.
const GAP = 22;

const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
const right = (shape) => ({ x: shape.x + shape.width, y: middle(shape).y });
const left = (shape) => ({ x: shape.x, y: middle(shape).y });
const upper = (shape) => ({ x: middle(shape).x, y: shape.y });
const lower = (shape) => ({ x: middle(shape).x, y: shape.y + shape.height });

export const moved = (points, x, y) => points.map((point) => ({ x: point.x + x, y: point.y + y }));

export function between(from, to, bends, host) {
  const onward = to.x > (host || from).x + (host || from).width;
  if (host) return square([lower(from), ...fromBorder(from, to, host, onward)]);
  if (onward) return square([right(from), ...bends, left(to)]);
  if (from === to) return around(from);
  // back to what was before: in one line above or below all that it passes
  const under = !bends.length || bends.some(({ y }) => y > middle(from).y);
  const [dock, furthest, gap] = under ? [lower, Math.max, GAP] : [upper, Math.min, -GAP];
  const y = furthest(dock(from).y + gap, dock(to).y + gap, ...bends.map((bend) => bend.y));
  return [dock(from), { x: dock(from).x, y }, { x: dock(to).x, y }, dock(to)];
}

function fromBorder(from, to, host, onward) {
  const y = lower(from).y + GAP;
  if (!onward) return [{ x: lower(from).x, y }, { x: lower(to).x, y: Math.max(y, lower(to).y + GAP) }, lower(to)];
  const x = host.x + host.width + GAP;
  return [{ x: lower(from).x, y }, { x, y }, { x, y: left(to).y }, left(to)];
}

function around(shape) {
  const { x, y } = lower(shape);
  return [right(shape), { x: right(shape).x + GAP, y: right(shape).y }, { x: right(shape).x + GAP, y: y + GAP }, { x, y: y + GAP }, { x, y }];
}

// A slanted piece becomes three: across, up or down half way, across.
function square(points) {
  const found = [points[0]];
  for (const point of points.slice(1)) {
    const before = found[found.length - 1];
    if (Math.abs(point.y - before.y) < 1) {
      found.push({ x: point.x, y: before.y });
    } else if (Math.abs(point.x - before.x) < 1) {
      found.push({ x: before.x, y: point.y });
    } else {
      const x = (before.x + point.x) / 2;
      found.push({ x, y: before.y }, { x, y: point.y }, point);
    }
  }
  return found.filter((point, n) => n === 0 || n === found.length - 1 || !straight(found[n - 1], point, found[n + 1]));
}

const straight = (one, two, three) => (one.x === two.x && two.x === three.x) || (one.y === two.y && two.y === three.y);

// Associations and message flows: the straight way between the nearest sides.
export function free(from, to) {
  if (from.y + from.height <= to.y) return [lower(from), upper(to)];
  if (to.y + to.height <= from.y) return [upper(from), lower(to)];
  return from.x < to.x ? [right(from), left(to)] : [left(from), right(to)];
}
