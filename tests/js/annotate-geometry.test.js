import test from 'node:test';
import assert from 'node:assert/strict';
import { distanceToLine, hits, isInside, scaled, simplify, topmostAt, vertexAt } from '../../src/Portal/wwwroot/js/annotate-geometry.js';

test('inside is what the server fills, areas that cross themselves as well', () => {
  const square = [10, 10, 30, 10, 30, 30, 10, 30];
  assert.ok(isInside(square, 20, 20));
  assert.ok(!isInside(square, 31, 20) && !isInside(square, 20, 9));
  assert.ok(isInside([...square].reverse(), 20, 20));
  // The star of the server's test: its middle is inside.
  assert.ok(isInside([20, 1, 28, 27, 5, 11, 35, 11, 12, 27], 20.5, 15.5));
});

test('inside agrees with a slow count of crossings for polygons that do not cross themselves', () => {
  const star = Array.from({ length: 20 }, (_, i) => [50 + Math.cos((i * Math.PI) / 10) * (i % 2 ? 20 : 45), 50 + Math.sin((i * Math.PI) / 10) * (i % 2 ? 20 : 45)]).flat();
  for (let y = 0.5; y < 100; y += 3)
    for (let x = 0.5; x < 100; x += 3) {
      let crossings = 0;
      for (let i = 0; i < star.length; i += 2) {
        const [ax, ay, bx, by] = [star[i], star[i + 1], star[(i + 2) % star.length], star[(i + 3) % star.length]];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) crossings++;
      }
      assert.equal(isInside(star, x, y), crossings % 2 === 1, `${x},${y}`);
    }
});

test('what lies on top is found, strokes by their width', () => {
  const shapes = [
    { tool: 'box', layer: 'defect', points: [0, 0, 50, 50] }, { tool: 'brush', layer: 'defect', points: [10, 10, 40, 10], radius: 4 },
    { tool: 'polygon', layer: 'ignore', points: [60, 60, 80, 60, 70, 80] },
  ];
  assert.equal(topmostAt(shapes, 20, 12), 1);
  assert.equal(topmostAt(shapes, 20, 16), 0);
  assert.equal(topmostAt(shapes, 70, 65), 2);
  assert.equal(topmostAt(shapes, 95, 95), -1);
  assert.ok(hits(shapes[2], 59, 60, 2) && !hits(shapes[2], 57, 60, 2));
  assert.equal(vertexAt(shapes[2].points, 79, 61, 3), 1);
  assert.equal(vertexAt(shapes[2].points, 70, 70, 3), -1);
});

test('simplified strokes stay within the tolerance of every point and keep their ends', () => {
  const points = Array.from({ length: 400 }, (_, i) => [i / 4, 30 + 12 * Math.sin(i / 31) + ((i * 37) % 7) / 40]).flat();
  const simple = simplify(points, 0.4);
  assert.ok(simple.length < points.length / 4, `${simple.length}`);
  assert.deepEqual([simple.slice(0, 2), simple.slice(-2)], [points.slice(0, 2), points.slice(-2)]);
  for (let i = 0; i < points.length; i += 2) assert.ok(distanceToLine(simple, points[i], points[i + 1]) <= 0.4 + 1e-9);
  assert.deepEqual(simplify([1, 2, 3, 4], 9), [1, 2, 3, 4]);
});

test('shapes lie at the same share of a picture of another size', () => {
  const shape = { tool: 'brush', layer: 'ignore', points: [10, 20, 30, 40], radius: 4 };
  assert.deepEqual(scaled([shape], { width: 100, height: 80 }, { width: 200, height: 160 }), [{ ...shape, points: [20, 40, 60, 80], radius: 8 }]);
  assert.deepEqual(scaled([shape], { width: 100, height: 80 }, { width: 100, height: 80 }), [shape]);
});
