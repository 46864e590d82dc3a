import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { FetchPool } from '../../src/Portal/wwwroot/js/fetch-pool.js';
import { LruCache } from '../../src/Portal/wwwroot/js/lru-cache.js';
import { explainStatus } from '../../src/Portal/wwwroot/js/http.js';
import { formatScore } from '../../src/Portal/wwwroot/js/legend.js';

test('the cache lets the longest unused go, by weight', () => {
  const gone = [];
  const cache = new LruCache(10, (value) => gone.push(value));
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');
  cache.set('c', 'C', 4);
  assert.deepEqual(gone, ['B']);
  assert.ok(cache.holds('A') && !cache.holds('B'));
  cache.set('huge', 'H', 99);
  assert.deepEqual(gone, ['B', 'A', 'C']);
  assert.equal(cache.get('huge'), 'H');
  cache.clear();
  assert.equal(cache.size, 0);
});

test('the pool runs few at once, in order, and starts nothing that was aborted', async () => {
  const pool = new FetchPool(2);
  let running = 0;
  let most = 0;
  const order = [];
  const task = (n) => async () => {
    order.push(n);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (n === 1) throw new Error('one');
    return n;
  };
  const abort = new AbortController();
  const all = [0, 1, 2, 3].map((n) => pool.run(task(n), n === 2 ? abort.signal : undefined));
  abort.abort();
  const results = await Promise.allSettled(all);
  assert.deepEqual(order, [0, 1, 3]);
  assert.equal(most, 2);
  assert.deepEqual(results.map((r) => r.status), ['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  assert.equal(results[2].reason.name, 'AbortError');
});

test('statuses in words', () => {
  assert.equal(explainStatus('image', 401), 'You are signed out. Sign in and retry.');
  assert.equal(explainStatus('heatmap', 404), 'This heatmap is no longer stored.');
  assert.match(explainStatus('image', 500), /500/);
  assert.match(explainStatus('image', 503), /Try again in some seconds/);
});

test('scores keep three digits', () => {
  assert.deepEqual([1.234, 12.34, 123.4, -0.5, NaN].map(formatScore), ['1.23', '12.3', '123', '-0.50', '–']);
});
