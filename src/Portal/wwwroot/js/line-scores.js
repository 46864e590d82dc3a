/**
 * What a line makes of a model's scores, in the browser: the same sums as Domain/Evaluation, so that a handle that is dragged counts at
 * once. Scores come sorted and to the last bit, so the counts are the server's. No DOM in here.
 */

const Z = 1.959963984540054; // of the normal distribution, for 95 % on both sides

/**
 * @typedef {{t1: number, t2: number}} Line
 * @typedef {{good: Float64Array, defective: Float64Array, unlabelled: Float64Array}} Scores sorted from the lowest
 * @typedef {{normal: number, uncertain: number, defect: number, images: number}} Counts
 * @typedef {{escape: number, falseAlarm: number, review: number, defectPercent?: number | null}} Costs
 */

/** @param {ArrayBuffer} buffer as `/models/{id}/line/scores` sends it @returns {Scores} */
export function readScores(buffer) {
  const view = new DataView(buffer);
  const magic = buffer.byteLength < 16 ? '' : String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== 'FSLS') throw new Error('These are no scores.');
  const counts = [4, 8, 12].map((at) => view.getUint32(at, true));
  if (buffer.byteLength !== 16 + 8 * counts.reduce((a, b) => a + b)) throw new Error('The scores are cut off.');
  let at = 16;
  const [good, defective, unlabelled] = counts.map((count) => {
    const part = new Float64Array(count);
    for (let i = 0; i < count; i++, at += 8) part[i] = view.getFloat64(at, true);
    return part;
  });
  return { good, defective, unlabelled };
}

/** @returns {number} how many at the beginning of `sorted` hold */
function find(sorted, holds) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const below = (sorted, value) => find(sorted, (score) => score < value);

/** @param {Float64Array} sorted @param {Line} line @returns {Counts} */
export function judge(sorted, { t1, t2 }) {
  const normal = find(sorted, (score) => score <= t1 && score < t2);
  const defect = sorted.length - below(sorted, t2);
  return { normal, uncertain: sorted.length - normal - defect, defect, images: sorted.length };
}

/** @param {Scores} scores @param {Line} line */
export const countLine = (scores, line) => ({
  good: judge(scores.good, line),
  defective: judge(scores.defective, line),
  unlabelled: judge(scores.unlabelled, line),
});

/** How many images change, between every two verdicts. @returns {{from: string, to: string, images: number}[]} */
export function countFlips(scores, from, to) {
  const verdicts = ['normal', 'uncertain', 'defect'];
  const flips = new Map();
  for (const sorted of [scores.good, scores.defective, scores.unlabelled]) {
    const ranges = [from, to].map((line) => {
      const counts = judge(sorted, line);
      const cuts = [0, counts.normal, counts.normal + counts.uncertain, sorted.length];
      return verdicts.map((_, i) => [cuts[i], cuts[i + 1]]);
    });
    verdicts.forEach((before, i) =>
      verdicts.forEach((after, j) => {
        const images = Math.min(ranges[0][i][1], ranges[1][j][1]) - Math.max(ranges[0][i][0], ranges[1][j][0]);
        if (i !== j && images > 0) flips.set(`${before} ${after}`, (flips.get(`${before} ${after}`) ?? 0) + images);
      }),
    );
  }
  return [...flips].map(([key, images]) => ({ from: key.split(' ')[0], to: key.split(' ')[1], images }));
}

/** @param {Costs | null} costs */
export const areCosts = (costs) =>
  !!costs && [costs.escape, costs.falseAlarm, costs.review].every((cost) => Number.isFinite(cost) && cost >= 0) &&
  (costs.defectPercent == null || (costs.defectPercent > 0 && costs.defectPercent < 100));

/** How much of a hundred parts one test image of a class stands for. */
const weights = (good, defective, { defectPercent }) =>
  defectPercent != null
    ? [(100 - defectPercent) / good, defectPercent / defective]
    : [100 / (good + defective), 100 / (good + defective)];

/** @returns {number | null} expected cost of a hundred parts; null unless there are good and defective images */
export function costOf(counts, costs) {
  if (!counts.good.images || !counts.defective.images) return null;
  const [good, defective] = weights(counts.good.images, counts.defective.images, costs);
  return (
    good * (costs.review * counts.good.uncertain + costs.falseAlarm * counts.good.defect) +
    defective * (costs.escape * counts.defective.normal + costs.review * counts.defective.uncertain)
  );
}

const labelled = ({ good, defective }) => Float64Array.from(new Set([...good, ...defective])).sort();

/** In the gap that `gap` of the distinct values lie below, for T1 and for T2. */
function inside(values, gap) {
  const last = values.length - 1;
  const margin = values[last] > values[0] ? (values[last] - values[0]) / 20 : 1;
  if (gap === 0) return [values[0] - margin, values[0] - margin];
  if (gap > last) return [values[last] + margin, values[last] + margin];
  const [low, high] = [values[gap - 1], values[gap]];
  const middle = low + (high - low) / 2;
  return [middle < high ? middle : low, middle > low ? middle : high];
}

/** The line of least expected cost: see LineChoice.Cheapest for why one walk finds it. @returns {Line | null} */
export function cheapest(scores, costs) {
  const { good, defective } = scores;
  if (!good.length || !defective.length || !areCosts(costs)) return null;
  const values = labelled(scores);
  const [weightGood, weightDefective] = weights(good.length, defective.length, costs);
  let [bestFirst, bestPair, first, gaps] = [Infinity, Infinity, 0, [0, 0]];
  for (let gap = 0; gap <= values.length; gap++) {
    const end = gap === values.length;
    const goodAbove = end ? 0 : good.length - below(good, values[gap]);
    const defectiveBelow = end ? defective.length : below(defective, values[gap]);
    const defectiveAbove = defective.length - defectiveBelow;
    const upTo =
      weightGood * costs.review * goodAbove + weightDefective * (costs.escape * defectiveBelow + costs.review * defectiveAbove);
    if (upTo <= bestFirst) [bestFirst, first] = [upTo, gap];
    const from = weightGood * (costs.falseAlarm - costs.review) * goodAbove - weightDefective * costs.review * defectiveAbove;
    if (bestFirst + from < bestPair) [bestPair, gaps] = [bestFirst + from, [first, gap]];
  }
  return { t1: inside(values, gaps[0])[0], t2: inside(values, gaps[1])[1] };
}

/** @returns {number | null} the T2 with the largest F1, in the middle of its gap */
export function f1Max(scores) {
  const { good, defective } = scores;
  if (!good.length || !defective.length) return null;
  const values = labelled(scores);
  let [best, gap] = [-1, 0];
  for (let i = values.length - 1; i >= 0; i--) {
    const hits = defective.length - below(defective, values[i]);
    const f1 = (2 * hits) / (hits + good.length - below(good, values[i]) + defective.length);
    if (f1 >= best) [best, gap] = [f1, i];
  }
  return inside(values, gap)[1];
}

/** The score interval of Wilson, 95 %. @returns {[number, number] | null} null when nothing was counted */
export function wilson(hits, all) {
  if (!all) return null;
  const share = hits / all;
  const spread = (Z * Z) / all;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / all + spread / (4 * all));
  return [hits === 0 ? 0 : Math.max(0, middle - half), hits === all ? 1 : Math.min(1, middle + half)];
}

/**
 * Points of the ROC and the precision-recall curve, from the highest threshold down; of very many, some that are evenly spread.
 * @returns {{roc: [number, number][], pr: [number, number][]} | null}
 */
export function rankingCurves(scores, most = 400) {
  const { good, defective } = scores;
  if (!good.length || !defective.length) return null;
  const values = labelled(scores);
  const step = Math.max(1, Math.ceil(values.length / most));
  const [roc, pr] = [[[0, 0]], []];
  for (let i = values.length - 1; i >= 0; i = i > 0 && i < step ? 0 : i - step) {
    const point = rankingPoint(scores, values[i]);
    roc.push(point.roc);
    pr.push(point.pr);
  }
  return { roc, pr };
}

/** Where a threshold lies on both curves, when scores from it on count as defective. Nothing found: a precision of 1 by convention. */
export function rankingPoint({ good, defective }, threshold) {
  const hits = defective.length - below(defective, threshold);
  const alarms = good.length - below(good, threshold);
  const recall = hits / defective.length;
  return { roc: [alarms / good.length, recall], pr: [recall, hits + alarms ? hits / (hits + alarms) : 1] };
}
