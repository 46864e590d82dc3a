/** One thumbnail with its heatmap on a small canvas. */

import { DEFAULT_COLOUR_MAP, isScale } from './colour-maps.js';
import { contourPath } from './contour.js';
import { CONTOUR, HALO, paintHeat } from './stage-painter.js';

/** A map's line is traced once, not at every turn of the opacity. @type {WeakMap<object, {threshold: number, path: Path2D}>} */
const lines = new WeakMap();

/** One scratch canvas for all thumbnails: a map is coloured, drawn and forgotten. */
let scratch;

/**
 * Draws the image whole and centred, the heatmap over all of it.
 * @param {HTMLCanvasElement} canvas keeps the size its CSS gives it
 * @param {object} what
 * @param {ImageBitmap} what.image
 * @param {import('./anomaly-map.js').AnomalyMap | null} [what.map]
 * @param {number} [what.low] @param {number} [what.high] @param {number} [what.threshold]
 * @param {boolean} [what.heatmap] @param {number} [what.opacity] @param {string} [what.colourMap] @param {boolean} [what.contour]
 */
export function renderThumbnailOverlay(canvas, what) {
  const { image, map, low, high, threshold, heatmap = true, opacity = 0.6, colourMap = DEFAULT_COLOUR_MAP, contour = false } = what;
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
  if (!map || !isScale({ low, high, threshold })) return;
  if (heatmap && opacity > 0) {
    scratch = paintHeat(map, { low, high, threshold }, colourMap, scratch);
    context.globalAlpha = Math.min(1, opacity);
    context.drawImage(scratch, ...box);
    context.globalAlpha = 1;
  }
  if (contour) outline(context, map, threshold, box, ratio);
}

/** The line at the pixel threshold, light on dark: seen on any picture. */
function outline(context, map, threshold, [x, y, width, height], ratio) {
  let line = lines.get(map);
  if (line?.threshold !== threshold) lines.set(map, (line = { threshold, path: contourPath(map, threshold) }));
  const path = new Path2D();
  path.addPath(line.path, new DOMMatrix([width / map.width, 0, 0, height / map.height, x, y]));
  for (const [style, wide] of [[HALO, 2.5], [CONTOUR, 1]]) {
    context.strokeStyle = style;
    context.lineWidth = wide * ratio;
    context.stroke(path);
  }
}
