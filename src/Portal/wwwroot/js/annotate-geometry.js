/**
 * Plane geometry of drawn shapes, in pixels of the image. Points are flat lists, x and y in turn.
 * @typedef {{tool: 'polygon'|'box'|'brush'|'erase', layer: 'defect'|'ignore', points: number[], radius?: number | null, defectType?: string | null}} Shape
 */

/** Coordinates are kept to a tenth of a pixel: finer is noise, and takes room. */
export const round = (value) => Math.round(value * 10) / 10;

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** @returns {number} from a point to the line between two others */
export function distanceToSegment(x, y, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : clamp(((x - ax) * dx + (y - ay) * dy) / length, 0, 1);
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** @param {number[]} points @param {boolean} [closed] @returns {number} to the nearest part of a line through points */
export function distanceToLine(points, x, y, closed = false) {
  let least = Math.hypot(x - points[0], y - points[1]);
  for (let i = 2; i < points.length; i += 2)
    least = Math.min(least, distanceToSegment(x, y, points[i - 2], points[i - 1], points[i], points[i + 1]));
  if (closed && points.length > 4) least = Math.min(least, distanceToSegment(x, y, points.at(-2), points.at(-1), points[0], points[1]));
  return least;
}

/** Whether a point is inside an area that may cross itself: its winding number is not 0, as the server fills it. */
export function isInside(points, x, y) {
  let winding = 0;
  for (let i = 0; i < points.length; i += 2) {
    const [ax, ay] = [points[i], points[i + 1]];
    const [bx, by] = [points[(i + 2) % points.length], points[(i + 3) % points.length]];
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (ay <= y && by > y && side > 0) winding++;
    else if (ay > y && by <= y && side < 0) winding--;
  }
  return winding !== 0;
}

/** The outline of a shape that has an area. @param {Shape} shape @returns {number[]} */
export function outlineOf({ tool, points }) {
  if (tool !== 'box') return points;
  const [x, y, right, bottom] = points;
  return [x, y, right, y, right, bottom, x, bottom];
}

/** Whether a point is on a shape, give or take some slack. @param {Shape} shape */
export function hits(shape, x, y, slack = 0) {
  if (shape.tool === 'brush' || shape.tool === 'erase') return distanceToLine(shape.points, x, y) <= shape.radius + slack;
  const outline = outlineOf(shape);
  return isInside(outline, x, y) || distanceToLine(outline, x, y, true) <= slack;
}

/** The shape that lies on top at a point. @param {Shape[]} shapes @returns {number} -1 for none */
export function topmostAt(shapes, x, y, slack = 0) {
  for (let i = shapes.length - 1; i >= 0; i--) if (hits(shapes[i], x, y, slack)) return i;
  return -1;
}

/** @param {number[]} points @returns {number} the point nearest to a place and within reach, -1 for none */
export function vertexAt(points, x, y, reach) {
  let [best, least] = [-1, reach];
  for (let i = 0; i < points.length; i += 2) {
    const distance = Math.hypot(x - points[i], y - points[i + 1]);
    if (distance <= least) [best, least] = [i / 2, distance];
  }
  return best;
}

/** Leaves out points that lie within the tolerance of the line without them (Ramer, Douglas, Peucker). @param {number[]} points */
export function simplify(points, tolerance) {
  if (points.length <= 4) return points;
  const kept = new Set([0, points.length / 2 - 1]);
  const open = [[0, points.length / 2 - 1]];
  while (open.length) {
    const [from, to] = open.pop();
    let [far, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToSegment(points[2 * i], points[2 * i + 1], points[2 * from], points[2 * from + 1], points[2 * to], points[2 * to + 1]);
      if (distance > most) [far, most] = [i, distance];
    }
    if (far < 0) continue;
    kept.add(far);
    open.push([from, far], [far, to]);
  }
  return [...kept].sort((a, b) => a - b).flatMap((i) => [points[2 * i], points[2 * i + 1]]);
}

/** @param {number[]} points @returns {number[]} moved by a distance */
export const moved = (points, dx, dy) => points.map((value, i) => round(value + (i % 2 ? dy : dx)));

/** Shapes of a picture of one size on one of another, at the same share of width and height. */
export function scaled(shapes, from, to) {
  const [sx, sy] = [to.width / from.width, to.height / from.height];
  if (sx === 1 && sy === 1) return shapes;
  return shapes.map((shape) => ({
    ...shape,
    points: shape.points.map((value, i) => round(value * (i % 2 ? sy : sx))),
    ...(shape.radius ? { radius: clamp(round(shape.radius * Math.sqrt(sx * sy)), 0.5, 512) } : {}),
  }));
}
