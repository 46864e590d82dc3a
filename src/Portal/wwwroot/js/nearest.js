/**
 * Which support shot an image is nearest to: by the mean absolute difference of small grey pictures, each less its own mean. Both
 * thumbnails are drawn into a square of SIDE × SIDE, so the measure looks at place and shape and not at lighting or size.
 */

import { loadImage } from './http.js';

export const SIDE = 32;

/**
 * @param {ArrayLike<number>} rgba of SIDE × SIDE pixels
 * @returns {Float32Array} luma less its mean
 */
export function fingerprint(rgba) {
  const grey = new Float32Array(rgba.length / 4);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
    sum += grey[i];
  }
  const mean = sum / (grey.length || 1);
  return grey.map((value) => value - mean);
}

/** @param {Float32Array} a @param {Float32Array} b @returns {number} 0 for the same picture, in grey values of 0 to 255 */
export function difference(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / (a.length || 1);
}

/**
 * @param {Float32Array} of
 * @param {(Float32Array | null)[]} among null for one that could not be read
 * @returns {number} its index, the first of equals; −1 when there is none
 */
export function nearest(of, among) {
  let [best, least] = [-1, Infinity];
  among.forEach((candidate, i) => {
    const distance = candidate ? difference(of, candidate) : Infinity;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

/** @param {string} image id @param {AbortSignal} [signal] @returns {Promise<Float32Array>} */
export async function fingerprintOf(image, signal) {
  const picture = await loadImage(`/api/v1/images/${image}/thumbnail`, { signal });
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, SIDE, SIDE);
  picture.close?.();
  return fingerprint(context.getImageData(0, 0, SIDE, SIDE).data);
}
