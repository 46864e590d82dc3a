/** Reading images, maps and lists of scores by authorised URLs (same-origin cookie), with failures in words that people can act on. */

import { decodeAnomalyMap } from './anomaly-map.js';
import { suspect } from './outage-events.js';
import { say } from './texts.js';

/** An outage: what did not come is asked for again when it is over. */
const PASSING = new Set([502, 503, 504]);

/** A failure that a person may read. */
export class LoadError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = 'LoadError';
    this.status = status;
  }
}

/** @param {string} what in the words of the page: "image", "heatmap", … @param {number} status @returns {string} */
export function explainStatus(what, status) {
  if (status === 401) return say('YouAreSignedOutSignInAnd');
  if (status === 403) return say('YourRoleMayNotSeeThis', what);
  if (status === 404 || status === 410) return say('ThisIsNoLongerStored', what);
  if (PASSING.has(status)) return say('TheCannotBeFetchedAtTheMoment', what);
  return say('TheServerCouldNotDeliverThe', what, status);
}

async function get(url, what, { signal, priority }) {
  let response;
  try {
    response = await fetch(url, { signal, priority, credentials: 'same-origin' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    suspect(0);
    throw new LoadError(say('TheCouldNotBeLoadedCheckThe', what));
  }
  suspect(response.status);
  // A cookie that has run out shows as a redirect to the sign-in page.
  if (response.redirected && response.headers.get('content-type')?.startsWith('text/html'))
    throw new LoadError(explainStatus(what, 401), 401);
  if (!response.ok) throw new LoadError(explainStatus(what, response.status), response.status);
  return response;
}

/** @param {string} url @param {{signal?: AbortSignal, priority?: string, what?: string}} [options] @returns {Promise<ImageBitmap>} */
export async function loadImage(url, { what = say('ImageInText'), ...options } = {}) {
  const blob = await (await get(url, what, options)).blob();
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new LoadError(say('TheIsDamagedOrInAFormat', what));
  }
}

/** @param {string} url @param {string} what in the words of the page @param {{signal?: AbortSignal, priority?: string}} [options] @returns {Promise<ArrayBuffer>} */
export async function loadBytes(url, what, options = {}) {
  return (await get(url, what, options)).arrayBuffer();
}

/** @param {string} url @returns {Promise<import('./anomaly-map.js').AnomalyMap>} */
export async function loadMap(url, options = {}) {
  const buffer = await loadBytes(url, say('HeatmapInText'), options);
  try {
    return decodeAnomalyMap(buffer);
  } catch {
    throw new LoadError(say('TheStoredHeatmapIsDamagedScoreThe'));
  }
}
