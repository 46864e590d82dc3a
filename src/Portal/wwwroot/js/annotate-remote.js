/** The server's and the browser's side of a drawing: annotation by HTTP with its tag, drafts in local storage. */

import { explainStatus } from './http.js';
import { suspect } from './outage-events.js';
import { plain } from './annotate-document.js';

const stateOf = ({ shapes, useBase }) => plain({ shapes, useBase });

/** @returns what people can read of a refusal */
async function messageOf(response) {
  suspect(response.status);
  const problem = await response.json().catch(() => null);
  return problem?.detail ?? explainStatus('drawing', response.status);
}

/** @param {{url: string, tokenHeader: string, token: string}} options of <c>/images/{id}/annotation</c> */
export function annotationAt({ url, tokenHeader, token }) {
  return {
    async fetch() {
      const response = await fetch(url, { credentials: 'same-origin', cache: 'no-store' });
      if (!response.ok || response.redirected) throw new Error(await messageOf(response));
      const body = await response.json();
      return { state: stateOf(body), tag: response.headers.get('etag'), hasBase: body.hasBase };
    },
    async send(state, tag) {
      const response = await fetch(url, {
        method: 'PUT',
        credentials: 'same-origin',
        // Small ones outlive the page, so that leaving it right after a stroke still saves.
        keepalive: JSON.stringify(state).length < 50_000,
        headers: { 'content-type': 'application/json', 'if-match': tag, [tokenHeader]: token },
        body: JSON.stringify(plain(state)),
      });
      if (response.status !== 200) return { status: response.status, message: await messageOf(response) };
      return { status: 200, tag: response.headers.get('etag'), note: (await response.json()).note };
    },
  };
}

/** A region for all images of the project. */
export function projectIgnoreAt({ url, tokenHeader, token }) {
  const write = async (method, body, address = url) => {
    const headers = { [tokenHeader]: token, ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(address, { method, credentials: 'same-origin', headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(await messageOf(response));
    return response.status === 204 ? null : response.json();
  };
  const read = async (address) => {
    const response = await fetch(address, { credentials: 'same-origin', cache: 'no-store' });
    if (!response.ok) throw new Error(await messageOf(response));
    return response.json();
  };
  return {
    fetch: () => read(url),
    progress: () => read(`${url}/rescoring`),
    put: (region) => write('PUT', region),
    remove: () => write('DELETE'),
    stop: () => write('POST', undefined, `${url}:stop`),
  };
}

/**
 * Where drafts wait: written at once and by the time a key is up, so that a crash right after loses nothing.
 * @param {string} key names the person and the image @param {Storage} [storage]
 */
export function draftAt(key, storage = localStorage) {
  return {
    /** @returns {import('./annotate-saver.js').Draft | null} */
    get() {
      try {
        const draft = JSON.parse(storage.getItem(key) ?? 'null');
        return Array.isArray(draft?.state?.shapes) ? { state: plain(draft.state), tag: draft.tag } : null;
      } catch {
        return null;
      }
    },
    put: (draft) => storage.setItem(key, JSON.stringify({ state: plain(draft.state), tag: draft.tag })),
    drop: () => storage.removeItem(key),
  };
}
