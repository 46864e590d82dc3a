/**
 * The tray at the bottom right. It belongs to this module, not to Blazor: it hangs on the body and outlives every page.
 * The list is virtual: 2,000 files are 2,000 objects and a dozen elements.
 */

import { say } from './texts.js';
import { rowView, trayTitle } from './upload-words.js';
import { button, element, icon } from './upload-dom.js';

const ROW = 48;
/** Where only failures are listed, their reasons get a second line. */
const TALL_ROW = 68;
const SPARE = 3;
const SPEAK_EVERY_MS = 5000;

export class UploadTray {
  #rows = [];
  #frame = 0;
  #onlyFailed = false;
  #follow = true;
  #height = ROW;
  #spoken = 0;

  /** @param {import('./upload-queue.js').UploadQueue} queue @param {() => void} closed */
  constructor(queue, closed) {
    this.queue = queue;
    this.root = element('section', 'fs-upload-tray');
    this.root.setAttribute('aria-label', say('Uploads'));
    const head = element('div', 'fs-upload-head', this.root);
    this.title = element('h2', 'fs-upload-title', head);
    this.fold = button('fs-upload-icon-button', '', head, () => this.#toggle());
    icon('chevron', this.fold);
    this.close = button('fs-upload-icon-button', '', head, closed);
    this.close.setAttribute('aria-label', say('CloseUploads'));
    icon('close', this.close);
    this.bar = element('div', 'fs-upload-total', this.root);
    this.bar.setAttribute('role', 'progressbar');
    this.bar.setAttribute('aria-label', say('AllUploads'));
    this.fill = element('div', 'fs-upload-fill', this.bar);
    this.body = element('div', 'fs-upload-body', this.root);
    this.body.id = 'fs-upload-body';
    this.fold.setAttribute('aria-controls', this.body.id);
    this.list = element('div', 'fs-upload-list', this.body);
    this.list.tabIndex = 0; // a scrolled region is reached by keyboard
    this.list.setAttribute('role', 'list');
    this.list.setAttribute('aria-label', say('Files'));
    this.space = element('div', 'fs-upload-space', this.list);
    this.list.addEventListener('scroll', () => this.refresh());
    for (const type of ['wheel', 'pointerdown', 'keydown', 'focusin'])
      this.list.addEventListener(type, () => (this.#follow = false), { passive: true });
    const foot = element('div', 'fs-upload-foot', this.body);
    this.note = element('span', 'fs-upload-note', foot);
    this.filter = button('fs-upload-button', say('OnlyFailed'), foot, () => this.#filter(!this.#onlyFailed));
    this.retry = button('fs-upload-button', say('RetryFailed'), foot, () => this.queue.retryFailed());
    this.cancel = button('fs-upload-button', say('CancelAll'), foot, () => this.queue.cancelAll());
    this.live = element('div', 'fs-upload-live', this.root);
    this.live.setAttribute('role', 'status');
    this.#toggle(true);
  }

  /** @param {string} text such as "2 other files were left out" */
  say(text) {
    this.note.textContent = text;
  }

  /** New files came: the list goes along with the work again. */
  follow() {
    this.#follow = true;
    this.#toggle(true);
  }

  refresh() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #toggle(open = this.body.hidden) {
    this.body.hidden = !open;
    this.fold.setAttribute('aria-expanded', String(open));
    this.fold.setAttribute('aria-label', open ? say('CollapseUploads') : say('ExpandUploads'));
    this.refresh();
  }

  #filter(on) {
    this.#onlyFailed = on;
    this.filter.setAttribute('aria-pressed', String(on));
    this.list.scrollTop = 0;
    this.refresh();
  }

  #draw() {
    this.#frame = 0;
    const summary = this.queue.summary;
    const title = trayTitle(summary);
    if (this.title.textContent !== title) this.title.textContent = title;
    this.#speak(title, summary.finished);
    const percent = Math.round(this.queue.progress * 100);
    this.fill.style.transform = `scaleX(${this.queue.progress})`;
    this.bar.setAttribute('aria-valuenow', String(percent));
    this.root.dataset.state = !summary.total ? 'empty' : !summary.finished ? 'running' : summary.failed ? 'failed' : 'done';
    this.close.hidden = !summary.finished;
    this.cancel.hidden = summary.finished;
    this.retry.hidden = !this.queue.items.some((item) => item.state === 'failed' && item.retryable);
    if (!summary.failed && this.#onlyFailed) this.#filter(false);
    this.filter.hidden = !summary.failed || (summary.failed === summary.total);
    if (!this.body.hidden) this.#drawRows();
  }

  #drawRows() {
    const { failed, total } = this.queue.summary;
    const tall = this.#onlyFailed || failed === total;
    this.list.classList.toggle('is-tall', tall);
    this.#height = tall ? TALL_ROW : ROW;
    const height = this.#height;
    const items = this.#onlyFailed ? this.queue.items.filter((item) => item.state === 'failed') : this.queue.items;
    this.space.style.height = `${items.length * height}px`;
    const room = this.list.clientHeight;
    if (this.#follow && !this.#onlyFailed) {
      const current = items.findIndex((item) => item.state === 'sending');
      if (current >= 0) this.list.scrollTop = Math.max(0, (current - 1) * height);
    }
    const first = Math.max(0, Math.floor(this.list.scrollTop / height) - SPARE);
    const last = Math.min(items.length, Math.ceil((this.list.scrollTop + room) / height) + SPARE);
    while (this.#rows.length < last - first) this.#rows.push(this.#makeRow());
    this.#rows.forEach((row, i) => {
      const item = items[first + i];
      row.root.hidden = first + i >= last;
      if (!row.root.hidden) this.#fillRow(row, item, first + i, items.length);
    });
  }

  #makeRow() {
    const root = element('div', 'fs-upload-row', this.space);
    root.setAttribute('role', 'listitem');
    const mark = element('span', 'fs-upload-mark', root);
    const text = element('div', 'fs-upload-text', root);
    const row = { root, mark, item: null, icon: '' };
    row.name = element('div', 'fs-upload-name', text);
    row.state = element('div', 'fs-upload-state', text);
    row.bar = element('div', 'fs-upload-bar', root);
    row.act = button('fs-upload-icon-button', '', root, () => {
      if (row.item.state === 'failed' || row.item.state === 'cancelled') this.queue.retry(row.item);
      else this.queue.cancel(row.item);
    });
    return row;
  }

  #fillRow(row, item, place, count) {
    const view = rowView(item);
    row.item = item;
    row.root.style.transform = `translateY(${place * this.#height}px)`;
    row.root.dataset.state = item.state;
    row.root.setAttribute('aria-posinset', String(place + 1));
    row.root.setAttribute('aria-setsize', String(count));
    if (row.name.textContent !== view.name) row.name.textContent = view.name;
    row.name.title = item.path;
    if (row.state.textContent !== view.words) row.state.textContent = view.words;
    row.state.title = view.words;
    row.bar.hidden = item.state !== 'sending';
    row.bar.style.transform = `scaleX(${item.progress})`;
    if (row.icon !== view.icon) {
      row.icon = view.icon;
      row.mark.replaceChildren();
      icon(view.icon, row.mark);
    }
    row.act.hidden = !view.action;
    if (view.action && row.act.dataset.icon !== view.action) {
      row.act.dataset.icon = view.action;
      row.act.replaceChildren();
      icon(view.action, row.act);
    }
    row.act.setAttribute('aria-label', view.action === 'retry' ? say('RetryNamed', view.name) : say('Cancel', view.name));
  }

  /** A count that changes three times a second is read to nobody's use; every few seconds, and at the end. */
  #speak(title, finished) {
    const now = performance.now();
    if (!finished && now - this.#spoken < SPEAK_EVERY_MS) return;
    this.#spoken = now;
    if (this.live.textContent !== title) this.live.textContent = title;
  }
}
