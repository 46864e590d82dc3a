import './texts.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import { nearest, readPoints } from '../../src/Portal/wwwroot/js/compare-points.js';

function file(points) {
  const buffer = new ArrayBuffer(8 + 28 * points.length);
  const view = new DataView(buffer);
  new Uint8Array(buffer).set([...'FSCS'].map((c) => c.charCodeAt(0)));
  view.setUint32(4, points.length, true);
  points.forEach(([first, second, [label, was, is], id], i) => {
    const at = 8 + 28 * i;
    view.setFloat32(at, first, true);
    view.setFloat32(at + 4, second, true);
    [label, was, is].forEach((byte, k) => view.setUint8(at + 8 + k, byte));
    for (let k = 0; k < 16; k++) view.setUint8(at + 12 + k, parseInt(id.slice(2 * k, 2 * k + 2), 16));
  });
  return buffer;
}

const A = '0199a1c92a4b7d5eb6f78091a2b3c4d5';
const B = 'ffeeddccbbaa99887766554433221100';

test('points are read with their labels and the ids that addresses take', () => {
  const points = readPoints(file([[10, 60, [2, 0, 2], A], [0, 0, [1, 1, 1], B]]));
  assert.equal(points.count, 2);
  assert.deepEqual([...points.first], [10, 0]);
  assert.deepEqual([...points.second], [60, 0]);
  assert.deepEqual([...points.label], [2, 1]);
  assert.deepEqual(points.flipped, [true, false]);
  assert.equal(points.id(0), A);
  assert.equal(points.id(1), B);
});

test('what is no list of points is refused', () => {
  for (const broken of [new ArrayBuffer(0), new ArrayBuffer(8), file([[1, 2, [0, 0, 0], A]]).slice(0, 30)]) assert.throws(() => readPoints(broken), /damaged/);
});

test('the nearest point within reach is found, and none beyond', () => {
  const points = readPoints(file([[10, 10, [0, 0, 0], A], [20, 20, [0, 0, 0], B]]));
  assert.equal(nearest(points, 12, 11, 5), 0);
  assert.equal(nearest(points, 18, 18, 5), 1);
  assert.equal(nearest(points, 90, 90, 5), -1);
});
