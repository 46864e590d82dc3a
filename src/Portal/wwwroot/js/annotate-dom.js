/** Small makers of elements for the drawing page. */

const SVG = 'http://www.w3.org/2000/svg';

/** Outlines of 24×24, drawn with a line. */
const ICONS = {
  move: 'M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3',
  polygon: 'M5 18 3 8l8-5 10 6-4 11zM5 18h12',
  box: 'M4 5h16v14H4z',
  brush: 'M20 4 10.5 13.5M8 14c-3 0-3 3-5 5 4 2 8 0 8-3a3 3 0 0 0-3-2z',
  erase: 'M8 20 3 15 14 4l6 6-10 10zM9 9l6 6M8 20h12',
  undo: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  redo: 'm15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3',
  remove: 'M6 6l12 12M18 6 6 18',
};

/**
 * @param {string} tag @param {Record<string, unknown>} [attributes] a function is a listener, true an attribute without a value
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'fs-draw-icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

export const kbd = (text) => make('kbd', {}, text);

/** A card of the side panel. */
export const card = (title, ...children) => make('section', { class: 'fs-card' }, ...(title ? [make('h2', {}, title)] : []), ...children);

export const button = (label, attributes, ...children) => make('button', { type: 'button', class: 'fs-button small', ...attributes }, label, ...children);
