/**
 * The stage: one image with its heatmap, zoomed and panned in the browser. The server names URLs and the model's fixed scale;
 * everything that moves under the hand stays here.
 */

import { DEFAULT_COLOUR_MAP } from './colour-maps.js';
import { whenBack } from './outage-events.js';
import { attachStageInput } from './stage-input.js';
import { StageLoader } from './stage-loader.js';
import { StageOverlay } from './stage-overlay.js';
import { StagePainter } from './stage-painter.js';
import { say } from './texts.js';
import { carryView, fitView, fitScale, panBy, resizeView, zoomAt } from './view-transform.js';

export { renderLegend } from './legend.js';
export { attachGrid, setGrid, renderThumbnailOverlay } from './grid.js';

const SKELETON_AFTER_MS = 200;
/** What of a picture holds memory outside the collector's sight. */
const bitmapsOf = (picture) => [picture?.image, picture?.mask, picture?.ignore];
const clamp01 = (value) => Math.min(1, Math.max(0, Number(value) || 0));

/**
 * @typedef {object} Picture
 * @property {string} imageUrl
 * @property {string} [mapUrl] raw anomaly map
 * @property {string} [maskUrl] true mask, white = defect
 * @property {string} [ignoreUrl] what the score leaves out, white = ignored
 * @property {number} [low] @property {number} [high] @property {number} [threshold] the model's fixed scale
 * @property {string} [alt]
 */

class Stage {
  #look = { heatmap: true, opacity: 0.6, colourMap: DEFAULT_COLOUR_MAP, contour: true, mask: false };
  #peeking = false;
  #size = { width: 0, height: 0 };
  #view = { scale: 1, x: 0, y: 0 };
  #turn = 0;
  #frame = 0;
  #timer = 0;
  #shownUrl = '';
  #wanted = new Set();
  #ahead = new Set();
  /** What could not be shown whole. @type {Picture | null} */ #missing = null;
  #stop = new AbortController();

  constructor(host, dotnet) {
    this.host = host;
    this.dotnet = dotnet;
    this.root = document.createElement('div');
    this.root.className = 'fs-stage';
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'fs-stage-canvas';
    this.canvas.tabIndex = 0;
    // The canvas is the picture, not the frame around it: a button inside role="img" would not exist for a screen reader.
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', say('NoImage'));
    this.canvas.setAttribute('aria-keyshortcuts', '+ - Z Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp Shift+ArrowDown');
    this.root.append(this.canvas);
    host.append(this.root);
    this.overlay = new StageOverlay(this.root);
    this.painter = new StagePainter(this.canvas);
    const onStage = (value) => Boolean(value) && bitmapsOf(this.painter.picture).includes(value);
    this.loader = new StageLoader(onStage);
    this.detach = attachStageInput(this.canvas, {
      zoom: (factor, point) => this.zoomBy(factor, point),
      pan: (dx, dy) => this.pan(dx, dy),
      fit: () => this.fit(),
    });
    // What an outage kept away is shown as soon as it can be.
    whenBack(() => this.#missing && this.show(this.#missing), this.#stop.signal);
    this.resizes = new ResizeObserver(() => this.#resize());
    this.resizes.observe(this.root);
    this.#resize();
  }

  /** Shows a picture; the one before stays until this one is ready. Returns at once. @param {Picture} picture */
  show(picture) {
    void this.#load(picture);
  }

  async #load(picture) {
    const turn = ++this.#turn;
    const parts = [['image', picture.imageUrl], ['map', picture.mapUrl], ['mask', picture.maskUrl], ['mask', picture.ignoreUrl]];
    this.#wanted = new Set(parts.filter(([, url]) => url).map(([kind, url]) => StageLoader.key(kind, url)));
    this.loader.keepOnly(new Set([...this.#wanted, ...this.#ahead]));
    clearTimeout(this.#timer);
    const before = this.painter.picture?.image;
    const expected = before ? before.width / before.height : 1;
    this.#timer = setTimeout(() => this.overlay.loading(true, expected), SKELETON_AFTER_MS);
    this.root.setAttribute('aria-busy', 'true');

    const [image, map, mask, ignore] = await Promise.allSettled(parts.map(([kind, url]) => (url ? this.loader.load(kind, url) : null)));
    if (turn !== this.#turn) return;
    clearTimeout(this.#timer);
    this.root.removeAttribute('aria-busy');
    this.overlay.loading(false);
    this.canvas.setAttribute('aria-label', picture.alt || say('ImageWord'));
    const retry = () => this.show(picture);
    const missing = [image, map, mask, ignore].find((part) => part.status === 'rejected');
    this.#missing = missing && missing.reason.status !== 404 ? picture : null;
    if (image.status === 'rejected') {
      this.#put(null, '');
      this.overlay.note(null);
      this.overlay.fail(image.reason.message, retry);
      this.#report('failed');
      return;
    }
    this.overlay.fail(null);
    // What is gone for good needs no Retry.
    this.overlay.note(missing?.reason.message ?? null, missing?.reason.status === 404 ? undefined : retry);
    this.#put({ ...picture, image: image.value, map: map.value, mask: mask.value, ignore: ignore.value }, picture.imageUrl);
    this.#report('ready');
  }

  #put(picture, url) {
    const before = this.painter.picture;
    this.painter.picture = picture;
    const used = bitmapsOf(picture);
    for (const old of bitmapsOf(before))
      if (old && !used.includes(old) && !this.loader.holds(old)) old.close();
    // The same image under another model keeps the view: that is what one compares.
    if (picture && url !== this.#shownUrl) this.#view = fitView(picture.image, this.#size);
    this.#shownUrl = url;
    this.#redraw();
    this.onShow?.();
  }

  /** @param {{heatmap?: boolean, opacity?: number, colourMap?: string, contour?: boolean, mask?: boolean}} look what is left out stays */
  set(look) {
    for (const [name, value] of Object.entries(look))
      if (name in this.#look && value !== undefined && value !== null) this.#look[name] = name === 'opacity' ? clamp01(value) : value;
    this.#redraw();
  }

  /** Told after every painting, for whoever lays something over the picture. @type {(() => void) | null} */
  onPaint = null;

  /** Told when the view moves under the hand, for a stage that goes along. @type {(() => void) | null} */
  onMove = null;

  /** Told when another picture is there. @type {(() => void) | null} */
  onShow = null;

  /** Shows what another stage shows, as large and in the same place. @param {Stage} other */
  follow(other) {
    const image = this.painter.picture?.image;
    if (!image || !other.imageSize || !this.#size.width || !other.#size.width) return;
    this.#view = carryView(other.#view, other.imageSize, other.#size, image, this.#size);
    this.#redraw();
  }

  /** Where the image lies on the stage. @returns {import('./view-transform.js').View} */
  get view() {
    return this.#view;
  }

  /** @returns {{width: number, height: number} | undefined} of the image that is shown */
  get imageSize() {
    const image = this.painter.picture?.image;
    return image && { width: image.width, height: image.height };
  }

  /** @param {number} dx @param {number} dy in stage pixels */
  pan(dx, dy) {
    this.#move((image) => panBy(this.#view, dx, dy, image, this.#size));
  }

  /** The whole image. */
  fit() {
    this.#move((image) => fitView(image, this.#size));
  }

  /** @param {number} factor @param {{x: number, y: number}} [point] the middle of the stage when left out */
  zoomBy(factor, point = { x: this.#size.width / 2, y: this.#size.height / 2 }) {
    if (factor > 0) this.#move((image) => zoomAt(this.#view, factor, point, image, this.#size));
  }

  /** The bare image while held. @param {boolean} on */
  peek(on) {
    this.#peeking = Boolean(on);
    this.#redraw();
  }

  /** Loads what is likely next; replaces the list before. @param {{imageUrl: string, mapUrl?: string}[]} pictures */
  prefetch(pictures) {
    const parts = pictures.flatMap((p) => [['image', p.imageUrl], ['map', p.mapUrl]]).filter(([, url]) => url);
    this.#ahead = new Set(parts.map(([kind, url]) => StageLoader.key(kind, url)));
    this.loader.keepOnly(new Set([...this.#wanted, ...this.#ahead]));
    // A failure will be told when somebody looks at the picture.
    for (const [kind, url] of parts) this.loader.load(kind, url, 'low').catch(() => {});
  }

  dispose() {
    this.#turn++;
    this.#stop.abort();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.detach();
    this.resizes.disconnect();
    this.#put(null, '');
    cancelAnimationFrame(this.#frame);
    this.loader.dispose();
    this.dotnet = null;
    this.root.remove();
  }

  #move(change) {
    const image = this.painter.picture?.image;
    if (!image) return;
    this.#view = change(image);
    this.#redraw();
    this.onMove?.();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height) return; // folded away; keep the view for when it comes back
    const image = this.painter.picture?.image;
    const size = { width, height };
    if (image) this.#view = this.#size.width ? resizeView(this.#view, image, this.#size, size) : fitView(image, size);
    this.#size = size;
    this.#paint(); // at once: waiting a frame would show a stretched picture
  }

  #redraw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.#size.width * ratio), Math.round(this.#size.height * ratio)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const bare = { ...this.#look, heatmap: false, contour: false, mask: false };
    this.painter.draw(this.#view, this.#peeking ? bare : this.#look, ratio);
    const image = this.painter.picture?.image;
    const zoomed = image && this.#view.scale > fitScale(image, this.#size) * 1.001;
    this.canvas.classList.toggle('is-zoomed', Boolean(zoomed));
    this.overlay.scale(zoomed ? `${Math.round(this.#view.scale * 100)} %` : null);
    this.onPaint?.();
  }

  #report(state) {
    // Fails when the page has gone or does not listen; neither concerns the stage.
    this.dotnet?.invokeMethodAsync('OnStage', state).catch(() => {});
  }
}

/**
 * @param {HTMLElement} host an element with a size of its own; the stage fills it
 * @param {object | null} [dotnet] told OnStage("ready" | "failed") when given
 */
export function createStage(host, dotnet = null) {
  return new Stage(host, dotnet);
}
