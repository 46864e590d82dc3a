import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { SIDE, difference, fingerprint, nearest } from '../../src/Portal/wwwroot/js/nearest.js';
import { scrollFor } from '../../src/Portal/wwwroot/js/film.js';
import { carryView, fitView, toImage, zoomAt } from '../../src/Portal/wwwroot/js/view-transform.js';

/** A grey picture with a square of another grey at a place. */
function picture(ground, square, at) {
  const rgba = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    rgba.fill(Math.abs(x - at) < 4 && Math.abs(y - at) < 4 ? square : ground, 4 * i, 4 * i + 3);
  }
  return fingerprint(rgba);
}

test('the nearest shot is the one with things in the same place, in whatever light', () => {
  const shots = [picture(90, 200, 8), picture(90, 200, 20), picture(90, 90, 20)];
  assert.equal(nearest(picture(60, 170, 20), shots), 1);
  assert.equal(nearest(picture(120, 230, 8), shots), 0);
  assert.equal(nearest(picture(10, 10, 0), shots), 2);
});

test('the difference is none to itself, the same both ways, and 1 for a shift of half the pixels by 2', () => {
  const [a, b] = [picture(90, 200, 8), picture(90, 200, 20)];
  assert.equal(difference(a, a), 0);
  assert.equal(difference(a, b), difference(b, a));
  assert.equal(difference(Float32Array.of(1, -1), Float32Array.of(0, 0)), 1);
  // Luma by hand: 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15 and 0, less their mean of 9.075.
  assert.deepEqual([...fingerprint([10, 20, 30, 255, 0, 0, 0, 255])].map((v) => v.toFixed(3)), ['9.075', '-9.075']);
});

test('a shot that cannot be read is nobody\'s nearest, the first of equals is, and of none there is none', () => {
  const a = picture(90, 200, 8);
  assert.equal(nearest(a, [null, a, a]), 1);
  assert.equal(nearest(a, [null]), -1);
  assert.equal(nearest(a, []), -1);
});

test('a view carried to another stage shows the same place as large, and back again it is the same', () => {
  const [image, stage, other, small] = [{ width: 900, height: 700 }, { width: 800, height: 500 }, { width: 1800, height: 1400 }, { width: 400, height: 500 }];
  assert.deepEqual(carryView(fitView(image, stage), image, stage, image, small), fitView(image, small));
  const view = zoomAt(fitView(image, stage), 6, { x: 300, y: 200 }, image, stage);
  const there = carryView(view, image, stage, other, small);
  const middle = (v, s) => toImage(v, { x: s.width / 2, y: s.height / 2 });
  assert.ok(Math.abs(middle(view, stage).x / image.width - middle(there, small).x / other.width) < 1e-9);
  assert.ok(Math.abs(middle(view, stage).y / image.height - middle(there, small).y / other.height) < 1e-9);
  const back = carryView(there, other, small, image, stage);
  for (const name of ['scale', 'x', 'y']) assert.ok(Math.abs(back[name] - view[name]) < 1e-6);
});

test('the strip moves only when the image or a neighbour is out of sight', () => {
  const sight = { top: 1000, height: 800 };
  assert.equal(scrollFor(sight, 10, 132), 1000);
  assert.equal(scrollFor(sight, 10, 132, true), 986);
  assert.equal(scrollFor(sight, 50, 132), 50.5 * 132 - 400);
  assert.equal(scrollFor(sight, 0, 132), 0);
  // The last whole row in sight has no neighbour in sight below it.
  assert.notEqual(scrollFor(sight, 13, 132), 1000);
});
