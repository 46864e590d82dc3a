/**
 * The order of uploads, without a browser: three at a time, masks after all images, patience with a bad network.
 * The way a file is sent, the clock and the listener come from outside.
 */

import { isMaskPath } from './upload-path.js';

/** Waits before a file is sent again after the network failed; together longer than a server or its database takes to come back. */
export const RETRY_DELAYS_MS = [1000, 3000, 9000, 20000, 30000];

/**
 * @typedef {'waiting'|'sending'|'pausing'|'done'|'duplicate'|'failed'|'cancelled'} UploadState
 * @typedef {object} UploadItem
 * @property {number} index place in the list
 * @property {File} file @property {string} path @property {string} split @property {string} label @property {boolean} mask
 * @property {string} url where it goes
 * @property {UploadState} state @property {number} progress 0..1 @property {string} message @property {boolean} retryable
 * @property {number} attempts @property {boolean} [isHeldUp] it failed because nothing answered, however often it was sent
 *
 * @typedef {object} UploadOutcome
 * @property {'done'|'duplicate'|'failed'|'signedOut'|'network'} kind network = worth another try by itself
 * @property {string} message @property {boolean} [retryable] @property {number} [waitMs] what the server asked for
 */

const RUNNING = new Set(['waiting', 'sending', 'pausing']);

export class UploadQueue {
  /** @type {UploadItem[]} */
  items = [];
  #active = new Map(); // item → what stops it
  #imagesOpen = 0; // images not finished yet: masks wait for them
  #next = { image: [], mask: [] };
  #counts = { waiting: 0, sending: 0, pausing: 0, done: 0, duplicate: 0, failed: 0, cancelled: 0 };

  /**
   * @param {object} options
   * @param {(item: UploadItem, onProgress: (fraction: number) => void) => {outcome: Promise<UploadOutcome>, abort: () => void}} options.send
   * @param {(item: UploadItem | null) => void} [options.changed] null when many changed
   * @param {number} [options.parallel]
   * @param {{set: typeof setTimeout, clear: typeof clearTimeout}} [options.timer]
   */
  constructor({ send, changed = () => {}, parallel = 3, timer }) {
    this.send = send;
    this.changed = changed;
    this.parallel = Math.max(1, parallel);
    this.timer = timer ?? { set: (f, ms) => setTimeout(f, ms), clear: (id) => clearTimeout(id) };
  }

  /** @param {{file: File, path: string, url?: string, split?: string, label?: string, refusal?: string}[]} files refusal = not sent, and why */
  add(files) {
    for (const { file, path, url = '', split = '', label = '', refusal } of files) {
      const item = { index: this.items.length, file, path, url, split, label, mask: isMaskPath(path), progress: 0, attempts: 0 };
      Object.assign(item, { state: refusal ? 'failed' : 'waiting', message: refusal ?? '', retryable: false });
      this.items.push(item);
      this.#counts[item.state]++;
      if (!refusal) this.#enqueue(item);
    }
    this.changed(null);
    this.#pump();
  }

  get summary() {
    const { done, duplicate, failed, cancelled, waiting, sending, pausing } = this.#counts;
    const open = waiting + sending + pausing;
    return { total: this.items.length, done: done + duplicate, duplicate, failed, cancelled, open, finished: open === 0 };
  }

  /** Overall progress 0..1 by files; bytes would jump with one large file. */
  get progress() {
    const { total, open } = this.summary;
    if (!total) return 0;
    let part = 0;
    for (const item of this.#active.keys()) part += item.progress;
    return (total - open + part) / total;
  }

  cancel(item) {
    if (!RUNNING.has(item.state)) return;
    const stop = this.#active.get(item);
    this.#active.delete(item);
    this.#finish(item, 'cancelled', '', true);
    stop?.();
    this.changed(item);
    this.#pump();
  }

  cancelAll() {
    const stops = [...this.#active.values()];
    this.#active.clear();
    for (const item of this.items) if (RUNNING.has(item.state)) this.#finish(item, 'cancelled', '', true);
    stops.forEach((stop) => stop());
    this.changed(null);
  }

  retry(item) {
    this.#again([item]);
  }

  retryFailed() {
    this.#again(this.items.filter((item) => item.state === 'failed'));
  }

  /** An outage is over: what it held up or stopped goes on at once. */
  resume() {
    for (const item of this.items) {
      if (item.state !== 'pausing') continue;
      this.#active.get(item)();
      item.attempts = 0;
      this.#start(item);
    }
    this.#again(this.items.filter((item) => item.state === 'failed' && item.isHeldUp));
  }

  /** Forgets everything that is finished; what runs goes on. */
  clear() {
    this.items = this.items.filter((item) => RUNNING.has(item.state));
    for (const state of Object.keys(this.#counts)) this.#counts[state] = 0;
    this.items.forEach((item, index) => {
      item.index = index;
      this.#counts[item.state]++;
    });
    this.changed(null);
  }

  /** All of them queue before any starts: a mask that stands before its image in the list must still wait for it. */
  #again(items) {
    for (const item of items) {
      if (RUNNING.has(item.state) || !item.retryable) continue;
      Object.assign(item, { attempts: 0, progress: 0, message: '' });
      this.#to(item, 'waiting');
      this.#enqueue(item);
    }
    this.changed(null);
    this.#pump();
  }

  #enqueue(item) {
    this.#next[item.mask ? 'mask' : 'image'].push(item);
    if (!item.mask) this.#imagesOpen++;
  }

  #to(item, state) {
    this.#counts[item.state]--;
    this.#counts[state]++;
    item.state = state;
  }

  #finish(item, state, message, retryable) {
    if (!item.mask) this.#imagesOpen--;
    item.message = message;
    item.retryable = retryable;
    item.progress = state === 'done' || state === 'duplicate' ? 1 : 0;
    this.#to(item, state);
  }

  #take() {
    // Cancelled ones stay in the line until their turn and are passed over.
    const from = (line) => {
      while (line.length) {
        const item = line.shift();
        if (item.state === 'waiting' && !this.#active.has(item)) return item;
      }
      return undefined;
    };
    // The server hangs a mask on its image, so the image must be there first.
    return from(this.#next.image) ?? (this.#imagesOpen === 0 ? from(this.#next.mask) : undefined);
  }

  #pump() {
    while (this.#active.size < this.parallel) {
      const item = this.#take();
      if (!item) return;
      this.#start(item);
    }
  }

  #start(item) {
    this.#to(item, 'sending');
    item.attempts++;
    item.progress = 0;
    item.message = '';
    const running = this.send(item, (fraction) => {
      if (this.#active.get(item) !== running.abort) return;
      item.progress = fraction;
      this.changed(item);
    });
    this.#active.set(item, running.abort);
    this.changed(item);
    running.outcome.then((outcome) => {
      if (this.#active.get(item) !== running.abort) return; // cancelled meanwhile
      this.#settle(item, outcome);
      this.#pump();
    });
  }

  #settle(item, outcome) {
    if (outcome.kind === 'network' && item.attempts <= RETRY_DELAYS_MS.length) {
      const wait = Math.max(RETRY_DELAYS_MS[item.attempts - 1], outcome.waitMs ?? 0);
      this.#to(item, 'pausing');
      item.progress = 0;
      item.message = outcome.message;
      const id = this.timer.set(() => {
        if (item.state === 'pausing') this.#start(item);
      }, wait);
      // Keeps its place among the three: a dead network must not let the whole queue run into it.
      this.#active.set(item, () => this.timer.clear(id));
      this.changed(item);
      return;
    }
    this.#active.delete(item);
    item.isHeldUp = outcome.kind === 'network';
    const good = outcome.kind === 'done' || outcome.kind === 'duplicate';
    this.#finish(item, good ? outcome.kind : 'failed', outcome.message, !good && (outcome.retryable ?? true));
    if (outcome.kind === 'signedOut') this.#stopWaiting(outcome.message);
    this.changed(outcome.kind === 'signedOut' ? null : item);
  }

  /** Nobody is signed in: the rest would fail one by one. One Retry brings all of them back. */
  #stopWaiting(message) {
    for (const item of this.items) if (item.state === 'waiting') this.#finish(item, 'failed', message, true);
  }
}
