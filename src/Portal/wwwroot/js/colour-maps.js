/**
 * Colour maps as 256-entry tables, and the one rule that turns a map value into a colour and an alpha.
 * Nothing here looks at the image shown: the scale belongs to the model.
 */

export const COLOUR_MAPS = Object.freeze(['turbo', 'inferno', 'viridis', 'jet']);
export const DEFAULT_COLOUR_MAP = 'turbo';
const SIZE = 256;

// Polynomials in t = 0..1, one row per channel, constant term first.
// Turbo: A. Mikhailov, "Turbo, an improved rainbow colormap for visualization" (2019), degree 5.
// Inferno and viridis: M. Zucker's degree 6 fits (CC0) of the maps by S. van der Walt and N. Smith.
const POLYNOMIALS = {
  turbo: [
    [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
    [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
    [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
  ],
  inferno: [
    [0.00021894, 0.10651342, 11.60249308, -41.70399613, 77.1629357, -71.31942824, 25.13112623],
    [0.001651, 0.56395644, -3.97285397, 17.43639888, -33.40235894, 32.62606426, -12.24266895],
    [-0.0194809, 3.93271239, -15.94239411, 44.3541452, -81.80730926, 73.20951986, -23.070325],
  ],
  viridis: [
    [0.27772733, 0.10509304, -0.33086183, -4.6342305, 6.22826994, 4.776385, -5.43545586],
    [0.00540734, 1.40461353, 0.21484756, -5.79910097, 14.17993337, -13.74514538, 4.64585261],
    [0.33409981, 1.38459016, 0.09509516, -19.33244096, 56.6905526, -65.35303263, 26.31243525],
  ],
};

const polynomial = (coefficients, t) => coefficients.reduceRight((sum, c) => sum * t + c, 0);
// Jet is three trapezoids a quarter of the scale apart.
const jet = (channel, t) => 1.5 - Math.abs(4 * t - (3 - channel));

/** @type {Map<string, Uint8ClampedArray>} */
const tables = new Map();

/**
 * @param {string} name one of COLOUR_MAPS; anything else reads as the default.
 * @returns {Uint8ClampedArray} 256 × RGB.
 */
export function colourTable(name) {
  const key = COLOUR_MAPS.includes(name) ? name : DEFAULT_COLOUR_MAP;
  let table = tables.get(key);
  if (!table) {
    table = new Uint8ClampedArray(SIZE * 3); // clamps and rounds
    for (let i = 0; i < SIZE; i++) {
      const t = i / (SIZE - 1);
      for (let channel = 0; channel < 3; channel++) {
        const value = key === 'jet' ? jet(channel, t) : polynomial(POLYNOMIALS[key][channel], t);
        table[i * 3 + channel] = value * 255;
      }
    }
    tables.set(key, table);
  }
  return table;
}

/**
 * @typedef {object} Scale the fixed scale of one model
 * @property {number} low where colour begins
 * @property {number} high where colour ends
 * @property {number} threshold from where a pixel counts as defective
 */

/** Whether the three numbers can be drawn; a model without calibration has none. */
export const isScale = ({ low, high, threshold }) =>
  Number.isFinite(low) && Number.isFinite(high) && Number.isFinite(threshold) && low < high;

/** @returns {number} 0..255, the entry of the colour table. A value that is no number reads as the low end. */
export function colourIndex(value, { low, high }) {
  const t = (value - low) / (high - low);
  return t > 0 ? Math.min(255, Math.round(t * 255)) : 0;
}

/**
 * 0 at and below low, 1 from the threshold on. The square keeps a good part clean: the scale begins at the median of normals,
 * so half of a good part's pixels lie above it, and a straight ramp would tint them.
 * @returns {number} 0..1
 */
export function heatAlpha(value, { low, threshold }) {
  if (!(value > low)) return 0;
  return value >= threshold ? 1 : ((value - low) / (threshold - low)) ** 2;
}

/**
 * Colours a map. Opacity is left to whoever draws, so that an opacity slider needs no recolouring.
 * @param {Float32Array} values
 * @param {Uint8ClampedArray} rgba 4 × values.length, overwritten
 * @param {Scale} scale
 * @param {string} colourMap
 */
export function colourise(values, rgba, scale, colourMap) {
  const table = colourTable(colourMap);
  for (let i = 0; i < values.length; i++) {
    const entry = colourIndex(values[i], scale) * 3;
    const o = i * 4;
    rgba[o] = table[entry];
    rgba[o + 1] = table[entry + 1];
    rgba[o + 2] = table[entry + 2];
    rgba[o + 3] = heatAlpha(values[i], scale) * 255;
  }
  return rgba;
}
