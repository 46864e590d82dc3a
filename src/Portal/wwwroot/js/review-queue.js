/**
 * The images that a person has open, in the order in which they came. What is decided stays in the list, so that one can go back
 * to it; what is skipped stays open, and comes again when nothing new is left.
 */

/** @typedef {'open' | 'sending' | 'saved' | 'refused'} ItemState */

export class ReviewQueue {
  /** @type {(any & {id: string, state: ItemState, said: object | null})[]} */
  items = [];
  index = -1;
  /** Ids in the order in which they were decided, for undo. @type {string[]} */
  #decided = [];

  get current() {
    return this.items[this.index] ?? null;
  }

  find(id) {
    return this.items.find((item) => item.id === id) ?? null;
  }

  /** Adds what is not in the list yet, or is there as decided: then it is open again. @param {{id: string}[]} items */
  add(items) {
    for (const item of items) {
      const known = this.find(item.id);
      if (known && known.state !== 'saved') continue;
      if (known) this.#drop(known);
      this.items.push({ ...item, state: 'open', said: null });
    }
    if (!this.current) this.index = this.#nextOpen(-1);
  }

  /** Open ones behind the current one, the next first. */
  ahead() {
    return this.items.slice(this.index + 1).filter(isOpen);
  }

  /** What the server is to keep for this person. */
  held() {
    return this.items.filter((item) => item.state !== 'saved').map((item) => item.id);
  }

  get hasOpen() {
    return this.items.some(isOpen);
  }

  /** Puts a verdict on the current image and goes to the next open one. @param {object} said @returns {any} the image it was put on */
  decide(said) {
    const item = this.current;
    item.said = said;
    item.state = 'sending';
    delete item.error;
    this.#decided = [...this.#decided.filter((id) => id !== item.id), item.id];
    this.index = this.#nextOpen(this.index);
    return item;
  }

  saved(id) {
    const item = this.find(id);
    if (item) item.state = 'saved';
  }

  /** The server did not take it: back to that image. @param {string} id @param {string} message */
  refuse(id, message) {
    const item = this.find(id);
    if (!item) return;
    item.state = 'refused';
    item.error = message;
    this.#decided = this.#decided.filter((other) => other !== id);
    this.index = this.items.indexOf(item);
  }

  /** What undo would take back. */
  get lastDecided() {
    return this.find(this.#decided.at(-1)) ?? null;
  }

  /** Open again, and the current one. @param {string} id */
  reopen(id) {
    const item = this.find(id);
    if (!item) return;
    Object.assign(item, { state: 'open', said: null });
    delete item.error;
    this.#decided = this.#decided.filter((other) => other !== id);
    this.index = this.items.indexOf(item);
  }

  /** By hand, over decided ones too. @param {number} by @returns {boolean} whether there was one */
  step(by) {
    const next = this.index + by;
    if (next < 0 || next >= this.items.length) return false;
    this.index = next;
    return true;
  }

  /** Takes those out that went back to the queue; decided ones stay. @param {(item: any) => boolean} which @returns {any[]} */
  forget(which) {
    const gone = this.items.filter((item) => (isOpen(item) || item.state === 'refused') && which(item));
    gone.forEach((item) => this.#drop(item));
    if (!this.current) this.index = this.#nextOpen(-1);
    return gone;
  }

  #drop(item) {
    const at = this.items.indexOf(item);
    this.items.splice(at, 1);
    if (at < this.index) this.index--;
    else if (at === this.index) this.index = this.#nextOpen(at - 1);
  }

  /** Behind a place, then from the beginning; -1 when none is open. */
  #nextOpen(from) {
    const next = this.items.findIndex((item, i) => i > from && isOpen(item));
    return next >= 0 ? next : this.items.findIndex(isOpen);
  }
}

const isOpen = (item) => item.state === 'open';

/** Only a clear judgement can be overruled. @param {'normal'|'defect'|'unsure'} decision @param {'normal'|'uncertain'|'defect'} model */
export function overrules(decision, model) {
  return (decision === 'normal' && model === 'defect') || (decision === 'defect' && model === 'normal');
}
