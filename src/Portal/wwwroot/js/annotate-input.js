/** Pointer, wheel and keys of the drawing canvas, as verbs of the tools and the stage. */

import { KEY_ZOOM } from './stage-input.js';
import { isTaken, keyName } from './keys.js';
import { toImage, wheelFactor } from './view-transform.js';

/** How near to a corner a click is meant for it, in stage pixels. */
const REACH = 9;

/** Keys of the page, whatever has the focus, and the verb that each stands for. */
export const KEYS = {
  v: ['use', 'move'], p: ['use', 'polygon'], x: ['use', 'box'], b: ['use', 'brush'], e: ['use', 'erase'],
  '[': ['resize', -1], ']': ['resize', 1], l: ['switchLayer'], z: ['fit'], '+': ['zoom', KEY_ZOOM], '=': ['zoom', KEY_ZOOM], '-': ['zoom', 1 / KEY_ZOOM],
  'ctrl+z': ['undo'], 'ctrl+shift+z': ['redo'], 'ctrl+y': ['redo'], enter: ['finish'], escape: ['drop'], delete: ['erase'], backspace: ['erase'],
  h: ['heatmap'], '?': ['help'], ',': ['fade', -10], '.': ['fade', 10], pageup: ['go', 'previous'], pagedown: ['go', 'next'],
};

const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };

/**
 * @param {HTMLCanvasElement} target
 * @param {import('./annotate-tools.js').Tools} tools
 * @param {object} stage
 * @param {Record<string, Function>} verbs what <c>KEYS</c> names
 * @param {(hover: {x: number, y: number} | null) => void} onHover
 * @returns {() => void} detaches
 */
export function attachDrawing(target, tools, stage, verbs, onHover) {
  const stop = new AbortController();
  const on = (source, type, handler, options = {}) => source.addEventListener(type, handler, { signal: stop.signal, ...options });
  const onStage = (event) => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const place = (event) => toImage(stage.view, onStage(event));
  const reach = () => REACH / stage.view.scale;
  /** What the pointer that is down does: draws, or pans from where it was. */
  let panning = null;
  let drawing = false;

  on(target, 'wheel', (event) => {
    event.preventDefault();
    stage.zoomBy(wheelFactor(event), onStage(event));
  }, { passive: false });

  on(target, 'pointerdown', (event) => {
    if (event.button > 1 || drawing || panning) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    target.setPointerCapture(event.pointerId);
    tools.cursor = null;
    if (event.button === 1 || !tools.down(place(event), reach())) panning = onStage(event);
    else drawing = true;
  });
  on(target, 'pointermove', (event) => {
    const now = onStage(event);
    onHover(place(event));
    if (panning) {
      stage.pan(now.x - panning.x, now.y - panning.y);
      panning = now;
    } else if (drawing) {
      // All the places between two frames: a fast stroke stays round.
      for (const step of event.getCoalescedEvents?.() ?? []) tools.move(place(step));
      tools.move(place(event));
    }
  });
  const up = () => {
    if (drawing) tools.up();
    drawing = false;
    panning = null;
  };
  on(target, 'pointerup', up);
  on(target, 'pointercancel', up);
  on(target, 'pointerleave', () => onHover(null));
  on(target, 'dblclick', () => tools.pending?.tool === 'polygon' && tools.finish());

  on(target, 'keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key.toLowerCase()];
    if (arrow) {
      const step = event.shiftKey ? 10 : 1;
      tools.steer(arrow[0] * step, arrow[1] * step);
    } else if (event.key === ' ') tools.press();
    else return;
    event.preventDefault();
  });

  on(document, 'keydown', (event) => {
    const verb = KEYS[keyName(event)];
    if (!verb || event.defaultPrevented || event.isComposing || isTaken(event.composedPath()[0], event.key) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    verbs[verb[0]](...verb.slice(1));
  });

  return () => stop.abort();
}
