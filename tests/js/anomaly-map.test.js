import test from 'node:test';
import assert from 'node:assert/strict';
import { decodeAnomalyMap, halfToNumber } from '../../src/Portal/wwwroot/js/anomaly-map.js';

function file({ magic = 'FSAM', version = 1, type = 1, height = 2, width = 3, halves = [0, 0x3c00, 0xc000, 0x7bff, 1, 0x3555] } = {}) {
  const bytes = new Uint8Array(16 + halves.length * 2);
  const view = new DataView(bytes.buffer);
  [...magic].forEach((c, i) => (bytes[i] = c.charCodeAt(0)));
  view.setUint16(4, version, true);
  view.setUint16(6, type, true);
  view.setUint32(8, height, true);
  view.setUint32(12, width, true);
  halves.forEach((half, i) => view.setUint16(16 + i * 2, half, true));
  return bytes.buffer;
}

test('float16 has the values of IEEE 754', () => {
  const known = [[0, 0], [0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0400, 2 ** -14], [0x0001, 2 ** -24], [0x03ff, 1023 * 2 ** -24], [0x3555, 0.333251953125], [0x7c00, Infinity], [0xfc00, -Infinity]];
  for (const [bits, value] of known) assert.equal(halfToNumber(bits), value);
  assert.ok(Number.isNaN(halfToNumber(0x7e00)));
  assert.ok(Object.is(halfToNumber(0x8000), -0));
});

test('positive float16 grow with their bits', () => {
  for (let bits = 1; bits < 0x7c00; bits++) assert.ok(halfToNumber(bits) > halfToNumber(bits - 1));
});

test('a map comes back row by row', () => {
  const map = decodeAnomalyMap(file());
  assert.equal(map.height, 2);
  assert.equal(map.width, 3);
  assert.deepEqual([...map.values], [0, 1, -2, 65504, Math.fround(2 ** -24), 0.333251953125]);
});

const hostile = {
  'nothing at all': new ArrayBuffer(0),
  'a header cut short': file().slice(0, 15),
  'another file type': file({ magic: 'PNG!' }),
  'the magic in small letters': file({ magic: 'fsam' }),
  'a later version': file({ version: 2 }),
  'version zero': file({ version: 0 }),
  'another element type': file({ type: 2 }),
  'one byte missing': file().slice(0, 27),
  'one value missing': file({ halves: [1, 2, 3, 4, 5] }),
  'bytes too many': file({ halves: [1, 2, 3, 4, 5, 6, 7] }),
  'no rows': file({ height: 0, halves: [] }),
  'no columns': file({ width: 0, halves: [] }),
  'a size whose product overflows 32 bits': file({ height: 0x10000, width: 0x10000, halves: [] }),
  'the largest size a header can name': file({ height: 0xffffffff, width: 0xffffffff, halves: [] }),
  'a sign-in page': new TextEncoder().encode('<!doctype html><title>Sign in</title>').buffer,
};
for (const [name, bytes] of Object.entries(hostile))
  test(`refused: ${name}`, () => assert.throws(() => decodeAnomalyMap(bytes), RangeError));

test('no random header crashes or hangs the decoder', () => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
  for (let i = 0; i < 2000; i++) {
    const bytes = new Uint8Array(random() % 64).map(() => random() >> 8);
    if (i % 2) bytes.set([70, 83, 65, 77, 1, 0, 1, 0].slice(0, bytes.length));
    try {
      const map = decodeAnomalyMap(bytes.buffer);
      assert.equal(map.values.length, map.height * map.width);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }
});
