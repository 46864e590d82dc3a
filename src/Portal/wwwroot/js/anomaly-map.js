/**
 * The stored raw anomaly map: "FSAM", version uint16, element type uint16 (1 = float16), height uint32, width uint32,
 * then height × width little-endian float16 values, row by row. The server writes it; nothing in it is trusted here.
 */

const HEADER_BYTES = 16;
const MAGIC = 0x4653414d; // "FSAM", read big-endian
const VERSION = 1;
const FLOAT16 = 1;
/** Far above any model's map; keeps a broken header from asking for gigabytes. */
const MAX_SIDE = 8192;

/**
 * @typedef {object} AnomalyMap
 * @property {Float32Array} values height × width, row by row
 * @property {number} height
 * @property {number} width
 */

/** Every float16 as a number, built once: decoding is then one look-up per pixel. @type {Float32Array | undefined} */
let halves;

function halfTable() {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) halves[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) halves[bits] = fraction ? NaN : sign * Infinity;
    else halves[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halves;
}

/** @param {number} bits 0..65535 @returns {number} */
export const halfToNumber = (bits) => halfTable()[bits & 0xffff];

/**
 * @param {ArrayBuffer} buffer
 * @returns {AnomalyMap}
 * @throws {RangeError} when the bytes are not a map of this version.
 */
export function decodeAnomalyMap(buffer) {
  const view = new DataView(buffer);
  if (
    buffer.byteLength < HEADER_BYTES ||
    view.getUint32(0) !== MAGIC ||
    view.getUint16(4, true) !== VERSION ||
    view.getUint16(6, true) !== FLOAT16
  )
    throw new RangeError('Not an anomaly map of version 1.');
  const height = view.getUint32(8, true);
  const width = view.getUint32(12, true);
  if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE)
    throw new RangeError(`An anomaly map of ${height}×${width} cannot be drawn.`);
  if (buffer.byteLength !== HEADER_BYTES + height * width * 2)
    throw new RangeError(`An anomaly map of ${height}×${width} does not have ${buffer.byteLength} bytes.`);
  const table = halfTable();
  const values = new Float32Array(height * width);
  for (let i = 0; i < values.length; i++) values[i] = table[view.getUint16(HEADER_BYTES + i * 2, true)];
  return { values, height, width };
}
