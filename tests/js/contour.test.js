import test from 'node:test';
import assert from 'node:assert/strict';
import { contourSegments, joinSegments } from '../../src/Portal/wwwroot/js/contour.js';

const grid = (rows) => ({ values: rows.flat(), height: rows.length, width: rows[0].length });
function random(seed) {
  let s = seed;
  return () => ((s = (s * 1664525 + 1013904223) >>> 0), s / 2 ** 32);
}
const noise = (width, height, seed) => {
  const next = random(seed);
  return { width, height, values: Float32Array.from({ length: width * height }, next) };
};

test('a flat map has no line, at the level or off it', () => {
  for (const level of [0.5, 1, 2]) assert.deepEqual(contourSegments(grid([[1, 1], [1, 1]]), level), []);
});

test('a step is crossed where the value equals the level', () => {
  assert.deepEqual(contourSegments(grid([[0, 4], [0, 4]]), 1), [0.75, 0.5, 0.75, 1.5]);
});

test('one hot pixel is a closed diamond around its centre', () => {
  const lines = joinSegments(contourSegments(grid([[0, 0, 0], [0, 2, 0], [0, 0, 0]]), 1));
  assert.equal(lines.length, 1);
  assert.equal(lines[0].length, 10);
  assert.deepEqual(lines[0].slice(0, 2), lines[0].slice(-2));
  for (let i = 0; i < 10; i += 2) assert.equal(Math.abs(lines[0][i] - 1.5) + Math.abs(lines[0][i + 1] - 1.5), 0.5);
});

test('a saddle joins its corners when its middle is inside, and parts them when not', () => {
  const joined = contourSegments(grid([[0, 9], [9, 0]]), 2);
  const parted = contourSegments(grid([[0, 3], [3, 0]]), 2);
  // Joined: the lines cut off the cold corners, top left first; parted: the hot ones.
  const cutsTopLeft = (s) => [0, 4].some((o) => Math.min(s[o], s[o + 2]) === 0.5 && Math.min(s[o + 1], s[o + 3]) === 0.5);
  assert.ok(cutsTopLeft(joined));
  assert.ok(!cutsTopLeft(parted));
});

test('brute force: every edge between inside and outside is crossed once, at the interpolated place, and no other edge is', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const map = noise(13, 9, seed);
    const level = 0.5;
    const { values, width, height } = map;
    const expected = new Map(); // place on a grid edge → how many cells share the edge
    const note = (a, b, x, y, dx, dy, cells) => {
      if (values[a] >= level === values[b] >= level) return;
      const t = (level - values[a]) / (values[b] - values[a]);
      expected.set(`${(x + dx * t).toFixed(5)},${(y + dy * t).toFixed(5)}`, cells);
    };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        if (x + 1 < width) note(i, i + 1, x + 0.5, y + 0.5, 1, 0, (y > 0) + (y + 1 < height));
        if (y + 1 < height) note(i, i + width, x + 0.5, y + 0.5, 0, 1, (x > 0) + (x + 1 < width));
      }
    const found = new Map();
    const segments = contourSegments(map, level);
    for (let i = 0; i < segments.length; i += 2) {
      const key = `${segments[i].toFixed(5)},${segments[i + 1].toFixed(5)}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
  }
});

test('joining keeps every segment once, and lines end only at the border', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const map = noise(17, 11, seed);
    const segments = contourSegments(map, 0.6);
    const key = (a) => a.map((v) => v.toFixed(5)).join();
    const pair = (x1, y1, x2, y2) => [key([x1, y1]), key([x2, y2])].sort().join(' ');
    const before = [];
    for (let i = 0; i < segments.length; i += 4) before.push(pair(...segments.slice(i, i + 4)));
    const after = [];
    for (const line of joinSegments(segments)) {
      for (let i = 2; i < line.length; i += 2) after.push(pair(line[i - 2], line[i - 1], line[i], line[i + 1]));
      const closed = key(line.slice(0, 2)) === key(line.slice(-2));
      const atBorder = (x, y) => x === 0.5 || y === 0.5 || x === map.width - 0.5 || y === map.height - 0.5;
      assert.ok(closed || (atBorder(line[0], line[1]) && atBorder(line.at(-2), line.at(-1))));
    }
    assert.deepEqual(after.sort(), before.sort());
  }
});

test('missing and infinite values give finite lines', () => {
  const segments = contourSegments(grid([[NaN, 1, -Infinity], [2, NaN, Infinity], [0, 3, 0]]), 1);
  assert.ok(segments.length > 0);
  assert.ok(segments.every(Number.isFinite));
});

test('a map of one row or column has no cells', () => {
  assert.deepEqual(contourSegments(grid([[0, 5, 0]]), 1), []);
  assert.deepEqual(contourSegments(grid([[0], [5], [0]]), 1), []);
});
