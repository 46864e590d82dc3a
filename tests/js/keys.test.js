import test from 'node:test';
import assert from 'node:assert/strict';
import { isTaken, keyName } from '../../src/Portal/wwwroot/js/keys.js';

/** An element that matches what its list says. */
const target = (matches, more = {}) => ({ closest: (selector) => (selector.split(', ').some((s) => matches.includes(s)) ? { type: 'text', ...more } : null) });

test('names of keys', () => {
  const name = (key, more = {}) => keyName({ key, ...more });
  assert.equal(name('A', { shiftKey: true }), 'a');
  assert.equal(name('?', { shiftKey: true }), '?');
  assert.equal(name('+', { shiftKey: true }), '+');
  assert.equal(name('ArrowRight'), 'arrowright');
  assert.equal(name('ArrowRight', { shiftKey: true }), 'shift+arrowright');
  assert.equal(name('z', { ctrlKey: true }), 'ctrl+z');
  assert.equal(name('z', { metaKey: true }), 'ctrl+z');
  assert.equal(name('Z', { ctrlKey: true, shiftKey: true }), 'ctrl+shift+z');
  assert.equal(name(' '), 'space');
});

test('typing takes every key', () => {
  for (const where of ['textarea', 'select', '[contenteditable="true"]', 'input']) {
    assert.ok(isTaken(target([where]), 'a'), where);
    assert.ok(isTaken(target([where]), 'ArrowRight'), where);
  }
});

test('a slider keeps the arrows and leaves the letters', () => {
  const slider = target(['input'], { type: 'range' });
  assert.ok(isTaken(slider, 'ArrowRight'));
  assert.ok(!isTaken(slider, 'a'));
  assert.ok(isTaken(target(['[role="slider"]']), 'Home'));
});

test('a button keeps Space and Enter only', () => {
  const button = target(['button']);
  assert.ok(isTaken(button, ' '));
  assert.ok(isTaken(button, 'Enter'));
  assert.ok(!isTaken(button, 'r'));
  assert.ok(!isTaken(null, 'r'));
});
