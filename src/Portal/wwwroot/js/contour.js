/**
 * Marching squares: the line on which a map equals a level, interpolated between pixel centres.
 * Sample (column, row) sits at (column + 0.5, row + 0.5), so the line lies in the map's own width × height coordinates.
 */

/**
 * Segments of the line, unordered, as x1, y1, x2, y2 quadruples. A value at the level counts as inside, as in the verdict.
 * @param {{values: ArrayLike<number>, width: number, height: number}} map
 * @param {number} level
 * @returns {number[]}
 */
export function contourSegments({ values, width, height }, level) {
  const out = [];
  // NaN has no side; read as outside, the line goes round it.
  const at = (i) => (values[i] >= level ? 1 : 0);
  const cross = (a, b) => {
    const t = (level - values[a]) / (values[b] - values[a]);
    return t >= 0 && t <= 1 ? t : 0.5; // an infinite or missing neighbour: half way
  };
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const tl = y * width + x;
      const tr = tl + 1;
      const bl = tl + width;
      const br = bl + 1;
      const kind = (at(tl) << 3) | (at(tr) << 2) | (at(br) << 1) | at(bl);
      if (kind === 0 || kind === 15) continue;
      const cx = x + 0.5;
      const cy = y + 0.5;
      const top = () => [cx + cross(tl, tr), cy];
      const bottom = () => [cx + cross(bl, br), cy + 1];
      const left = () => [cx, cy + cross(tl, bl)];
      const right = () => [cx + 1, cy + cross(tr, br)];
      const line = (a, b) => out.push(...a(), ...b());
      switch (kind) {
        case 1: case 14: line(left, bottom); break;
        case 2: case 13: line(bottom, right); break;
        case 3: case 12: line(left, right); break;
        case 4: case 11: line(top, right); break;
        case 6: case 9: line(top, bottom); break;
        case 7: case 8: line(left, top); break;
        default: {
          // Two corners facing each other: the middle of the cell decides whether they are joined.
          const joined = (values[tl] + values[tr] + values[bl] + values[br]) / 4 >= level;
          if ((kind === 5) === joined) { line(left, top); line(bottom, right); }
          else { line(left, bottom); line(top, right); }
        }
      }
    }
  }
  return out;
}

/**
 * Joins segments end to end, so that dashes run along the line and a canvas strokes few paths instead of thousands.
 * @param {number[]} segments
 * @returns {number[][]} polylines as x, y, x, y, …; a closed one ends where it began.
 */
export function joinSegments(segments) {
  const count = segments.length / 4;
  const used = new Uint8Array(count);
  const key = (x, y) => `${x.toFixed(4)},${y.toFixed(4)}`;
  /** @type {Map<string, number[]>} */
  const ends = new Map();
  for (let i = 0; i < count * 2; i++) {
    const k = key(segments[i * 2], segments[i * 2 + 1]);
    const list = ends.get(k);
    if (list) list.push(i);
    else ends.set(k, [i]);
  }
  const grow = (line) => {
    for (;;) {
      const next = ends.get(key(line.at(-2), line.at(-1))).find((end) => !used[end >> 1]);
      if (next === undefined) return line;
      used[next >> 1] = 1;
      const far = next ^ 1;
      line.push(segments[far * 2], segments[far * 2 + 1]);
    }
  };
  const flip = (line) => {
    const back = [];
    for (let i = line.length - 2; i >= 0; i -= 2) back.push(line[i], line[i + 1]);
    return back;
  };
  const lines = [];
  for (let i = 0; i < count; i++) {
    if (used[i]) continue;
    used[i] = 1;
    // Grown from one end, turned round, grown from the other.
    lines.push(grow(flip(grow(segments.slice(i * 4, i * 4 + 4)))));
  }
  return lines;
}

/**
 * @param {{values: ArrayLike<number>, width: number, height: number}} map
 * @param {number} level
 * @returns {Path2D} in map coordinates
 */
export function contourPath(map, level) {
  const path = new Path2D();
  for (const line of joinSegments(contourSegments(map, level))) {
    path.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
  }
  return path;
}
