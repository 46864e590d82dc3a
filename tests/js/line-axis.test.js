import test from 'node:test';
import assert from 'node:assert/strict';
import { histogram, keyStep, keyTarget, moveHandle, rounded, scoreRange, ticks } from '../../src/Portal/wwwroot/js/line-axis.js';

const scores = (good, defective = [], unlabelled = []) => ({
  good: Float64Array.from(good), defective: Float64Array.from(defective), unlabelled: Float64Array.from(unlabelled),
});

test('the axis shows all scores and thresholds, with a little room', () => {
  const range = scoreRange(scores([1, 2], [3]), [0.5, 4]);
  assert.ok(range.low < 0.5 && range.high > 4 && range.low > 0.3 && range.high < 4.2);
  assert.equal(range.beyond, 0);
});

test('one score that lies far out does not squeeze the others, and is counted', () => {
  const range = scoreRange(scores(Array.from({ length: 50 }, (_, i) => i / 50), [900]), [0.5, 1]);
  assert.ok(range.high > 900, 'a class of its own is always in sight');
  const out = scoreRange(scores([...Array.from({ length: 50 }, (_, i) => i / 50), 900]), [0.5, 1]);
  assert.ok(out.high < 3);
  assert.equal(out.beyond, 1);
  assert.equal(histogram(Float64Array.of(0.1, 900), out, 10).at(-1), 1);
});

test('equal scores still have an axis', () => {
  const { low, high } = scoreRange(scores([2, 2]), [2, 2]);
  assert.ok(high > low);
});

test('every image is in one bar', () => {
  const bars = histogram(Float64Array.of(-5, 0, 0.49, 0.5, 1, 7), { low: 0, high: 1 }, 2);
  assert.deepEqual(bars, [3, 3]);
});

test('ticks are round and within', () => {
  assert.deepEqual(ticks({ low: 0.03, high: 1.02 }, 5), [0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks({ low: -7, high: 23 }, 6), [-5, 0, 5, 10, 15, 20]);
});

test('a handle stops at the other one and at the ends', () => {
  const range = { low: 0, high: 10 };
  assert.deepEqual(moveHandle({ t1: 2, t2: 5 }, 't1', 7, range), { t1: 5, t2: 5 });
  assert.deepEqual(moveHandle({ t1: 2, t2: 5 }, 't2', 1, range), { t1: 2, t2: 2 });
  assert.deepEqual(moveHandle({ t1: 2, t2: 5 }, 't2', 99, range), { t1: 2, t2: 10 });
});

test('keys move by round steps, ten of them with shift or a page, and to the ends', () => {
  const range = { low: 0, high: 4 };
  assert.equal(keyStep(range), 0.02);
  assert.equal(keyTarget('ArrowRight', false, 1, range), 1.02);
  assert.equal(keyTarget('ArrowDown', true, 1, range), 0.8);
  assert.equal(keyTarget('PageUp', false, 1, range), 1.2);
  assert.equal(keyTarget('Home', false, 1, range), 0);
  assert.equal(keyTarget('End', false, 1, range), 4);
  assert.equal(keyTarget('a', false, 1, range), null);
});

test('dragging gives numbers that a person would write', () => {
  assert.equal(rounded(1.23456789, { low: 0, high: 5 }), 1.23);
  assert.equal(rounded(1234.56, { low: 0, high: 5000 }), 1235);
  assert.equal(rounded(0.00123456, { low: 0, high: 0.005 }), 0.00123);
});
