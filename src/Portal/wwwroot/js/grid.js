/**
 * Thumbnails of a grid: every `canvas[data-thumb][data-map]` inside a container, now and as a virtual list makes and re-uses them.
 * Only what is near the window loads. A canvas may carry its own `data-low`, `data-high`, `data-threshold`; the grid's are the default.
 * The state of a canvas is in `data-state` (loading, ready, failed), because its class belongs to Blazor.
 */

import { FetchPool } from './fetch-pool.js';
import { loadImage, loadMap } from './http.js';
import { LruCache } from './lru-cache.js';
import { whenBack } from './outage-events.js';
import { renderThumbnailOverlay } from './thumbnail.js';

export { renderThumbnailOverlay };

const FETCHES = 6;
const KEPT = 300;
const SELECTOR = 'canvas[data-thumb][data-map]';
const WATCHED = ['data-thumb', 'data-map', 'data-low', 'data-high', 'data-threshold'];

const pool = new FetchPool(FETCHES);
/** @type {Set<Grid>} */
const grids = new Set();

class Grid {
  /** @type {Map<HTMLCanvasElement, {near: boolean, abort?: AbortController, key?: string, parts?: {image: ImageBitmap, map: any}}>} */
  #cells = new Map();
  // Thumbnails are small; the collector frees those that fall out.
  #kept = new LruCache(KEPT);
  #frame = 0;

  constructor(container, options) {
    this.stop = new AbortController();
    this.container = container;
    this.options = { ...options };
    this.sight = new IntersectionObserver((entries) => entries.forEach((e) => this.#seen(e.target, e.isIntersecting)), {
      rootMargin: '200px',
    });
    this.sizes = new ResizeObserver((entries) => entries.forEach((e) => this.#draw(e.target)));
    whenBack(() => this.#mend(), this.stop.signal);
    this.changes = new MutationObserver((records) => this.#changed(records));
    this.changes.observe(container, { childList: true, subtree: true, attributes: true, attributeFilter: WATCHED });
    container.querySelectorAll(SELECTOR).forEach((canvas) => this.#add(canvas));
  }

  /** Redraws what is in view; nothing is fetched again. */
  set(options) {
    Object.assign(this.options, options);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#cells.forEach((_, canvas) => this.#draw(canvas)));
  }

  dispose() {
    cancelAnimationFrame(this.#frame);
    this.sight.disconnect();
    this.sizes.disconnect();
    this.changes.disconnect();
    this.stop.abort();
    this.#cells.forEach((cell) => cell.abort?.abort());
    this.#cells.clear();
    this.#kept.clear();
    grids.delete(this);
  }

  #changed(records) {
    const touched = new Set();
    for (const record of records) {
      if (record.type === 'attributes') touched.add(record.target);
      for (const node of [...record.addedNodes, ...record.removedNodes]) {
        if (!(node instanceof Element)) continue;
        if (node.matches(SELECTOR)) touched.add(node);
        node.querySelectorAll(SELECTOR).forEach((canvas) => touched.add(canvas));
      }
    }
    for (const canvas of touched) {
      if (!this.container.contains(canvas) || !canvas.matches(SELECTOR)) this.#remove(canvas);
      else if (this.#cells.has(canvas)) this.#refresh(canvas);
      else this.#add(canvas);
    }
  }

  #add(canvas) {
    this.#cells.set(canvas, { near: false });
    this.sight.observe(canvas);
    this.sizes.observe(canvas);
  }

  #remove(canvas) {
    this.#cells.get(canvas)?.abort?.abort();
    this.#cells.delete(canvas);
    this.sight.unobserve(canvas);
    this.sizes.unobserve(canvas);
  }

  #seen(canvas, near) {
    const cell = this.#cells.get(canvas);
    if (!cell) return;
    cell.near = near;
    if (near) this.#refresh(canvas);
    else {
      cell.abort?.abort();
      cell.parts = cell.key = undefined; // the cache remembers it
    }
  }

  async #refresh(canvas) {
    const cell = this.#cells.get(canvas);
    if (!cell?.near) return;
    const { thumb, map } = canvas.dataset;
    const key = `${thumb} ${map}`;
    if (cell.key === key) return this.#draw(canvas); // shown or on its way; only the scale may have changed
    cell.abort?.abort();
    const abort = (cell.abort = new AbortController());
    cell.key = key;
    cell.parts = this.#kept.get(key);
    if (!cell.parts) {
      // A re-used canvas must not show the picture of another part.
      canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
      canvas.dataset.state = 'loading';
      const get = (task) => pool.run(task, abort.signal);
      const [image, heat] = await Promise.allSettled([
        get(() => loadImage(thumb, { signal: abort.signal })),
        map ? get(() => loadMap(map, { signal: abort.signal })) : null,
      ]);
      if (abort.signal.aborted) return;
      if (image.status === 'rejected') {
        canvas.dataset.state = 'failed';
        cell.key = undefined; // tried again when it next comes into view
        return;
      }
      cell.parts = { image: image.value, map: heat.status === 'fulfilled' ? heat.value : null };
      // A missing map may be a passing failure: keep only what is whole.
      if (heat.status === 'fulfilled') this.#kept.set(key, cell.parts);
    }
    canvas.dataset.state = 'ready';
    this.#draw(canvas);
  }

  /** What did not come whole is asked for again. */
  #mend() {
    for (const [canvas, cell] of this.#cells) {
      if (cell.parts && (cell.parts.map || !canvas.dataset.map)) continue;
      cell.key = undefined;
      void this.#refresh(canvas);
    }
  }

  #draw(canvas) {
    const cell = this.#cells.get(canvas);
    if (!cell?.near || !cell.parts) return;
    const own = {};
    for (const name of ['low', 'high', 'threshold']) if (canvas.dataset[name]) own[name] = Number(canvas.dataset[name]);
    renderThumbnailOverlay(canvas, { ...this.options, ...own, ...cell.parts });
  }
}

/**
 * @param {HTMLElement} container
 * @param {{low?: number, high?: number, threshold?: number, heatmap?: boolean, opacity?: number, colourMap?: string}} [options]
 */
export function attachGrid(container, options = {}) {
  const grid = new Grid(container, options);
  grids.add(grid);
  return grid;
}

/** Changes the look of every grid on the page. @param {object} options as in attachGrid; what is left out stays */
export function setGrid(options) {
  grids.forEach((grid) => grid.set(options));
}
