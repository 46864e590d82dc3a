import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { RETRY_DELAYS_MS, UploadQueue } from '../../src/Portal/wwwroot/js/upload-queue.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));
const image = (n) => ({ file: {}, path: `bottle/test/good/${n}.png` });
const mask = (n) => ({ file: {}, path: `bottle/ground_truth/broken/${n}_mask.png` });

/** A wire on which the test answers, and a clock that the test turns. */
function bench(parallel = 3) {
  const sent = [];
  const timers = [];
  const queue = new UploadQueue({
    parallel,
    send(item, progress) {
      const call = { path: item.path, progress, aborted: false };
      const outcome = new Promise((resolve) => (call.answer = (kind = 'done', more = {}) => (resolve({ kind, message: '', ...more }), tick())));
      sent.push(call);
      return { outcome, abort: () => (call.aborted = true) };
    },
    timer: {
      set: (run, ms) => timers.push({ run, ms, on: true }) - 1,
      clear: (id) => (timers[id].on = false),
    },
  });
  return { queue, sent, timers };
}

test('three at a time, in the order given', async () => {
  const { queue, sent } = bench();
  queue.add([1, 2, 3, 4, 5].map(image));
  assert.deepEqual(sent.map((s) => s.path.at(-5)), ['1', '2', '3']);
  await sent[1].answer();
  assert.equal(sent.length, 4);
  assert.equal(sent[3].path, image(4).path);
});

test('masks wait for every image, also for those added later and those that fail', async () => {
  const { queue, sent } = bench(2);
  queue.add([mask(1), image(1), mask(2)]);
  assert.deepEqual(sent.map((s) => s.path), [image(1).path]);
  queue.add([image(2)]);
  await sent[0].answer();
  assert.equal(sent.length, 2);
  await sent[1].answer('failed');
  assert.deepEqual(sent.slice(2).map((s) => s.path), [mask(1).path, mask(2).path]);
});

test('a cancelled image does not keep the masks waiting', async () => {
  const { queue, sent } = bench();
  queue.add([image(1), mask(1)]);
  queue.cancel(queue.items[0]);
  assert.ok(sent[0].aborted);
  assert.equal(sent[1].path, mask(1).path);
});

test('a retry brings the images before the masks, whatever their order in the list', async () => {
  const { queue, sent } = bench(1);
  queue.add([mask(1), image(1)]);
  await sent[0].answer('failed');
  await sent[1].answer('failed');
  queue.retryFailed();
  assert.equal(sent.length, 3);
  assert.equal(sent[2].path, image(1).path);
});

test('a lost network is tried again with growing waits, then it is a failure with a retry', async () => {
  const { queue, sent, timers } = bench();
  queue.add([image(1)]);
  for (let i = 0; i < RETRY_DELAYS_MS.length; i++) {
    await sent[i].answer('network', { message: 'No connection' });
    assert.equal(queue.items[0].state, 'pausing');
    assert.equal(timers[i].ms, RETRY_DELAYS_MS[i]);
    timers[i].run();
    assert.equal(sent.length, i + 2);
  }
  await sent[RETRY_DELAYS_MS.length].answer('network', { message: 'No connection' });
  assert.equal(queue.items[0].state, 'failed');
  assert.equal(timers.length, RETRY_DELAYS_MS.length);
  queue.retry(queue.items[0]);
  assert.equal(queue.items[0].attempts, 1);
  await sent[RETRY_DELAYS_MS.length + 1].answer();
  assert.equal(queue.summary.done, 1);
});

test('the server may ask for a longer wait', async () => {
  const { queue, sent, timers } = bench();
  queue.add([image(1)]);
  await sent[0].answer('network', { waitMs: 30000 });
  assert.equal(timers[0].ms, 30000);
});

test('a waiting retry holds its place, so that a dead network does not eat the queue', async () => {
  const { queue, sent } = bench(2);
  queue.add([1, 2, 3, 4].map(image));
  await sent[0].answer('network');
  await sent[1].answer('network');
  assert.equal(sent.length, 2);
});

test('signed out stops the queue once, and one retry brings everything back', async () => {
  const { queue, sent } = bench(1);
  queue.add([image(1), image(2), mask(1)]);
  await sent[0].answer('signedOut', { message: 'You are signed out. Sign in and retry.' });
  assert.equal(sent.length, 1);
  assert.equal(queue.summary.failed, 3);
  assert.ok(queue.items.every((item) => item.message.startsWith('You are signed out')));
  queue.retryFailed();
  for (let i = 1; i < 4; i++) await sent[i].answer();
  assert.equal(sent.length, 4);
  assert.deepEqual({ ...queue.summary }, { total: 3, done: 3, duplicate: 0, failed: 0, cancelled: 0, open: 0, finished: true });
});

test('cancel all aborts what runs, clears what waits, and hears no late answers', async () => {
  const { queue, sent, timers } = bench(2);
  queue.add([1, 2, 3].map(image));
  await sent[0].answer('network');
  queue.cancelAll();
  assert.ok(sent[1].aborted);
  assert.ok(!timers[0].on);
  await sent[1].answer('done');
  timers[0].run();
  assert.equal(sent.length, 2);
  assert.equal(queue.summary.cancelled, 3);
});

test('what is refused here is never sent and cannot be retried', () => {
  const { queue, sent } = bench();
  queue.add([{ ...image(1), refusal: 'Larger than 50 MB' }]);
  queue.retryFailed();
  assert.equal(sent.length, 0);
  assert.equal(queue.summary.failed, 1);
});

test('duplicates count as done, progress counts files and parts of files', async () => {
  const { queue, sent } = bench();
  queue.add([1, 2].map(image));
  await sent[0].answer('duplicate');
  sent[1].progress(0.5);
  assert.equal(queue.progress, 0.75);
  assert.equal(queue.summary.done, 1);
  queue.clear();
  assert.equal(queue.items.length, 1);
  await sent[1].answer();
  assert.deepEqual([queue.summary.total, queue.summary.done], [1, 1]);
});

test('2,000 files finish, each sent once', async () => {
  const { queue, sent } = bench();
  queue.add(Array.from({ length: 2000 }, (_, n) => (n % 4 ? image(n) : mask(n))));
  for (let i = 0; i < 2000; i++) await sent[i].answer();
  assert.equal(new Set(sent.map((s) => s.path)).size, 2000);
  assert.ok(queue.summary.finished);
  assert.ok(sent.slice(0, 1500).every((s) => !s.path.includes('ground_truth')));
});

test('after an outage what waits goes on at once, what was given up is sent again, and what was refused stays refused', async () => {
  const { queue, sent, timers } = bench(3);
  const states = () => queue.items.map((item) => item.state);
  queue.add([1, 2, 3].map(image));
  await sent[1].answer('failed');
  await sent[0].answer('network');
  for (let last = sent[2]; ; last = sent.at(-1)) {
    await last.answer('network');
    if (queue.items[2].state === 'failed') break;
    timers.at(-1).run();
  }
  assert.deepEqual(states(), ['pausing', 'failed', 'failed']);
  queue.resume();
  assert.deepEqual(states(), ['sending', 'failed', 'sending']);
  assert.equal(timers[0].on, false);
});
