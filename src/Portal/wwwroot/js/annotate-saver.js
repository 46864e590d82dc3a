/**
 * Autosave. Every change is in the browser's own store before anything else; after a rest it goes to the server by HTTP, not over the
 * circuit. A draft is dropped only when the server has answered that it holds the same.
 * @typedef {import('./annotate-document.js').State} State
 * @typedef {{state: State, tag: string}} Draft  what was drawn, and on which state of the server's
 * @typedef {{status: number, tag?: string, state?: State, note?: string | null, message?: string}} Answer
 * @typedef {'saved'|'waiting'|'saving'|'offline'|'conflict'|'refused'} Phase
 */

import { isSame } from './annotate-document.js';

export const REST_MS = 800;
const RETRY_MS = [2_000, 5_000, 10_000, 30_000];

/** What to begin with. @param {Draft | null} draft @param {{state: State, tag: string}} server @returns {'server'|'draft'|'conflict'} */
export function decide(draft, server) {
  if (!draft || isSame(draft.state, server.state)) return 'server';
  return draft.tag === server.tag ? 'draft' : 'conflict';
}

export class Saver {
  /** @type {Phase} */ phase = 'saved';
  message = '';
  note = '';
  /** What somebody else saved, while that is in question. @type {{state: State, tag: string} | null} */ theirs = null;
  #tag;
  #saved;
  #state;
  #timer = 0;
  #failures = 0;
  #sending = false;

  /**
   * @param {object} ports
   * @param {{state: State, tag: string}} ports.server as it was read
   * @param {(state: State, tag: string) => Promise<Answer>} ports.send rejects when the server cannot be reached
   * @param {() => Promise<{state: State, tag: string}>} ports.fetch what the server has now
   * @param {{put: (draft: Draft) => void, drop: () => void}} ports.store put throws when there is no room
   * @param {(saver: Saver) => void} [ports.onPhase]
   * @param {(run: () => void, ms: number) => number} [ports.later] @param {(timer: number) => void} [ports.never]
   */
  constructor({ server, send, fetch, store, onPhase = () => {}, later = (run, ms) => setTimeout(run, ms), never = (timer) => clearTimeout(timer) }) {
    Object.assign(this, { send, fetch, store, onPhase, later, never });
    this.#tag = server.tag;
    this.#saved = this.#state = server.state;
  }

  /** The draft of an earlier visit lies on another state than the server has: the person decides. @param {Draft} draft */
  contest(draft, server) {
    this.#state = draft.state;
    this.theirs = server;
    this.#go('conflict');
  }

  /** @param {State} state */
  changed(state) {
    this.#state = state;
    this.#keep();
    if (this.phase === 'conflict') return; // kept here; what goes to the server is for the person to say
    this.#failures = 0;
    this.#go('waiting');
    this.#wait(REST_MS);
  }

  /** At once: the page is being left, or the connection is back. */
  flush() {
    if (this.phase === 'waiting' || this.phase === 'offline') return this.#save();
    return Promise.resolve();
  }

  /** @param {'mine'|'theirs'} whose @returns {State} what is to be shown from now on */
  resolve(whose) {
    const theirs = this.theirs;
    this.theirs = null;
    this.#tag = theirs.tag;
    this.#saved = theirs.state;
    if (whose === 'theirs') this.#state = theirs.state;
    if (isSame(this.#state, this.#saved)) this.#settle('');
    else {
      this.#keep();
      this.#go('waiting');
      void this.#save();
    }
    return this.#state;
  }

  dispose() {
    this.never(this.#timer);
  }

  async #save() {
    this.never(this.#timer);
    if (this.#sending) return;
    const state = this.#state;
    if (isSame(state, this.#saved)) return this.#settle(this.note);
    this.#sending = true;
    this.#go('saving');
    let answer;
    try {
      answer = await this.send(state, this.#tag);
    } catch {
      answer = { status: 0 };
    }
    this.#sending = false;
    await this.#take(answer, state);
  }

  /** @param {Answer} answer @param {State} sent */
  async #take(answer, sent) {
    if (answer.status === 200) {
      this.#failures = 0;
      [this.#tag, this.#saved] = [answer.tag, sent];
      if (isSame(this.#state, sent)) return this.#settle(answer.note ?? '');
      // Drawn on meanwhile: the draft now lies on the new state.
      this.#keep();
      this.#go('waiting');
      return this.#wait(REST_MS);
    }
    if (answer.status === 412) return this.#conflict();
    if (answer.status === 0 || answer.status === 429 || answer.status >= 500) return this.#retry();
    // The drawing itself, or the person, is refused: trying again would not help.
    this.#go('refused', answer.message ?? '');
  }

  async #conflict() {
    try {
      const server = await this.fetch();
      if (isSame(server.state, this.#state)) {
        [this.#tag, this.#saved] = [server.tag, server.state];
        return this.#settle('');
      }
      this.theirs = server;
      this.#go('conflict');
    } catch {
      this.#retry();
    }
  }

  #retry() {
    this.#go('offline');
    this.#wait(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
  }

  #settle(note) {
    this.store.drop();
    this.note = note;
    this.#go('saved');
  }

  #keep() {
    try {
      this.store.put({ state: this.#state, tag: this.#tag });
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
  }

  isKept = true;

  #wait(ms) {
    this.never(this.#timer);
    this.#timer = this.later(() => void this.#save(), ms);
  }

  #go(phase, message = '') {
    [this.phase, this.message] = [phase, message];
    this.onPhase(this);
  }
}
