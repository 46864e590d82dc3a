/** What a stage has loaded or is loading. A load nobody waits for any more is aborted; what was decoded is kept for a while. */

import { loadImage, loadMap } from './http.js';
import { LruCache } from './lru-cache.js';
import { say } from './texts.js';

/** Pixels kept decoded: about a dozen 12-megapixel images. */
const PIXEL_BUDGET = 150e6;

const kinds = {
  image: (url, options) => loadImage(url, options),
  map: (url, options) => loadMap(url, options),
  mask: (url, options) => loadImage(url, { ...options, what: say('MaskInText') }),
};

export class StageLoader {
  /** @type {Map<string, {promise: Promise<any>, abort: AbortController}>} */
  #loading = new Map();
  #kept;

  /** @param {(value: any) => boolean} inUse whether a value is on the stage and must not be freed */
  constructor(inUse) {
    this.#kept = new LruCache(PIXEL_BUDGET, (value) => {
      // Bitmaps hold memory outside the collector's sight.
      if (!inUse(value)) value.close?.();
    });
  }

  static key = (kind, url) => `${kind} ${url}`;

  /** @param {'image'|'map'|'mask'} kind @param {string} url @param {'high'|'low'} [priority] @returns {Promise<any>} */
  load(kind, url, priority = 'high') {
    const key = StageLoader.key(kind, url);
    const kept = this.#kept.get(key);
    if (kept) return Promise.resolve(kept);
    const running = this.#loading.get(key);
    if (running) return running.promise;
    const abort = new AbortController();
    const promise = kinds[kind](url, { signal: abort.signal, priority })
      .then((value) => {
        if (abort.signal.aborted) {
          value.close?.();
          throw new DOMException('No longer wanted', 'AbortError');
        }
        this.#kept.set(key, value, value.width * value.height);
        return value;
      })
      .finally(() => {
        if (this.#loading.get(key)?.abort === abort) this.#loading.delete(key);
      });
    this.#loading.set(key, { promise, abort });
    return promise;
  }

  /** Aborts every load but these. @param {Set<string>} wanted keys */
  keepOnly(wanted) {
    for (const [key, { abort, promise }] of this.#loading) {
      if (wanted.has(key)) continue;
      this.#loading.delete(key);
      promise.catch(() => {}); // whoever waited for it has moved on
      abort.abort();
    }
  }

  /** Whether a value is kept for another showing. */
  holds(value) {
    return this.#kept.holds(value);
  }

  dispose() {
    this.keepOnly(new Set());
    this.#kept.clear();
  }
}
