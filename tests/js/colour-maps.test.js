import test from 'node:test';
import assert from 'node:assert/strict';
import { COLOUR_MAPS, colourIndex, colourise, colourTable, heatAlpha, isScale } from '../../src/Portal/wwwroot/js/colour-maps.js';

const scale = { low: 2, high: 10, threshold: 6 };
const luminance = (table, i) => 0.2126 * table[i * 3] + 0.7152 * table[i * 3 + 1] + 0.0722 * table[i * 3 + 2];
const near = (actual, expected, within) =>
  actual.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) <= within, `${[...actual]} is not near ${expected}`));

test('every map has 256 colours', () => {
  for (const name of COLOUR_MAPS) assert.equal(colourTable(name).length, 768);
});

test('known colours: the published ends and middles, within the error of the polynomials', () => {
  near(colourTable('turbo').slice(0, 3), [48, 18, 59], 32);
  near(colourTable('turbo').slice(128 * 3, 128 * 3 + 3), [164, 252, 60], 20);
  near(colourTable('turbo').slice(-3), [122, 4, 3], 24);
  near(colourTable('inferno').slice(0, 3), [0, 0, 4], 5);
  near(colourTable('inferno').slice(-3), [252, 255, 164], 6);
  near(colourTable('viridis').slice(0, 3), [68, 1, 84], 5);
  near(colourTable('viridis').slice(128 * 3, 128 * 3 + 3), [33, 145, 140], 5);
  near(colourTable('viridis').slice(-3), [253, 231, 37], 5);
  near(colourTable('jet').slice(0, 3), [0, 0, 128], 1);
  near(colourTable('jet').slice(-3), [128, 0, 0], 1);
});

test('viridis and inferno grow lighter all the way', () => {
  for (const name of ['viridis', 'inferno']) {
    const table = colourTable(name);
    for (let i = 1; i < 256; i++) assert.ok(luminance(table, i) >= luminance(table, i - 1) - 0.75, `${name} at ${i}`);
  }
});

test('neighbouring colours of turbo are close: no false edges', () => {
  const table = colourTable('turbo');
  for (let i = 3; i < 768; i++) assert.ok(Math.abs(table[i] - table[i - 3]) < 16);
});

test('an unknown map reads as turbo', () => assert.equal(colourTable('rainbow'), colourTable('turbo')));

test('the index follows the scale and never leaves the table', () => {
  assert.equal(colourIndex(2, scale), 0);
  assert.equal(colourIndex(6, scale), 128);
  assert.equal(colourIndex(10, scale), 255);
  for (const value of [-1e9, NaN, -Infinity]) assert.equal(colourIndex(value, scale), 0);
  for (const value of [11, 1e9, Infinity]) assert.equal(colourIndex(value, scale), 255);
});

test('a value at or below low is fully transparent, one at the threshold fully there', () => {
  assert.equal(heatAlpha(2, scale), 0);
  assert.equal(heatAlpha(-5, scale), 0);
  assert.equal(heatAlpha(NaN, scale), 0);
  assert.equal(heatAlpha(4, scale), 0.25);
  assert.equal(heatAlpha(6, scale), 1);
  assert.equal(heatAlpha(50, scale), 1);
});

test('alpha never falls while the value rises', () => {
  let before = 0;
  for (let v = 0; v <= 12; v += 0.01) {
    const alpha = heatAlpha(v, scale);
    assert.ok(alpha >= before && alpha <= 1);
    before = alpha;
  }
});

test('the same value has the same colour in every image', () => {
  const a = colourise(new Float32Array([3, 5, 7]), new Uint8ClampedArray(12), scale, 'turbo');
  const b = colourise(new Float32Array([7, 900, 5]), new Uint8ClampedArray(12), scale, 'turbo');
  assert.deepEqual(a.slice(8, 12), b.slice(0, 4));
  assert.deepEqual(a.slice(4, 8), b.slice(8, 12));
});

test('a scale without numbers or upside down is none', () => {
  assert.ok(isScale(scale));
  assert.ok(!isScale({ low: 5, high: 5, threshold: 5 }));
  assert.ok(!isScale({ low: null, high: 5, threshold: 3 }));
  assert.ok(!isScale({}));
});
