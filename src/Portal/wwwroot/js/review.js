/**
 * The review page: one key, one verdict, the next image. Images are taken some ahead and loaded before they are looked at, and a
 * verdict goes out beside the next image, so that nobody waits for the server. What the server refuses comes back, in red.
 */

import { createKeys } from './keys.js';
import { whenBack } from './outage-events.js';
import { ReviewHttp } from './review-http.js';
import { ReviewOutbox } from './review-outbox.js';
import { ReviewQueue, overrules } from './review-queue.js';
import { ReviewView } from './review-view.js';
import { createStage } from './stage.js';
import { say } from './texts.js';

/** Leased beyond the one on the stage: enough for a burst of quick verdicts while the next ones are asked for. */
const AHEAD = 6;
/** Of these loaded and decoded already; large pictures take memory. */
const LOADED = 4;
const TELL_AFTER_MS = 120;

const KEYS = {
  a: 'Normal', r: 'Defect', u: 'Unsure', c: 'Comment', 'ctrl+z': 'Undo', '?': 'Keys', s: 'Side', m: 'Contour', h: 'Peek',
  ArrowRight: 'Next', f: 'Next', ArrowLeft: 'Previous', d: 'Previous', ',': 'Fainter', '.': 'Stronger', z: 'Fit', '+': 'ZoomIn', '-': 'ZoomOut',
  ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i + 1}`, `Type${i + 1}`])),
};

class Review {
  #queue = new ReviewQueue();
  #look = { heatmap: true, opacity: 0.6, contour: true };
  #taking = null;
  #shown = null;
  #pressed = 0;
  #tell = 0;
  #pending = null;
  #left = false;

  constructor(root, dotnet, options) {
    Object.assign(this, { root, dotnet, options });
    this.http = new ReviewHttp(options.project, options.token);
    this.view = new ReviewView(root, {
      act: (name) => this.#act(name),
      send: (comment) => this.#sendComment(comment),
      cancel: () => this.#cancelComment(),
      peek: (on) => this.stage.peek(on),
    });
    const ready = { invokeMethodAsync: async (_, state) => this.#onStage(state) };
    this.stage = createStage(root.querySelector('[data-part=stage]'), ready);
    this.keys = createKeys({ invokeMethodAsync: async (_, name, isDown) => isDown && this.#act(name) }, KEYS, { stage: this.stage, repeat: ['Next', 'Previous', 'Fainter', 'Stronger'] });
    this.outbox = new ReviewOutbox({
      send: (entry) => this.http.verdict(entry.result, entry.body),
      storage: localStorage,
      key: `fs-review ${options.user} ${options.project}`,
      done: (entry, answer) => this.#onAnswer(entry, answer),
      changed: (waiting, status) => this.view.connection(waiting, status),
    });
    this.stop = new AbortController();
    const on = { signal: this.stop.signal };
    window.addEventListener('pagehide', () => this.#leave(), on);
    window.addEventListener('online', () => this.outbox.retry(), on);
    whenBack(() => {
      this.outbox.retry();
      void this.#fill();
    }, this.stop.signal);
    this.renewing = setInterval(() => this.#fill(true), options.renewMs);
    this.outbox.start();
    void this.#fill();
  }

  /** Another part of the queue. @param {string} filter */
  async setFilter(filter) {
    this.options.filter = filter;
    this.#release(this.#queue.forget(() => true));
    await this.#taking;
    await this.#fill();
  }

  /** Something became free, or is due for this person now. */
  async wake() {
    if (!this.#queue.hasOpen) await this.#fill();
  }

  /** What was assigned elsewhere or given back is not this person's to judge. @returns the ids that are open */
  openIds() {
    return this.#queue.held();
  }

  dispose() {
    this.#leave();
    this.stop.abort();
    clearInterval(this.renewing);
    clearTimeout(this.#tell);
    this.outbox.stop();
    this.keys.dispose();
    this.view.dispose();
    this.stage.dispose();
    this.dotnet = null;
  }

  #act(name) {
    if (name === 'Normal' || name === 'Defect' || name === 'Unsure') return this.#decide(name.toLowerCase());
    if (name.startsWith('Type')) return this.#decideType(Number(name.slice(4)));
    switch (name) {
      case 'Next': return this.#step(1);
      case 'Previous': return this.#step(-1);
      case 'Comment': return this.#openComment(null);
      case 'Undo': return void this.#undo();
      case 'Contour': return this.#setLook({ contour: !this.#look.contour });
      case 'Fainter': return this.#setLook({ opacity: Math.max(0, this.#look.opacity - 0.1) });
      case 'Stronger': return this.#setLook({ opacity: Math.min(1, this.#look.opacity + 0.1) });
      case 'Side': return this.#side();
      case 'Fit': return this.stage.fit();
      case 'ZoomIn': return this.stage.zoomBy(1.25);
      case 'ZoomOut': return this.stage.zoomBy(0.8);
      case 'Keys': return this.#toServer('OnKeys');
      default:
    }
  }

  #decideType(number) {
    const type = this.options.types[number - 1];
    if (type) this.#decide('defect', type);
    else this.view.say(say('ThereIsNoDefectType', number));
  }

  #decide(decision, defectType = null) {
    const item = this.#queue.current;
    if (!item || !this.options.mayReview) return;
    const comment = this.view.comment;
    if (!comment && overrules(decision, item.verdict)) {
      this.#openComment({ decision, defectType });
      return;
    }
    this.#send(decision, defectType, comment);
  }

  #send(decision, defectType, comment) {
    this.#pressed = performance.now();
    const isAgain = this.#queue.current.state === 'saved';
    const item = this.#queue.decide({ decision, defectType });
    this.#pending = null;
    this.view.closeComment();
    this.view.say(null);
    // An amended verdict is no answer to the queue: the image left it with the first one.
    const body = { verdict: decision, defectType, comment: comment || null, clientId: crypto.randomUUID(), fromQueue: !isAgain };
    this.outbox.add({ clientId: body.clientId, result: item.id, body });
    // First: while it is asked for more, an empty list is no end yet.
    void this.#fill();
    this.#show();
  }

  #openComment(pending) {
    if (!this.#queue.current) return;
    this.#pending = pending ?? this.#pending;
    this.view.openComment(this.#pending, this.#queue.current.verdict);
  }

  #sendComment(comment) {
    if (!this.#pending) return this.view.closeComment(true); // kept for the decision to come
    const { decision, defectType } = this.#pending;
    if (!comment && overrules(decision, this.#queue.current.verdict)) return this.view.askComment();
    this.#send(decision, defectType, comment);
  }

  #cancelComment() {
    this.#pending = null;
    this.view.closeComment();
  }

  async #undo() {
    const last = this.#queue.lastDecided;
    if (!last) return this.view.say(say('ThereIsNothingToTakeBack'));
    if (!this.outbox.cancel(last.id)) {
      await this.outbox.settled(last.id);
      if (last.state !== 'saved') return; // refused: it has come back by itself
      const answer = await this.http.withdraw(last.id);
      if (answer.status !== 204) return this.view.say(say('NotTakenBack', answer.message), true);
    }
    this.#queue.reopen(last.id);
    this.#show();
    this.view.say(say('TakenBack'));
  }

  #onAnswer(entry, answer) {
    if (answer.status < 300) {
      this.#queue.saved(entry.result);
      this.view.undoable(Boolean(this.#queue.lastDecided));
      this.#toServer('OnSaved');
      return;
    }
    const item = this.#queue.find(entry.result);
    this.#queue.refuse(entry.result, answer.message);
    this.#show();
    this.view.say(item ? say('NotSaved', answer.message) : say('NotSavedFromEarlier', answer.message), true);
  }

  #step(by) {
    this.#pressed = performance.now();
    if (this.#queue.step(by)) this.#show();
    else this.view.say(by > 0 ? say('ThisIsTheLastImageThatIs') : say('ThisIsTheFirstImageOfYours'));
    void this.#fill();
  }

  /** Takes what is missing, and renews what is open. */
  #fill(renew = false) {
    this.#taking ??= this.#take(renew).then((isRead) => {
      this.#taking = null;
      if (isRead) this.#show();
    });
    return this.#taking;
  }

  /** @returns {Promise<boolean>} whether it is known now what there is */
  async #take(renew) {
    const missing = AHEAD + 1 - this.#queue.ahead().length - (this.#queue.current?.state === 'open' ? 1 : 0);
    if ((missing <= 0 && !renew) || !this.options.mayReview || this.#left) return !this.#left;
    const held = this.#queue.held().slice(-100);
    const answer = await this.http.take({ count: Math.max(0, missing), held, filter: this.options.filter });
    if (this.#left) return false;
    if (answer.status !== 200) {
      this.view.connection(this.outbox.waiting, answer.status);
      if (!this.#queue.current) this.view.state('failed', answer.message);
      return false;
    }
    this.view.connection(this.outbox.waiting, 200);
    const still = new Set(answer.body.held);
    const gone = this.#queue.forget((item) => item.state === 'open' && held.includes(item.id) && !still.has(item.id));
    if (gone.some((item) => item.id === this.#shown)) this.view.say(say('TheImageBeforeWentBackToThe'), true);
    this.#queue.add(answer.body.items);
    return true;
  }

  #show() {
    const item = this.#queue.current;
    this.view.item(item, this.#queue);
    if (!item) {
      this.#shown = null;
      this.view.state(this.#taking ? 'loading' : 'empty');
      if (!this.#taking) this.#tellShown(null);
      return;
    }
    this.view.state('item');
    if (item.id !== this.#shown) {
      this.#shown = item.id;
      this.#pending = null;
      this.view.closeComment();
      this.stage.show(this.#picture(item));
    }
    if (item.error) this.view.say(say('NotSaved', item.error), true);
    this.stage.prefetch(this.#queue.ahead().slice(0, LOADED).map((next) => this.#picture(next)));
    this.#tellShown(item.id);
  }

  #onStage(state) {
    const id = this.#shown;
    // After the frame in which it is painted.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (id !== this.#shown) return;
      this.root.dataset.shown = id ?? '';
      const ms = this.#pressed ? performance.now() - this.#pressed : null;
      this.#pressed = 0;
      this.root.dispatchEvent(new CustomEvent('review:shown', { detail: { id, state, ms } }));
    }));
  }

  /** The side panel follows when the person stays on an image; it must not hold up who goes on. */
  #tellShown(id) {
    clearTimeout(this.#tell);
    this.#tell = setTimeout(() => this.#toServer('OnShown', id), TELL_AFTER_MS);
  }

  #picture(item) {
    const { low, high, threshold } = this.options.scale;
    return { imageUrl: `/api/v1/images/${item.imageId}/view`, mapUrl: `/api/v1/results/${item.id}/map`, low, high, threshold, alt: item.imageName };
  }

  #setLook(change) {
    Object.assign(this.#look, change);
    this.stage.set(this.#look);
    this.view.look(this.#look);
  }

  /** A shot of a good part beside it. */
  #side() {
    const host = this.root.querySelector('[data-part=side-stage]');
    if (!this.options.shots.length) return this.view.say(say('TheModelHasNoSupportShotsThat'));
    host.hidden = !host.hidden;
    this.view.pressed('Side', !host.hidden);
    if (host.hidden) return;
    this.beside ??= createStage(host);
    this.beside.set({ heatmap: false, contour: false });
    this.beside.show({ imageUrl: `/api/v1/images/${this.options.shots[0]}/view`, alt: say('ANormalShot') });
  }

  #release(items) {
    for (const item of items) void this.http.release(item.id);
  }

  #leave() {
    if (this.#left) return;
    this.#left = true;
    this.#release(this.#queue.forget(() => true));
  }

  #toServer(method, ...values) {
    // The circuit may be gone; it is told again by the next image.
    this.dotnet?.invokeMethodAsync(method, ...values).catch(() => {});
  }
}

/**
 * @param {HTMLElement} root @param {object} dotnet told OnShown(id | null), OnSaved(), OnKeys()
 * @param {object} options project, user, token, filter, renewMs, mayReview, scale, types, shots
 */
export function createReview(root, dotnet, options) {
  return new Review(root, dotnet, options);
}
