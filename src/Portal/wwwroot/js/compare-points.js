/** Pairs of scaled scores of two models, as the server sends them. No page needed: tests read this by itself. */

import { say } from './texts.js';

const MAGIC = 'FSCS';
const HEADER = 8;
const POINT = 28;

/**
 * Labels: 0 none, 1 good, 2 defective. Flipped: the two give another verdict, each by its own line.
 * @typedef {{count: number, first: Float32Array, second: Float32Array, label: Uint8Array, flipped: boolean[], id: (index: number) => string}} Points
 * @param {ArrayBuffer} buffer
 * @returns {Points}
 */
export function readPoints(buffer) {
  const view = new DataView(buffer);
  const magic = buffer.byteLength < HEADER ? '' : String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  const count = magic === MAGIC ? view.getUint32(4, true) : -1;
  if (count < 0 || buffer.byteLength !== HEADER + count * POINT) throw new Error(say('TheListOfScoresIsDamaged'));
  const first = new Float32Array(count);
  const second = new Float32Array(count);
  const label = new Uint8Array(count);
  const flipped = new Array(count);
  for (let i = 0; i < count; i++) {
    const at = HEADER + i * POINT;
    first[i] = view.getFloat32(at, true);
    second[i] = view.getFloat32(at + 4, true);
    label[i] = view.getUint8(at + 8);
    flipped[i] = view.getUint8(at + 9) !== view.getUint8(at + 10);
  }
  const id = (i) => [...new Uint8Array(buffer, HEADER + i * POINT + 12, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { count, first, second, label, flipped, id };
}

/**
 * The point nearest to a place of the plot, within reach; -1 when none is.
 * @param {Points} points @param {number} x first @param {number} y second @param {number} reach
 */
export function nearest(points, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < points.count; i++) {
    const dx = points.first[i] - x;
    const dy = points.second[i] - y;
    const apart = dx * dx + dy * dy;
    if (apart <= least) {
      least = apart;
      best = i;
    }
  }
  return best;
}
