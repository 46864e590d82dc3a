/** One picture, dropped or chosen, sent to be scored and shown with its heatmap. Nothing of it is stored anywhere. */

import { say } from './texts.js';
import { attachDrop } from './upload-drop.js';

/**
 * @param {number} status 0 = the network failed
 * @param {any} body parsed JSON, or null
 * @returns {string} what happened, for people
 */
export function explainRefusal(status, body) {
  if (status === 0) return say('ThePortalCannotBeReachedCheckThe');
  if (status === 401) return say('YouAreSignedOutSignInAndSentence');
  return body?.detail ?? body?.title ?? say('ThePortalRefusedThePicture', status);
}

/**
 * @param {any} answer of the REST interface
 * @param {string | null} pictureUrl null when the browser cannot draw the picture: the heatmap stands in for it
 * @param {string} name
 * @returns {import('./stage.js').Picture}
 */
export function pictureOf(answer, pictureUrl, name) {
  const { scaleLow: low, scaleHigh: high, pixel: threshold } = answer.thresholds;
  return pictureUrl
    ? { imageUrl: pictureUrl, mapUrl: answer.map, low, high, threshold, alt: name }
    : { imageUrl: answer.heatmap, alt: say('HeatmapOf', name) };
}

class Trial {
  #url = null;
  #sending = null;

  constructor(region, stage, options, dotnet) {
    this.stage = stage;
    this.options = options;
    this.dotnet = dotnet;
    this.input = document.createElement('input');
    this.input.type = 'file';
    this.input.accept = options.accept;
    this.input.hidden = true;
    this.input.addEventListener('change', () => {
      this.#take(this.input.files);
      this.input.value = ''; // the same file may be chosen again
    });
    document.body.append(this.input);
    this.stop = new AbortController();
    region.querySelector('[data-pick]').addEventListener('click', () => this.input.click(), { signal: this.stop.signal });
    this.detach = attachDrop(region, () => [say('ScoreThisPicture'), say('ItIsNotStored')], (transfer) => this.#take(transfer.files));
  }

  #take(files) {
    if (files.length) void this.send(files[0]);
  }

  /** @param {File} file */
  async send(file) {
    this.#sending?.abort(); // the last one counts
    const sending = (this.#sending = new AbortController());
    this.#tell('OnSending', file.name);
    if (file.size > this.options.maxBytes) {
      this.#tell('OnRefused', say('IsLargerThanMBExportItSmaller', file.name, this.options.maxBytes / 2 ** 20));
      return;
    }
    const { status, body } = await this.#post(file, sending.signal);
    if (sending.signal.aborted) return;
    if (status !== 200) {
      this.#tell('OnRefused', explainRefusal(status, body));
      return;
    }
    const drawable = await createImageBitmap(file).then((bitmap) => (bitmap.close(), true), () => false);
    if (sending.signal.aborted) return;
    const before = this.#url;
    this.#url = drawable ? URL.createObjectURL(file) : null;
    this.stage.show(pictureOf(body, this.#url, file.name));
    if (before) URL.revokeObjectURL(before);
    this.#tell('OnScored', { score: body.score, width: body.width, height: body.height, seconds: body.seconds });
  }

  async #post(file, signal) {
    const { url, tokenHeader, token } = this.options;
    const headers = { Accept: 'application/json, application/problem+json', 'Content-Type': 'application/octet-stream' };
    if (token) headers[tokenHeader] = token;
    try {
      const response = await fetch(url, { method: 'POST', body: file, headers, signal, credentials: 'same-origin' });
      return { status: response.status, body: await response.json().catch(() => null) };
    } catch {
      return { status: 0, body: null };
    }
  }

  dispose() {
    this.#sending?.abort();
    this.stop.abort();
    this.detach();
    this.input.remove();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.dotnet = null;
  }

  #tell(method, argument) {
    this.dotnet?.invokeMethodAsync(method, argument).catch(() => {}); // the page has gone
  }
}

/**
 * @param {HTMLElement} region where a picture may be dropped; holds the button [data-pick]
 * @param {object} stage of stage.js
 * @param {{url: string, tokenHeader: string, token?: string, maxBytes: number, accept: string}} options
 * @param {object} dotnet told OnSending(name), then OnScored({score, width, height, seconds}) or OnRefused(message)
 */
export function createTrial(region, stage, options, dotnet) {
  return new Trial(region, stage, options, dotnet);
}
