import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { areCosts, cheapest, costOf, countFlips, countLine, f1Max, judge, rankingCurves, rankingPoint, readScores, wilson } from '../../src/Portal/wwwroot/js/line-scores.js';

const cases = JSON.parse(readFileSync(new URL('./line-cases.json', import.meta.url)));
const scores = ({ good, defective, unlabelled = [] }) => ({
  good: Float64Array.from(good), defective: Float64Array.from(defective), unlabelled: Float64Array.from(unlabelled),
});
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

/** Numbers that are the same every time. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
}

function encode(parts) {
  const buffer = new ArrayBuffer(16 + 8 * parts.flat().length);
  const view = new DataView(buffer);
  [...'FSLS'].forEach((c, i) => view.setUint8(i, c.charCodeAt(0)));
  parts.forEach((part, i) => view.setUint32(4 + 4 * i, part.length, true));
  parts.flat().forEach((score, i) => view.setFloat64(16 + 8 * i, score, true));
  return buffer;
}

test('the same lines as on the server, from the same file', async (t) => {
  for (const c of cases) {
    await t.test(c.name, () => {
      const found = cheapest(scores(c), c.costs);
      near(found.t1, c.cheapest.t1);
      near(found.t2, c.cheapest.t2);
      near(costOf(countLine(scores(c), found), c.costs), c.cheapest.cost);
      near(f1Max(scores(c)), c.f1);
    });
  }
});

test('no pair of thresholds costs less than the cheapest', () => {
  const next = random(7);
  for (let round = 0; round < 60; round++) {
    const some = (shift) => Array.from({ length: 1 + Math.floor(next() * 8) }, () => Math.floor(next() * 12) + shift).sort((a, b) => a - b);
    const s = scores({ good: some(0), defective: some(4) });
    const costs = { escape: Math.floor(next() * 20), falseAlarm: Math.floor(next() * 5), review: next() * 3, defectPercent: round % 2 ? null : 2 };
    const found = costOf(countLine(s, cheapest(s, costs)), costs);
    for (let t1 = -1.5; t1 < 17; t1++) for (let t2 = t1; t2 < 17; t2++) assert.ok(costOf(countLine(s, { t1, t2 }), costs) >= found - 1e-9);
  }
});

test('scores at a threshold are certain', () => {
  assert.deepEqual(judge(Float64Array.of(0.5, 1, 1.5, 2), { t1: 1, t2: 2 }), { normal: 2, uncertain: 1, defect: 1, images: 4 });
  assert.deepEqual(judge(Float64Array.of(1, 2, 3), { t1: 2, t2: 2 }), { normal: 1, uncertain: 0, defect: 2, images: 3 });
});

test('flips are counted over all images, and going back turns them round', () => {
  const s = scores({ good: [1, 2, 3], defective: [3, 4], unlabelled: [2.5] });
  const [a, b] = [{ t1: 1, t2: 2 }, { t1: 2, t2: 3.5 }];
  const there = countFlips(s, a, b);
  assert.deepEqual(there, [{ from: 'defect', to: 'normal', images: 1 }, { from: 'defect', to: 'uncertain', images: 3 }]);
  assert.deepEqual(countFlips(s, b, a).map(({ from, to, images }) => ({ from: to, to: from, images })).sort((x, y) => x.images - y.images), there);
  assert.deepEqual(countFlips(s, a, a), []);
});

test('scores are read to the last bit, and a file that is cut off is refused', () => {
  const buffer = encode([[0.1, 1 / 3], [2], []]);
  assert.deepEqual(readScores(buffer), scores({ good: [0.1, 1 / 3], defective: [2] }));
  assert.throws(() => readScores(buffer.slice(0, 30)), /cut off/);
  assert.throws(() => readScores(new ArrayBuffer(4)), /no scores/);
});

test('without one of the classes nothing is offered', () => {
  const s = scores({ good: [1, 2], defective: [] });
  const costs = { escape: 1, falseAlarm: 1, review: 1 };
  assert.deepEqual([cheapest(s, costs), f1Max(s), rankingCurves(s), costOf(countLine(s, { t1: 1, t2: 2 }), costs)], [null, null, null, null]);
  assert.equal(areCosts({ escape: 1, falseAlarm: NaN, review: 0 }), false);
  assert.equal(areCosts({ escape: 1, falseAlarm: 1, review: 0, defectPercent: 100 }), false);
  assert.equal(areCosts(null), false);
});

test('curves go from nothing found to everything found, also when thinned', () => {
  const next = random(3);
  const many = (shift) => Array.from({ length: 3000 }, () => next() + shift).sort((a, b) => a - b);
  const { roc, pr } = rankingCurves(scores({ good: many(0), defective: many(0.3) }), 100);
  assert.deepEqual([roc[0], roc.at(-1)], [[0, 0], [1, 1]]);
  assert.ok(roc.length < 110 && pr.length < 110);
  assert.ok(roc.every(([x, y], i) => !i || (x >= roc[i - 1][0] && y >= roc[i - 1][1])));
  assert.deepEqual(pr.at(-1), [1, 0.5]);
  assert.deepEqual(rankingPoint(scores({ good: [1, 2], defective: [2, 3] }), 2), { roc: [0.5, 1], pr: [1, 2 / 3] });
  assert.deepEqual(rankingPoint(scores({ good: [1], defective: [2] }), 9).pr, [0, 1]);
});

test('the interval of Wilson by the books', () => {
  const [low, high] = wilson(1, 20);
  near(Math.round(low * 1e4), 89);
  near(Math.round(high * 1e4), 2361);
  assert.deepEqual([wilson(0, 10)[0], wilson(10, 10)[1], wilson(0, 0)], [0, 1, null]);
});

test('a hundred thousand scores are counted in no time to speak of', () => {
  const next = random(1);
  const many = (n) => Float64Array.from({ length: n }, next).sort();
  const s = { good: many(50_000), defective: many(30_000), unlabelled: many(20_000) };
  let looks = 0;
  const seen = new Proxy(s.good, { get: (target, key) => (typeof key === 'string' && /^\d+$/.test(key) && looks++, Reflect.get(target, key)) });
  judge(seen, { t1: 0.4, t2: 0.6 });
  assert.ok(looks <= 40, `${looks} scores were looked at for one count`);
});
