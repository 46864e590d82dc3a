import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { advice, changes, percent, rate } from '../../src/Portal/wwwroot/js/line-words.js';

const of = (good, defective, unlabelled = 0) => ({ good: { images: good }, defective: { images: defective }, unlabelled: { images: unlabelled } });

test('a share stands with its interval, and without images there is none', () => {
  assert.equal(rate(1, 20, 'good'), '5.0 % · 1 of 20 · 95 %: 0.9 % to 24 %');
  assert.equal(rate(0, 0, 'defective'), 'no defective images to tell by');
  assert.deepEqual([percent(0), percent(0.004), percent(0.5), percent(1)], ['0 %', '0.4 %', '50 %', '100 %']);
});

test('changes are counted and named', () => {
  assert.equal(changes([]), 'No image changes its verdict.');
  assert.equal(changes([{ from: 'uncertain', to: 'defect', images: 1 }]), '1 image changes: 1 uncertain → defect.');
  assert.equal(
    changes([{ from: 'normal', to: 'uncertain', images: 1200 }, { from: 'uncertain', to: 'defect', images: 3 }]),
    '1,203 images change: 1,200 normal → uncertain, 3 uncertain → defect.',
  );
});

test('what the labels cannot decide is said', () => {
  assert.match(advice(of(0, 0, 9)), /^No test image has a label/);
  assert.match(advice(of(0, 0)), /scored no image yet/);
  assert.match(advice(of(9, 0)), /escapes cannot/);
  assert.match(advice(of(0, 9)), /false alarms cannot/);
  assert.match(advice(of(30, 1)), /^1 defective image is few/);
  assert.match(advice(of(3, 4)), /^3 good and 4 defective images are few/);
  assert.equal(advice(of(20, 20)), '');
});
