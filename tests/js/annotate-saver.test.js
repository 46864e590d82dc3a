import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { REST_MS, Saver, decide } from '../../src/Portal/wwwroot/js/annotate-saver.js';
import { draftAt } from '../../src/Portal/wwwroot/js/annotate-remote.js';

const state = (...xs) => ({ shapes: xs.map((x) => ({ tool: 'box', layer: 'defect', points: [x, 0, x + 5, 5] })), useBase: true });

/** A server with one document and tags, a browser's store, a clock that a test moves. */
function bench({ room = Infinity } = {}) {
  const server = { state: state(), tag: '"0"', isUp: true, sent: [], refuse: null, hold: null };
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => kept.delete(key),
    setItem: (key, text) => {
      if (text.length > room) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, text);
    },
  };
  const timers = new Map();
  let [now, next] = [0, 1];
  const make = () => new Saver({
    server: { state: server.state, tag: server.tag },
    send: async (what, tag) => {
      if (server.hold) await server.hold;
      if (!server.isUp) throw new TypeError('Failed to fetch');
      if (server.refuse) return server.refuse;
      if (tag !== server.tag) return { status: 412 };
      server.sent.push(what);
      [server.state, server.tag] = [what, `"${server.sent.length}"`];
      return { status: 200, tag: server.tag, note: what.shapes.length ? null : 'No defect is marked any more.' };
    },
    fetch: async () => {
      if (!server.isUp) throw new TypeError('Failed to fetch');
      return { state: server.state, tag: server.tag };
    },
    store: draftAt('key', storage),
    later: (run, ms) => {
      timers.set(next, { run, at: now + ms });
      return next++;
    },
    never: (timer) => timers.delete(timer),
  });
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const pass = async (ms) => {
    now += ms;
    for (const [id, timer] of [...timers]) {
      if (timer.at > now) continue;
      timers.delete(id);
      timer.run();
    }
    await settle();
  };
  return { server, make, pass, settle, draft: () => draftAt('key', storage).get() };
}

test('after a rest, and once for many changes, the drawing goes to the server and the draft goes', async () => {
  const { server, make, pass, draft } = bench();
  const saver = make();
  for (let i = 1; i <= 5; i++) {
    saver.changed(state(...Array(i).keys()));
    assert.equal(draft().state.shapes.length, i); // before anything else
    await pass(REST_MS - 100);
  }
  assert.deepEqual([saver.phase, server.sent.length], ['waiting', 0]);
  await pass(100);
  assert.deepEqual([saver.phase, server.sent.length, server.state.shapes.length, draft()], ['saved', 1, 5, null]);
  saver.changed(state());
  await pass(REST_MS);
  assert.match(saver.note, /No defect/);
});

test('without a connection everything is kept, tried again ever more slowly, and saved when it is back', async () => {
  const { server, make, pass, draft } = bench();
  const saver = make();
  server.isUp = false;
  saver.changed(state(1));
  await pass(REST_MS);
  assert.deepEqual([saver.phase, saver.isKept], ['offline', true]);
  saver.changed(state(1, 2));
  await pass(REST_MS);
  await pass(2_000);
  await pass(5_000);
  assert.deepEqual([saver.phase, draft().state.shapes.length], ['offline', 2]);
  server.isUp = true;
  await saver.flush();
  assert.deepEqual([saver.phase, server.state.shapes.length, draft()], ['saved', 2, null]);
});

test('what is drawn while a save is under way is saved after it, on the new tag', async () => {
  const { server, make, pass, settle, draft } = bench();
  const saver = make();
  let go;
  server.hold = new Promise((resolve) => (go = resolve));
  saver.changed(state(1));
  await pass(REST_MS);
  assert.equal(saver.phase, 'saving');
  saver.changed(state(1, 2));
  go();
  await settle();
  assert.deepEqual([saver.phase, draft().tag, draft().state.shapes.length], ['waiting', '"1"', 2]);
  await pass(REST_MS);
  assert.deepEqual([saver.phase, server.sent.length, server.state.shapes.length], ['saved', 2, 2]);
});

for (const whose of ['mine', 'theirs'])
  test(`somebody else saved: nothing is lost until the person says “${whose}”`, async () => {
    const { server, make, pass, settle, draft } = bench();
    const saver = make();
    [server.state, server.tag] = [state(9), '"other"'];
    saver.changed(state(1));
    await pass(REST_MS);
    assert.deepEqual([saver.phase, server.state, draft().state], ['conflict', state(9), state(1)]);
    saver.changed(state(1, 2)); // drawn on while the question stands
    await pass(60_000);
    assert.deepEqual([saver.phase, server.state, draft().state], ['conflict', state(9), state(1, 2)]);
    const shown = saver.resolve(whose);
    await settle();
    assert.deepEqual([saver.phase, server.state, draft(), shown], ['saved', whose === 'mine' ? state(1, 2) : state(9), null, whose === 'mine' ? state(1, 2) : state(9)]);
  });

test('who drew the same as the other is not asked', async () => {
  const { server, make, pass } = bench();
  const saver = make();
  [server.state, server.tag] = [state(1), '"other"'];
  saver.changed(state(1));
  await pass(REST_MS);
  assert.equal(saver.phase, 'saved');
});

test('a refusal is shown as it is said, is not repeated by itself, and the next change tries again', async () => {
  const { server, make, pass, draft } = bench();
  const saver = make();
  server.refuse = { status: 400, message: 'Shape 1 cannot be kept.' };
  saver.changed(state(1));
  await pass(REST_MS);
  assert.deepEqual([saver.phase, saver.message], ['refused', 'Shape 1 cannot be kept.']);
  await pass(600_000);
  assert.equal(saver.phase, 'refused');
  assert.equal(draft().state.shapes.length, 1);
  server.refuse = null;
  saver.changed(state(2));
  await pass(REST_MS);
  assert.equal(saver.phase, 'saved');
});

test('a browser without room says so and the server is asked all the same', async () => {
  const { make, pass } = bench({ room: 10 });
  const saver = make();
  saver.changed(state(1));
  assert.equal(saver.isKept, false);
  await pass(REST_MS);
  assert.equal(saver.phase, 'saved');
});

test('on opening, a draft is taken up, asked about or forgotten', () => {
  const server = { state: state(1), tag: '"3"' };
  assert.equal(decide(null, server), 'server');
  assert.equal(decide({ state: state(1), tag: '"1"' }, server), 'server');
  assert.equal(decide({ state: state(2), tag: '"3"' }, server), 'draft');
  assert.equal(decide({ state: state(2), tag: '"2"' }, server), 'conflict');
});

test('a draft of an earlier visit is contested and resolved like any other', async () => {
  const { server, make, settle } = bench();
  [server.state, server.tag] = [state(9), '"other"'];
  const saver = make();
  saver.contest({ state: state(1), tag: '"0"' }, { state: server.state, tag: server.tag });
  assert.equal(saver.phase, 'conflict');
  saver.resolve('mine');
  await settle();
  assert.deepEqual([saver.phase, server.state], ['saved', state(1)]);
});
