/**
 * One zip, dropped or picked, as the body of one request; the server takes it to disk as it comes. A folder that is dropped goes
 * file by file, as it does on the page of images.
 */

import { say } from './texts.js';
import { attachDrop } from './upload-drop.js';
import { pick } from './upload-files.js';
import { uploadDrop } from './upload.js';

/** @param {number} status @param {string} body @returns {string | null} what went wrong, in words; null when the server took the zip */
export function readAnswer(status, body) {
  if (status === 202) return null;
  if (status === 0) return say('TheConnectionBrokeOffSendTheZip');
  if (status === 401) return say('YouAreSignedOutSignInAndWord');
  try {
    const problem = JSON.parse(body);
    return problem.detail ?? problem.title;
  } catch {
    return say('TheServerRefusedTheZipTryAgain', status);
  }
}

/**
 * @param {File[]} files
 * @returns {{file?: File, error?: string}} the one zip, or why there is none
 */
export function chooseZip(files) {
  if (files.length !== 1) return { error: say('OneZipAtATime') };
  const [file] = files;
  if (!/\.zip$/i.test(file.name)) return { error: say('IsNoZipPackItAsA', file.name) };
  return file.size === 0 ? { error: say('IsEmpty', file.name) } : { file };
}

/**
 * @param {HTMLElement} root takes drops; `[data-pick-zip]` inside opens the dialog, `[data-zip-progress]` says how far it is
 * @param {{url: string, tokenHeader: string, token: string, words: string, folder?: object}} options folder: as for `uploadDrop`; without it only zips are taken
 * @param {object} dotnet told OnZipSent(error or null)
 */
export function createZipDrop(root, { url, tokenHeader, token, words, folder }, dotnet) {
  let request = null;
  const stop = new AbortController();
  const show = (text) => {
    const place = root.querySelector('[data-zip-progress]');
    if (place) place.textContent = text;
  };
  const tell = (error) => dotnet.invokeMethodAsync('OnZipSent', error).catch(() => {});

  const send = (files) => {
    const { file, error } = chooseZip(files);
    if (error) return tell(error);
    if (request) return tell(say('AnotherZipIsOnItsWayWait'));
    request = new XMLHttpRequest();
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) show(event.loaded < event.total ? say('SendingPercent', Math.floor((100 * event.loaded) / event.total)) : say('CheckingTheZip'));
    };
    const over = () => {
      const problem = readAnswer(request.status, request.responseText);
      request = null;
      show('');
      tell(problem);
    };
    request.onload = over;
    request.onerror = over;
    request.ontimeout = over;
    request.open('POST', `${url}?name=${encodeURIComponent(file.name)}`);
    if (tokenHeader && token) request.setRequestHeader(tokenHeader, token);
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    request.setRequestHeader('Content-Type', 'application/zip');
    show(say('SendingWord'));
    request.send(file);
  };

  const detach = attachDrop(root, () => [words, ''], (transfer) => {
    const isFolder = [...transfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
    if (!isFolder || !folder) return send([...transfer.files]);
    uploadDrop(transfer, { ...folder, tokenHeader, token }).catch(() => tell(say('AFolderCouldNotBeReadToSentence')));
  });
  root.addEventListener('click', (event) => {
    if (event.target.closest('[data-pick-zip]')) pick({ accept: '.zip,application/zip', folder: false }, (found) => send(found.map((f) => f.file)));
  }, { signal: stop.signal });
  window.addEventListener('beforeunload', (event) => {
    if (request) event.preventDefault();
  }, { signal: stop.signal });

  return {
    dispose() {
      stop.abort();
      detach();
      // The request goes on: the server has it or will, and the list shows it.
    },
  };
}
