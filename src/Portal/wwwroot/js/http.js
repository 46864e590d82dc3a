/** Reading images and maps by authorised URLs (same-origin cookie), with failures in words that people can act on. */

import { decodeAnomalyMap } from './anomaly-map.js';

/** A failure that a person may read. */
export class LoadError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = 'LoadError';
    this.status = status;
  }
}

/** @param {string} what "image", "heatmap", … @param {number} status @returns {string} */
export function explainStatus(what, status) {
  if (status === 401) return 'You are signed out. Sign in and retry.';
  if (status === 403) return `Your role may not see this ${what}.`;
  if (status === 404 || status === 410) return `This ${what} is no longer stored.`;
  return `The server could not deliver the ${what} (${status}).`;
}

async function get(url, what, { signal, priority }) {
  let response;
  try {
    response = await fetch(url, { signal, priority, credentials: 'same-origin' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new LoadError(`The ${what} could not be loaded. Check the connection and retry.`);
  }
  // A cookie that has run out shows as a redirect to the sign-in page.
  if (response.redirected && response.headers.get('content-type')?.startsWith('text/html'))
    throw new LoadError(explainStatus(what, 401), 401);
  if (!response.ok) throw new LoadError(explainStatus(what, response.status), response.status);
  return response;
}

/** @param {string} url @param {{signal?: AbortSignal, priority?: string, what?: string}} [options] @returns {Promise<ImageBitmap>} */
export async function loadImage(url, { what = 'image', ...options } = {}) {
  const blob = await (await get(url, what, options)).blob();
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new LoadError(`The ${what} is damaged or in a format this browser cannot show.`);
  }
}

/** @param {string} url @returns {Promise<import('./anomaly-map.js').AnomalyMap>} */
export async function loadMap(url, options = {}) {
  const buffer = await (await get(url, 'heatmap', options)).arrayBuffer();
  try {
    return decodeAnomalyMap(buffer);
  } catch {
    throw new LoadError('The stored heatmap is damaged. Score the image again to renew it.');
  }
}
