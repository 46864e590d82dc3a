/** One thumbnail with its heatmap on a small canvas. */

import { DEFAULT_COLOUR_MAP, isScale } from './colour-maps.js';
import { paintHeat } from './stage-painter.js';

/** One scratch canvas for all thumbnails: a map is coloured, drawn and forgotten. */
let scratch;

/**
 * Draws the image whole and centred, the heatmap over all of it.
 * @param {HTMLCanvasElement} canvas keeps the size its CSS gives it
 * @param {object} what
 * @param {ImageBitmap} what.image
 * @param {import('./anomaly-map.js').AnomalyMap | null} [what.map]
 * @param {number} [what.low] @param {number} [what.high] @param {number} [what.threshold]
 * @param {boolean} [what.heatmap] @param {number} [what.opacity] @param {string} [what.colourMap]
 */
export function renderThumbnailOverlay(canvas, what) {
  const { image, map, low, high, threshold, heatmap = true, opacity = 0.6, colourMap = DEFAULT_COLOUR_MAP } = what;
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round((canvas.clientWidth || 160) * ratio);
  const height = Math.round((canvas.clientHeight || 160) * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  const scale = Math.min(width / image.width, height / image.height);
  const box = [(width - image.width * scale) / 2, (height - image.height * scale) / 2, image.width * scale, image.height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, ...box);
  if (!heatmap || !map || !(opacity > 0) || !isScale({ low, high, threshold })) return;
  scratch = paintHeat(map, { low, high, threshold }, colourMap, scratch);
  context.globalAlpha = Math.min(1, opacity);
  context.drawImage(scratch, ...box);
  context.globalAlpha = 1;
}
