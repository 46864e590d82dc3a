/**
 * Uploads of a page: drop anywhere on it, pick files or a folder. The queue and its tray are the tab's, one for all pages,
 * so that a running upload survives a change of page; `dispose` only lets go of the page.
 */

import { many, say } from './texts.js';
import { whenBack } from './outage-events.js';
import { attachDrop } from './upload-drop.js';
import { pick, readDrop } from './upload-files.js';
import { sift } from './upload-path.js';
import { UploadQueue } from './upload-queue.js';
import { sendFile } from './upload-request.js';
import { UploadTray } from './upload-tray.js';

const TELL_EVERY_MS = 500;

/** One queue and one tray for the tab, made with the first file. */
class Uploads {
  /** The newest antiforgery token: a file that waits over a sign-in goes out with the token of whoever signed in. */
  credentials = {};
  /** @type {Set<object>} pages that listen */
  listeners = new Set();
  #timer = 0;
  #told = '';

  constructor(parallel) {
    this.queue = new UploadQueue({
      parallel,
      send: (item, onProgress) => sendFile(item, this.credentials, onProgress),
      changed: () => this.#changed(),
    });
    this.tray = new UploadTray(this.queue, () => this.#close());
    whenBack(() => this.queue.resume());
    window.addEventListener('beforeunload', (event) => {
      if (!this.queue.summary.finished) event.preventDefault();
    });
    // An enhanced navigation makes the body's children those of the new page; the tray comes back.
    new MutationObserver(() => this.#attach()).observe(document.body, { childList: true });
  }

  add(files, leftOut) {
    if (leftOut) this.tray.say(many(leftOut, 'OtherFileLeftOut', 'OtherFilesLeftOut'));
    if (!files.length && !leftOut) return;
    this.queue.add(files);
    this.tray.follow();
    this.#attach(true);
  }

  #attach(now = this.queue.items.length > 0) {
    if (now && !this.tray.root.isConnected) document.body.append(this.tray.root);
  }

  #close() {
    this.queue.clear();
    this.tray.say('');
    this.tray.root.remove();
  }

  #changed() {
    this.tray.refresh();
    if (this.queue.summary.finished) this.#tell();
    else this.#timer ||= setTimeout(() => this.#tell(), TELL_EVERY_MS);
  }

  #tell() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const { done, failed, total } = this.queue.summary;
    const news = `${done} ${failed} ${total}`;
    if (news === this.#told) return;
    this.#told = news;
    // A page that has gone cannot be told; its uploads go on all the same.
    for (const dotnet of this.listeners) dotnet.invokeMethodAsync('OnUploadsChanged', { done, failed, total }).catch(() => {});
  }
}

/** @type {Uploads | undefined} */
let uploads;

/**
 * Takes the files and folders of a drop, for a page whose drop means other things too. Must be called within the drop event.
 * @param {DataTransfer} transfer
 * @param {{url: string, tokenHeader?: string, token?: string, parallel?: number, maxBytes?: number, accept?: string}} options
 */
export async function uploadDrop(transfer, { url, tokenHeader, token, parallel = 3, maxBytes, accept }) {
  uploads ??= new Uploads(parallel);
  uploads.credentials = { tokenHeader, token };
  for await (const found of readDrop(transfer)) {
    const { files, leftOut } = sift(found, { accept, maxBytes });
    uploads.add(files.map((file) => ({ ...file, split: 'unassigned', label: 'unknown', url })), leftOut);
  }
}

/**
 * @param {HTMLElement} root region that takes drops; buttons `[data-pick-files]` and `[data-pick-folder]` inside it open the dialogs
 * @param {object} options
 * @param {string} options.url takes one multipart POST per file: path, split, label, files
 * @param {string} [options.tokenHeader] @param {string} [options.token] antiforgery
 * @param {number} [options.parallel] @param {number} [options.maxBytes]
 * @param {string} [options.accept] as in <input accept>
 * @param {object} [dotnet] told OnUploadsChanged({done, failed, total}) at most twice a second and at the end
 */
export function createUploader(root, { url, tokenHeader, token, parallel = 3, maxBytes, accept }, dotnet = null) {
  uploads ??= new Uploads(parallel);
  uploads.credentials = { tokenHeader, token };
  if (dotnet) uploads.listeners.add(dotnet);
  let target = { split: '', label: '' };
  let into = '';

  const take = (found, where) => {
    const { files, leftOut } = sift(found, { accept, maxBytes });
    uploads.add(files.map((file) => ({ ...file, ...where, url })), leftOut);
  };
  const words = () => [say('DropImagesOrFoldersToUpload'), into && say('IntoUnlessAFolderSaysOtherwise', into)];
  const detachDrop = attachDrop(root, words, async (transfer) => {
    const where = target; // what was chosen when the files were let go, however long a folder takes to read
    try {
      for await (const found of readDrop(transfer)) take(found, where);
    } catch {
      uploads.add([], 0);
      uploads.tray.say(say('AFolderCouldNotBeReadTo'));
    }
  });
  const clicks = new AbortController();
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-pick-files], [data-pick-folder]');
    if (!button) return;
    const where = target;
    pick({ accept, folder: button.matches('[data-pick-folder]') }, (found) => take(found, where));
  }, { signal: clicks.signal });

  return {
    /** Where the next files go. @param {{split?: string, label?: string}} next */
    setTarget({ split = '', label = '', words: called = '' }) {
      target = { split, label };
      into = called;
    },
    /** A new antiforgery token, after signing in again. */
    setToken(next) {
      uploads.credentials = { tokenHeader, token: next };
    },
    /** Lets go of the page; what is under way goes on. */
    dispose() {
      detachDrop();
      clicks.abort();
      uploads.listeners.delete(dotnet);
    },
  };
}
