/** The colour scale of a model as a small picture: what a colour means, and where the threshold lies. */

import { colourIndex, colourTable, isScale } from './colour-maps.js';
import { say } from './texts.js';

const BAR = 10;
const TICK = 4;
const LABEL_GAP = 8;

/** What was drawn last on which canvas: drawn again when the theme changes. @type {Map<HTMLCanvasElement, object>} */
const drawn = new Map();

function remember(canvas, scale) {
  if (!drawn.size) document.addEventListener('themechange', redraw);
  drawn.set(canvas, scale);
}

function redraw() {
  for (const [canvas, scale] of [...drawn]) {
    if (canvas.isConnected) renderLegend(canvas, scale);
    else drawn.delete(canvas);
  }
}

/** @param {number} value @returns {string} three digits that matter, as on the score panel */
export function formatScore(value) {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/**
 * Draws a bar from low to high with the three numbers beneath it. The canvas keeps the size its CSS gives it (about 240 × 32).
 * @param {HTMLCanvasElement} canvas
 * @param {{low: number, high: number, threshold: number, colourMap?: string}} scale
 */
export function renderLegend(canvas, scale) {
  const { low, high, threshold, colourMap } = scale;
  remember(canvas, scale);
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth || 240;
  const height = canvas.clientHeight || 32;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.setAttribute('role', 'img');
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  if (!isScale({ low, high, threshold })) {
    canvas.setAttribute('aria-label', say('NoColourScaleTheModelIsNot'));
    return;
  }
  canvas.setAttribute(
    'aria-label',
    say('ColourScaleFromToPixelThreshold', formatScore(low), formatScore(high), formatScore(threshold)),
  );
  const table = colourTable(colourMap);
  const top = TICK;
  // One strip per device pixel: a canvas gradient of 256 stops would be no shorter and less exact.
  for (let i = 0; i < canvas.width; i++) {
    const entry = colourIndex(low + ((i + 0.5) / canvas.width) * (high - low), { low, high }) * 3;
    context.fillStyle = `rgb(${table[entry]} ${table[entry + 1]} ${table[entry + 2]})`;
    context.fillRect(i / ratio, top, 1 / ratio + 0.02, BAR);
  }
  const style = getComputedStyle(canvas);
  const strong = style.getPropertyValue('--fs-text').trim() || style.color;
  const quiet = style.getPropertyValue('--fs-text-2').trim() || style.color;
  const mark = Math.min(width - 1, Math.max(1, ((threshold - low) / (high - low)) * width));
  context.fillStyle = strong;
  context.fillRect(mark - 1, 0, 2, BAR + 2 * TICK);

  const font = `500 12px ${style.fontFamily || 'Roboto, sans-serif'}`;
  if (!document.fonts.check(font)) {
    // A canvas does not draw itself again when a font arrives. Once only: a font that fails to load fails the check for good.
    const waiting = !canvas.dataset.font;
    canvas.dataset.font = 'asked';
    if (waiting) document.fonts.load(font).then(() => canvas.isConnected && renderLegend(canvas, scale), () => {});
  }
  context.font = font;
  context.textBaseline = 'top';
  const labelTop = top + BAR + TICK + 1;
  const half = context.measureText(formatScore(threshold)).width / 2;
  const middle = Math.min(width - half, Math.max(half, mark));
  context.textAlign = 'center';
  context.fillText(formatScore(threshold), middle, labelTop);
  // The ends give way: the threshold is the number people look for.
  context.fillStyle = quiet;
  context.font = context.font.replace('500', '400');
  const [from, to] = [formatScore(low), formatScore(high)];
  context.textAlign = 'left';
  if (context.measureText(from).width + LABEL_GAP < middle - half) context.fillText(from, 0, labelTop);
  context.textAlign = 'right';
  if (width - context.measureText(to).width - LABEL_GAP > middle + half) context.fillText(to, width, labelTop);
}
