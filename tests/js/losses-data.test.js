import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { LossColumns, formatLoss } from '../../src/Portal/wwwroot/js/losses-data.js';

const step = (n, more = {}) => ({ step: n, epoch: 1, taskLoss: 1 / n, discriminatorLoss: null, adversarialLoss: null, discriminatorAccuracy: null, ...more });

test('steps become columns, what is no number becomes a gap', () => {
  const columns = new LossColumns();
  columns.append([step(1), step(2, { taskLoss: NaN }), step(3, { taskLoss: 'NaN' }), { step: NaN }, null]);
  assert.deepEqual(columns.step, [1, 2, 3]);
  assert.deepEqual(columns.taskLoss, [1, null, null]);
});

test('a resumed run replaces the steps after its checkpoint', () => {
  const columns = new LossColumns();
  columns.append([1, 2, 3, 4].map((n) => step(n)));
  columns.append([step(3, { taskLoss: 9 }), step(4, { taskLoss: 8 })]);
  assert.deepEqual(columns.step, [1, 2, 3, 4]);
  assert.deepEqual(columns.taskLoss.slice(2), [9, 8]);
});

test('series without values are not there', () => {
  const columns = new LossColumns();
  columns.append([step(1)]);
  assert.deepEqual(columns.present(), ['taskLoss']);
  columns.append([step(2, { discriminatorAccuracy: 0 })]);
  assert.deepEqual(columns.present(), ['taskLoss', 'discriminatorAccuracy']);
});

test('the latest rows come first, at most as many as asked', () => {
  const columns = new LossColumns();
  columns.append(Array.from({ length: 25 }, (_, i) => step(i + 1)));
  assert.deepEqual(columns.latest(10).map((row) => row.step), [25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
  assert.equal(columns.latest(99).length, 25);
});

test('the summary says the last values in words', () => {
  const columns = new LossColumns();
  assert.equal(columns.summary(), 'Losses appear after the first step');
  columns.append([step(4, { epoch: 2, discriminatorAccuracy: 0.5 })]);
  assert.equal(columns.summary(), 'Step 4, epoch 2: Task loss 0.2500, Discriminator accuracy 50 %.');
});

test('numbers keep the digits that matter', () => {
  assert.deepEqual([0, 0.12345, 12.345, 123.45, 1e-6, 123456, null].map((v) => formatLoss('taskLoss', v)), ['0.0000', '0.1235', '12.35', '123.5', '1.00e-6', '1.23e+5', '–']);
});
