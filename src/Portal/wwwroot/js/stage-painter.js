/** Draws a picture on a canvas: the image, the heatmap over all of it, the line at the pixel threshold, the true mask, what the score leaves out. */

import { colourise, isScale } from './colour-maps.js';
import { contourPath } from './contour.js';
import { CRISP_ABOVE } from './view-transform.js';

/** Masks are traced at this side at most; the line is drawn, not the pixels. */
const MASK_SIDE = 512;
export const HALO = 'rgba(16, 18, 22, 0.85)';
export const CONTOUR = '#FFFFFF';
const MASK = '#7DF3E1';
const IGNORED = '#C3C9D2';

/**
 * A map as a picture of its own size, colour in RGB and the ramp up to the threshold in alpha.
 * @param {import('./anomaly-map.js').AnomalyMap} map
 * @param {import('./colour-maps.js').Scale} scale
 * @param {string} colourMap
 * @param {HTMLCanvasElement} [canvas] reused when given
 */
export function paintHeat(map, scale, colourMap, canvas = document.createElement('canvas')) {
  if (canvas.width !== map.width) canvas.width = map.width;
  if (canvas.height !== map.height) canvas.height = map.height;
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(map.width, map.height);
  colourise(map.values, pixels.data, scale, colourMap);
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** The outline of a mask image, in a coordinate system of its own. */
function traceMask(mask) {
  const shrink = Math.min(1, MASK_SIDE / Math.max(mask.width, mask.height));
  const width = Math.max(1, Math.round(mask.width * shrink));
  const height = Math.max(1, Math.round(mask.height * shrink));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(mask, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = data[i * 4 + 3] ? data[i * 4] : 0;
  return { path: contourPath({ values, width, height }, 127.5), width, height };
}

export class StagePainter {
  /** @type {{image: ImageBitmap, map?: object, mask?: ImageBitmap, low: number, high: number, threshold: number} | null} */
  #picture = null;
  #heat = null;
  #heatKey = '';
  #contour = null;
  #mask = null;
  #ignored = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
  }

  get picture() {
    return this.#picture;
  }

  set picture(picture) {
    this.#picture = picture;
    this.#heatKey = '';
    this.#contour = null;
    this.#mask = null;
    this.#ignored = null;
  }

  /**
   * @param {import('./view-transform.js').View} view
   * @param {{heatmap: boolean, opacity: number, colourMap: string, contour: boolean, mask: boolean}} look
   * @param {number} ratio device pixels per CSS pixel
   */
  draw(view, look, ratio) {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!this.#picture) return;
    const { image, map } = this.#picture;
    const [x, y] = [view.x * ratio, view.y * ratio];
    const [width, height] = [image.width * view.scale * ratio, image.height * view.scale * ratio];
    context.imageSmoothingQuality = 'high';
    context.imageSmoothingEnabled = view.scale <= CRISP_ABOVE;
    context.drawImage(image, x, y, width, height);
    if (map && isScale(this.#picture)) {
      if (look.heatmap && look.opacity > 0) {
        context.imageSmoothingEnabled = true; // the map is 224 wide whatever the image is: blocks would be noise
        context.globalAlpha = look.opacity;
        context.drawImage(this.#colouredMap(look.colourMap), x, y, width, height);
        context.globalAlpha = 1;
      }
      if (look.contour) {
        this.#contour ??= contourPath(map, this.#picture.threshold);
        this.#outline(this.#contour, map, { x, y, width, height }, CONTOUR, [], ratio);
      }
    }
    if (look.contour && this.#picture.ignore) {
      this.#ignored ??= traceMask(this.#picture.ignore);
      this.#outline(this.#ignored.path, this.#ignored, { x, y, width, height }, IGNORED, [2, 3], ratio);
    }
    if (look.mask && this.#picture.mask) {
      this.#mask ??= traceMask(this.#picture.mask);
      this.#outline(this.#mask.path, this.#mask, { x, y, width, height }, MASK, [6, 4], ratio);
    }
  }

  #colouredMap(colourMap) {
    if (this.#heatKey !== colourMap) {
      this.#heat = paintHeat(this.#picture.map, this.#picture, colourMap, this.#heat ?? undefined);
      this.#heatKey = colourMap;
    }
    return this.#heat;
  }

  /** A line of constant width with a dark halo, so that it shows on every image and every colour. */
  #outline(path, size, box, colour, dash, ratio) {
    const { context } = this;
    const placed = new Path2D();
    placed.addPath(path, new DOMMatrix([box.width / size.width, 0, 0, box.height / size.height, box.x, box.y]));
    context.lineJoin = 'round';
    context.lineCap = dash.length ? 'butt' : 'round';
    context.strokeStyle = HALO;
    context.lineWidth = 3.5 * ratio;
    context.stroke(placed);
    context.strokeStyle = colour;
    context.lineWidth = 1.5 * ratio;
    context.setLineDash(dash.map((length) => length * ratio));
    context.stroke(placed);
    context.setLineDash([]);
  }
}
