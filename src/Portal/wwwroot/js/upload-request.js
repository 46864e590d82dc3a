/** One file, one multipart POST, by XMLHttpRequest: fetch does not tell how much of a body has gone out. */

import { suspect } from './outage-events.js';
import { say } from './texts.js';

const SIGNED_OUT = say('YouAreSignedOutSignInAnd');
/** Busy, restarting or without room; the same request will do later. */
const PASSING = new Set([408, 429, 502, 503, 504, 507]);

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {number} status 0 = the network failed
 * @param {string} body
 * @param {{mask?: boolean, retryAfter?: string | null}} [about]
 * @returns {import('./upload-queue.js').UploadOutcome}
 */
export function readResponse(status, body, { mask = false, retryAfter = null } = {}) {
  if (status === 0) return { kind: 'network', message: say('NoConnection') };
  if (status === 401) return { kind: 'signedOut', message: SIGNED_OUT };
  const content = json(body);
  if (PASSING.has(status)) {
    const waitMs = Math.min(60, Number(retryAfter) || 0) * 1000;
    return { kind: 'network', message: content?.title ?? say('TheServerIsBusy'), waitMs };
  }
  if (status === 200) return readItems(content?.items, mask);
  const said = content?.detail ?? content?.title;
  if (status === 413) return { kind: 'failed', message: said ?? say('TheFileIsTooLarge'), retryable: false };
  if (status === 403) return { kind: 'failed', message: said ?? say('YourRoleMayNotAddImagesHere'), retryable: true };
  return { kind: 'failed', message: said ?? say('TheServerRefusedTheFile', status), retryable: true };
}

/** A file gives one item; a zip gives many. */
function readItems(items, mask) {
  if (!Array.isArray(items) || !items.length)
    return { kind: 'failed', message: say('TheServerGaveNoAnswerForThis'), retryable: true };
  const count = (outcome) => items.filter((item) => item.outcome === outcome).length;
  const rejected = items.filter((item) => item.outcome === 'rejected');
  if (items.length === 1) {
    // A mask may be refused because its image failed before; after that image's retry it fits.
    if (rejected.length) return { kind: 'failed', message: reason(rejected[0]), retryable: mask };
    if (items[0].outcome === 'duplicate') return { kind: 'duplicate', message: '' };
    return { kind: 'done', message: items[0].outcome === 'maskAttached' ? say('MaskAttached') : '' };
  }
  const parts = [[count('added'), (n) => say('Added', n)], [count('maskAttached'), (n) => say('Masks', n)], [count('duplicate'), (n) => say('AlreadyThere', n)], [rejected.length, (n) => say('Rejected', n)]];
  const message = parts.filter(([n]) => n).map(([n, words]) => words(n)).join(', ');
  if (rejected.length === items.length) return { kind: 'failed', message: `${message}: ${reason(rejected[0])}`, retryable: false };
  return { kind: 'done', message };
}

const reason = (item) => item.error?.message ?? say('RejectedByTheServer');

/**
 * @param {import('./upload-queue.js').UploadItem} item
 * @param {{tokenHeader?: string, token?: string}} credentials
 * @param {(fraction: number) => void} onProgress
 * @param {new () => XMLHttpRequest} [Request]
 */
export function sendFile(item, { tokenHeader, token }, onProgress, Request = globalThis.XMLHttpRequest) {
  const request = new Request();
  const outcome = new Promise((resolve) => {
    const lost = () => resolve(readResponse(0, ''));
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      suspect(request.status);
      const retryAfter = request.getResponseHeader('Retry-After');
      resolve(readResponse(request.status, request.responseText, { mask: item.mask, retryAfter }));
    };
    request.onerror = lost;
    request.ontimeout = lost;
    request.onabort = lost; // nobody listens any more
  });
  request.open('POST', item.url);
  if (tokenHeader && token) request.setRequestHeader(tokenHeader, token);
  request.setRequestHeader('Accept', 'application/json, application/problem+json');
  const form = new FormData();
  // The small fields first: a server that reads the body as a stream knows the target before the bytes.
  form.append('path', item.path);
  form.append('split', item.split);
  form.append('label', item.label);
  form.append('files', item.file, item.file.name);
  request.send(form);
  return { outcome, abort: () => request.abort() };
}
