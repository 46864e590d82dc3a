import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { OutageWatch, PAUSES_S } from '../../src/Portal/wwwroot/js/outage-watch.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Parts whose health the test sets, and a clock that the test turns. */
function bench() {
  const health = { database: true, blobs: true, disk: true };
  const asked = [];
  const timers = [];
  const seen = { over: 0, changed: 0 };
  const watch = new OutageWatch({
    async works(part) {
      asked.push(part);
      if (health[part] === undefined) throw new Error('no answer');
      return health[part];
    },
    changed: () => seen.changed++,
    over: () => seen.over++,
    later: (run, ms) => timers.push({ run, ms, on: true }) - 1,
    never: (id) => timers[id] && (timers[id].on = false),
  });
  const waiting = () => timers.filter((timer) => timer.on);
  /** Lets the next look happen. */
  const turn = async () => {
    const [timer] = waiting();
    timer.on = false;
    timer.run();
    await tick();
  };
  return { watch, health, asked, seen, waiting, turn };
}

test('what was met is asked for with growing pauses, and its end is told once', async () => {
  const { watch, health, seen, waiting, turn } = bench();
  health.database = false;
  watch.met('database');
  const pauses = [];
  for (let i = 0; i < PAUSES_S.length + 1; i++) {
    assert.equal(waiting().length, 1);
    pauses.push(waiting()[0].ms / 1000);
    await turn();
  }
  assert.deepEqual(pauses, [...PAUSES_S, PAUSES_S.at(-1)]);
  assert.deepEqual(watch.away, ['database']);
  health.database = true;
  await turn();
  assert.deepEqual([watch.away, seen.over, waiting().length], [[], 1, 0]);
});

test('met again and again, it is not asked for more often', () => {
  const { watch, waiting, seen } = bench();
  for (let i = 0; i < 5; i++) watch.met('database');
  assert.deepEqual([waiting().length, seen.changed], [1, 1]);
});

test('over is what was away together, and not its first half', async () => {
  const { watch, health, seen, turn } = bench();
  Object.assign(health, { database: false, blobs: false });
  watch.met('database');
  watch.met('blobs');
  health.database = true;
  await turn();
  assert.deepEqual([watch.away, seen.over], [['blobs'], 0]);
  health.blobs = true;
  await turn();
  assert.equal(seen.over, 1);
});

test('a suspicion that proves wrong changes nothing, one that proves right is an outage', async () => {
  const { watch, health, asked, seen, waiting } = bench();
  await watch.look(['database', 'blobs']);
  assert.deepEqual([asked, seen, waiting().length], [['database', 'blobs'], { over: 0, changed: 0 }, 0]);
  health.blobs = false;
  await watch.look(['database', 'blobs']);
  assert.deepEqual([watch.away, waiting().length], [['blobs'], 1]);
});

test('many suspicions at once are one look', async () => {
  const { watch, asked } = bench();
  await Promise.all([watch.look(['blobs']), watch.look(['blobs']), watch.look(['blobs'])]);
  assert.deepEqual(asked, ['blobs']);
});

test('no answer at all is neither an outage nor its end', async () => {
  const { watch, health, seen, turn } = bench();
  health.database = undefined;
  await watch.look(['database']);
  assert.deepEqual(watch.away, []);
  watch.met('database');
  await turn();
  assert.deepEqual([watch.away, seen.over], [['database'], 0]);
});

test('what is met while it is being asked for is not forgotten', async () => {
  const { watch, seen } = bench();
  const look = watch.look(['blobs']);
  watch.met('disk');
  await look;
  assert.deepEqual([watch.away, seen.over], [['disk'], 0]);
});
