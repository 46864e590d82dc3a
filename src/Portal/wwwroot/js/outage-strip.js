/** The notice over every page while something is away: what, what that means for one's work, and when it is tried again. */

import { say } from './texts.js';

/** How long good news stay. */
const NEWS_MS = 4000;

const WORDS = {
  database: () => [say('TheDatabaseDoesNotAnswer'), say('SavedIsSafeAndTypedStays')],
  blobs: () => [say('TheStorageDoesNotAnswer'), say('PicturesComeByThemselves')],
  disk: () => [say('TheDiskIsFull'), say('NothingNewUntilThereIsRoom')],
};

const make = (tag, parent, className = '') => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  parent.append(element);
  return element;
};

export class OutageStrip {
  #isLost = false;
  #timer = 0;

  /** @param {() => void} tryNow */
  constructor(tryNow) {
    this.root = document.createElement('div');
    this.root.id = 'outage';
    this.root.className = 'fs-outage';
    // There before it says anything: only what changes in a region is read out.
    const words = make('div', this.root, 'fs-outage-words');
    const said = make('p', words);
    said.setAttribute('role', 'status');
    this.what = make('strong', said);
    said.append(' ');
    this.text = make('span', said);
    this.more = make('p', words, 'fs-outage-note');
    this.more.setAttribute('role', 'alert');
    this.when = make('span', this.root, 'fs-caption fs-num');
    this.when.setAttribute('aria-hidden', 'true');
    this.now = this.#button(say('TryNow'), tryNow);
    this.close = this.#button(say('Close'), () => this.#end());
    this.#look('');
    document.body.prepend(this.root);
  }

  /** Something that a person did is not done. */
  lose() {
    this.#isLost = true;
    this.note(say('WhatYouDidLastDoItAgainWhen'));
  }

  /** What becomes of what a person just did; said anew every time, also in the same words. @param {string} text */
  note(text) {
    this.root.toggleAttribute('data-lost', this.#isLost);
    this.more.textContent = '';
    requestAnimationFrame(() => (this.more.textContent = text));
  }

  /** @param {import('./outage-watch.js').Part[]} parts */
  away(parts) {
    clearTimeout(this.#timer);
    const [what, text] = WORDS[parts.includes('database') ? 'database' : parts[0]]();
    this.#say(what, text);
    this.#look('away');
  }

  /** @param {number | null} seconds null while it is tried */
  next(seconds) {
    this.when.textContent = seconds === null ? say('TryingWord') : say('NextTryInSeconds', seconds);
  }

  back() {
    this.#look('back');
    this.#say(say('ItWorksAgain'), '');
    if (!this.#isLost) {
      this.more.textContent = '';
      this.#timer = setTimeout(() => this.#end(), NEWS_MS);
      return;
    }
    // Whoever comes back to the page later must find it.
    this.note(say('WhatYouDidLastDoItAgainNow'));
  }

  #end() {
    clearTimeout(this.#timer);
    this.#isLost = false;
    this.more.textContent = '';
    this.#say('', '');
    if (this.root.contains(document.activeElement)) document.querySelector('#main, main')?.focus();
    this.#look('');
  }

  #say(what, text) {
    if (this.what.textContent !== what) this.what.textContent = what;
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  #look(state) {
    this.root.dataset.state = state;
    this.now.hidden = this.when.hidden = state !== 'away';
    this.close.hidden = state !== 'back' || !this.#isLost;
  }

  #button(text, run) {
    const button = make('button', this.root, 'fs-button small');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', run);
    return button;
  }
}
