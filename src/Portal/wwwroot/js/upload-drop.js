/** Drag and drop on a region of the page, with a frame over it that says what letting go will do. */

import { element } from './upload-dom.js';

const hasFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;

/**
 * @param {HTMLElement} region
 * @param {() => [string, string]} words what letting go will do, and a detail or nothing
 * @param {(transfer: DataTransfer) => void} dropped
 * @returns {() => void} detaches
 */
export function attachDrop(region, words, dropped) {
  const stop = new AbortController();
  // On the body and laid over the region: the region's children belong to Blazor.
  const frame = element('div', 'fs-upload-drop');
  const card = element('div', 'fs-upload-drop-words', frame);
  const title = element('div', '', card);
  const detail = element('div', 'fs-upload-drop-detail', card);
  let hide = 0;

  const leave = () => {
    clearTimeout(hide);
    frame.remove();
  };
  const over = (event) => {
    if (!hasFiles(event)) return;
    // Also outside the region: a file let go beside it would replace the whole page.
    event.preventDefault();
    const inside = region.contains(event.target);
    event.dataTransfer.dropEffect = inside ? 'copy' : 'none';
    if (!inside) return leave();
    if (!frame.isConnected) {
      const box = region.getBoundingClientRect();
      const top = Math.max(0, box.top);
      Object.assign(frame.style, {
        left: `${box.left}px`,
        top: `${top}px`,
        width: `${box.width}px`,
        height: `${Math.min(window.innerHeight, box.bottom) - top}px`,
      });
      [title.textContent, detail.textContent] = words();
      document.body.append(frame);
    }
    // dragleave fires at every child's edge and not at all when the drag is broken off; silence means that it is over.
    clearTimeout(hide);
    hide = setTimeout(leave, 400);
  };
  const drop = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    leave();
    if (region.contains(event.target)) dropped(event.dataTransfer);
  };

  window.addEventListener('dragover', over, { signal: stop.signal });
  window.addEventListener('drop', drop, { signal: stop.signal });
  return () => {
    stop.abort();
    leave();
  };
}
