/** From scores to places on the page and back: ranges, bars, ticks, and how a handle moves. No DOM in here. */

const BEYOND = 1.5;

/**
 * What the axis shows: all scores, unless a few lie so far out that nothing else could be told apart; those are drawn in the last bar.
 * @param {import('./line-scores.js').Scores} scores
 * @param {number[]} shown thresholds that must be on it
 * @returns {{low: number, high: number, beyond: number}} beyond: how many scores lie above the end
 */
export function scoreRange(scores, shown) {
  const parts = [scores.good, scores.defective, scores.unlabelled].filter((part) => part.length);
  let low = Math.min(...shown, ...parts.map((part) => part[0]));
  const top = Math.max(...shown, ...parts.map((part) => part[part.length - 1]));
  // Of each class nine of ten, and the thresholds, with room.
  const most = Math.max(...shown, ...parts.map((part) => part[Math.floor((part.length - 1) * 0.9)]));
  const wanted = low + (most - low) * BEYOND;
  let high = top <= wanted ? top : wanted;
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const room = (high - low) * 0.03;
  const beyond = parts.reduce((sum, part) => sum + part.filter((score) => score > high + room).length, 0);
  return { low: low - room, high: high + room, beyond };
}

/** @param {Float64Array} sorted @returns {number[]} images in each of `bars` equal stretches; what lies outside is in the outermost */
export function histogram(sorted, { low, high }, bars) {
  const counts = new Array(bars).fill(0);
  for (const score of sorted) counts[Math.min(bars - 1, Math.max(0, Math.floor(((score - low) / (high - low)) * bars)))]++;
  return counts;
}

/** @returns {number[]} round numbers within the range, about `count` of them */
export function ticks({ low, high }, count = 6) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) found.push(Number((n * step).toPrecision(12)));
  return found;
}

/** How far a key moves a handle: a round number near a two-hundredth of the range. */
export function keyStep({ low, high }) {
  const raw = (high - low) / 200;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
}

/** A number that was dragged to, without digits that no hand can mean. */
export function rounded(value, range) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10((range.high - range.low) / 5)));
  return Number(value.toFixed(Math.min(12, digits)));
}

/**
 * A handle stops at the other one: who wants to move both moves the other first.
 * @param {{t1: number, t2: number}} line @param {'t1' | 't2'} which @returns the line afterwards
 */
export function moveHandle(line, which, value, { low, high }) {
  const inside = Math.min(high, Math.max(low, value));
  return which === 't1' ? { ...line, t1: Math.min(inside, line.t2) } : { ...line, t2: Math.max(inside, line.t1) };
}

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** @returns {number | null} where a key sends a handle; null for a key that is none of a slider's */
export function keyTarget(key, shift, value, range) {
  if (key === 'Home') return range.low;
  if (key === 'End') return range.high;
  return key in KEYS ? rounded(value + KEYS[key] * (shift ? 10 : 1) * keyStep(range), range) : null;
}
