/** How a person likes heatmaps drawn, kept in the browser: the same in the grid and on one image, today and tomorrow. */

const KEY = 'fs-look';
export const LOOK = Object.freeze({ opacity: 60, colourMap: 'turbo', heatmap: true, contour: true, beside: false });
const COLOUR_MAPS = ['turbo', 'inferno', 'viridis', 'jet'];

/**
 * What was kept, made whole: it may be of an older version, or somebody's joke.
 * @param {string | null | undefined} text @returns {typeof LOOK}
 */
export function parseLook(text) {
  let kept;
  try {
    kept = JSON.parse(text ?? '{}');
  } catch {
    kept = {};
  }
  if (typeof kept !== 'object' || kept === null) kept = {};
  const flag = (name) => (typeof kept[name] === 'boolean' ? kept[name] : LOOK[name]);
  const opacity = Number.isFinite(kept.opacity) ? Math.min(100, Math.max(0, Math.round(kept.opacity))) : LOOK.opacity;
  return {
    opacity,
    colourMap: COLOUR_MAPS.includes(kept.colourMap) ? kept.colourMap : LOOK.colourMap,
    heatmap: flag('heatmap'),
    contour: flag('contour'),
    beside: flag('beside'),
  };
}

export function readLook(storage = window.localStorage) {
  try {
    return parseLook(storage.getItem(KEY));
  } catch {
    return { ...LOOK }; // a browser that keeps nothing
  }
}

/** @param {typeof LOOK} look */
export function saveLook(look, storage = window.localStorage) {
  try {
    storage.setItem(KEY, JSON.stringify(parseLook(JSON.stringify(look))));
  } catch {
    // A full or forbidden store: the choice lasts as long as the page.
  }
}
