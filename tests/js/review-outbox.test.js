import test from 'node:test';
import assert from 'node:assert/strict';
import { ReviewOutbox } from '../../src/Portal/wwwroot/js/review-outbox.js';

const storage = () => {
  const kept = new Map();
  return { kept, getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
};
const entry = (id) => ({ clientId: `c-${id}`, result: id, body: { verdict: 'normal' } });
const settle = () => new Promise((run) => setTimeout(run, 5));

function outbox(answers, kept = storage()) {
  const log = { sent: [], done: [], changed: [], later: [] };
  const made = new ReviewOutbox({
    send: async (e) => {
      log.sent.push(e.result);
      return { status: answers.length ? answers.shift() : 201 };
    },
    storage: kept, key: 'k', done: (e, a) => log.done.push([e.result, a.status]), changed: (...c) => log.changed.push(c), later: (run, ms) => log.later.push([run, ms]),
  });
  return { made, log, kept };
}

test('sends in order and keeps nothing that arrived', async () => {
  const { made, log, kept } = outbox([]);
  ['a', 'b', 'c'].forEach((id) => made.add(entry(id)));
  await settle();
  assert.deepEqual(log.done, [['a', 201], ['b', 201], ['c', 201]]);
  assert.equal(kept.kept.size, 0);
});

test('what cannot be sent is kept over a reload and sent again with the same id', async () => {
  const first = outbox([0]);
  first.made.add(entry('a'));
  first.made.add(entry('b'));
  await settle();
  assert.deepEqual(first.log.changed.at(-1), [2, 0]);
  assert.equal(first.log.later.length, 1);
  const second = outbox([], first.kept);
  second.made.start();
  await settle();
  assert.deepEqual(second.log.done, [['a', 201], ['b', 201]]);
});

test('waits longer each time, and not at all when the network is back', async () => {
  const { made, log } = outbox([503, 0, 401]);
  made.add(entry('a'));
  for (let i = 0; i < 3; i++) {
    await settle();
    log.later.at(-1)[0]();
  }
  await settle();
  assert.deepEqual(log.later.map(([, ms]) => ms), [500, 1000, 2000]);
  assert.deepEqual(log.done, [['a', 201]]);
});

test('a refusal is told and not tried again', async () => {
  const { made, log, kept } = outbox([409]);
  made.add(entry('a'));
  await settle();
  assert.deepEqual([log.sent, log.done], [['a'], [['a', 409]]]);
  assert.equal(kept.kept.size, 0);
});

test('one that has not gone out is taken back without the server', async () => {
  const { made, log } = outbox([0]);
  made.add(entry('a'));
  made.add(entry('b'));
  await settle();
  assert.ok(made.cancel('b'));
  assert.ok(!made.cancel('x'));
  log.later[0][0]();
  await settle();
  assert.deepEqual(log.done, [['a', 201]]);
});

test('storage that holds nonsense or is forbidden does no harm', async () => {
  const broken = { getItem: () => '{', setItem: () => { throw new Error('full'); }, removeItem: () => { throw new Error('full'); } };
  const { made, log } = outbox([], broken);
  made.add(entry('a'));
  await settle();
  assert.deepEqual(log.done, [['a', 201]]);
});
