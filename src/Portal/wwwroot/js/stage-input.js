/** Pointer, wheel and keyboard of a stage, as three verbs: zoom about a point, pan by a distance, fit. */

import { wheelFactor } from './view-transform.js';

const KEY_PAN = 60;
export const KEY_ZOOM = 1.25;

/**
 * @param {HTMLElement} target the canvas
 * @param {{zoom: (factor: number, point?: {x: number, y: number}) => void, pan: (dx: number, dy: number) => void, fit: () => void}} verbs
 * @returns {() => void} detaches
 */
export function attachStageInput(target, verbs) {
  const stop = new AbortController();
  const on = (type, handler, options = {}) => target.addEventListener(type, handler, { signal: stop.signal, ...options });
  /** Fingers and buttons that are down. @type {Map<number, {x: number, y: number}>} */
  const down = new Map();

  const place = (event) => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pair = () => {
    const [a, b] = [...down.values()];
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  };

  // Not passive: the page must not scroll while the picture zooms.
  on('wheel', (event) => {
    event.preventDefault();
    verbs.zoom(wheelFactor(event), place(event));
  }, { passive: false });

  on('pointerdown', (event) => {
    if (event.button > 1 || down.size === 2) return;
    if (event.button === 1) event.preventDefault(); // no auto-scroll
    target.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    target.classList.add('is-dragging');
  });

  on('pointermove', (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    if (down.size === 1) {
      down.set(event.pointerId, now);
      verbs.pan(now.x - before.x, now.y - before.y);
      return;
    }
    const old = pair();
    down.set(event.pointerId, now);
    const { middle, distance } = pair();
    verbs.pan(middle.x - old.middle.x, middle.y - old.middle.y);
    if (old.distance > 0 && distance > 0) verbs.zoom(distance / old.distance, middle);
  });

  const up = (event) => {
    down.delete(event.pointerId);
    if (!down.size) target.classList.remove('is-dragging');
  };
  on('pointerup', up);
  on('pointercancel', up);
  on('lostpointercapture', up);
  on('dblclick', () => verbs.fit());

  on('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keyAction(event);
    if (!action) return;
    event.preventDefault(); // the page's own keys leave alone what was handled here
    verbs[action[0]](...action.slice(1));
  });

  return () => stop.abort();
}

/** @param {{key: string, shiftKey: boolean}} event @returns {[string, ...number[]] | undefined} the verb and its numbers */
export function keyAction({ key, shiftKey }) {
  if (key === '+' || key === '=') return ['zoom', KEY_ZOOM];
  if (key === '-' || key === '_') return ['zoom', 1 / KEY_ZOOM];
  if (key === 'z' || key === 'Z') return ['fit'];
  if (!shiftKey) return undefined; // plain arrows turn pages
  // Shift+→ looks further to the right: the picture moves left.
  if (key === 'ArrowLeft') return ['pan', KEY_PAN, 0];
  if (key === 'ArrowRight') return ['pan', -KEY_PAN, 0];
  if (key === 'ArrowUp') return ['pan', 0, KEY_PAN];
  if (key === 'ArrowDown') return ['pan', 0, -KEY_PAN];
  return undefined;
}
