/** What lies over the canvas of a stage as DOM: skeleton, failure with Retry, a notice, the zoom read-out. */

import { say } from './texts.js';

const make = (tag, className, parent) => {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
};

export class StageOverlay {
  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.skeleton = make('div', 'fs-stage-skeleton', frame);
    this.block = make('div', 'fs-stage-skeleton-block', this.skeleton);
    this.failure = make('div', 'fs-stage-failure', frame);
    this.notice = make('div', 'fs-stage-notice', frame);
    this.zoom = make('div', 'fs-stage-zoom', frame);
    this.zoom.setAttribute('aria-hidden', 'true');
    this.skeleton.hidden = this.failure.hidden = this.notice.hidden = this.zoom.hidden = true;
    for (const region of [this.failure, this.notice]) region.setAttribute('role', 'alert');
  }

  /** @param {boolean} on @param {number} [aspect] width : height of what is expected */
  loading(on, aspect = 1) {
    this.skeleton.hidden = !on;
    this.block.style.setProperty('--fs-aspect', String(aspect));
  }

  /** The stage has nothing to show. @param {string | null} message @param {() => void} [retry] */
  fail(message, retry) {
    this.#say(this.failure, message, retry);
  }

  /** The image is there, something on top of it is not. @param {string | null} message @param {() => void} [retry] */
  note(message, retry) {
    this.#say(this.notice, message, retry);
  }

  /** @param {string | null} text null while the whole image is in view */
  scale(text) {
    this.zoom.hidden = text === null;
    if (text !== null) this.zoom.textContent = text;
  }

  #say(box, message, retry) {
    box.hidden = !message;
    box.replaceChildren();
    if (!message) return;
    make('p', 'fs-stage-message', box).textContent = message;
    if (!retry) return;
    const button = make('button', 'fs-stage-button', box);
    button.type = 'button';
    button.textContent = say('Retry');
    button.addEventListener('click', retry, { once: true });
  }
}
