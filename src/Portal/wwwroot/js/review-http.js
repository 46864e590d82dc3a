/** The requests of the review page. None throws: a failure of the network is status 0. */

import { suspect } from './outage-events.js';
import { say } from './texts.js';

export class ReviewHttp {
  /** @param {string} project @param {string} token antiforgery */
  constructor(project, token) {
    this.project = project;
    this.token = token;
  }

  take(body) {
    return this.#post(`/projects/${this.project}/review:take`, body);
  }

  verdict(result, body) {
    return this.#post(`/results/${result}/verdicts`, body);
  }

  withdraw(result) {
    return this.#post(`/results/${result}/review:withdraw`);
  }

  /** Goes out even while the page is being left. */
  release(result) {
    return this.#post(`/results/${result}/review:release`, undefined, true);
  }

  async #post(path, body, keepalive = false) {
    let response;
    try {
      response = await fetch(`/api/v1${path}`, {
        method: 'POST',
        credentials: 'same-origin',
        keepalive,
        headers: { 'X-CSRF-TOKEN': this.token, ...(body && { 'Content-Type': 'application/json' }) },
        body: body && JSON.stringify(body),
      });
    } catch {
      suspect(0);
      return { status: 0, message: say('NoConnection') };
    }
    suspect(response.status);
    const content = await response.json().catch(() => null);
    return { status: response.status, body: content, message: content?.detail ?? content?.title ?? say('TheServerRefusedIt', response.status) };
  }
}
