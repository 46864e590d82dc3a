import './texts.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseZip, readAnswer } from '../../src/Portal/wwwroot/js/zip-drop.js';

test('only one zip is taken', () => {
  const zip = { name: 'Set.ZIP', size: 10 };
  assert.equal(chooseZip([zip]).file, zip);
  assert.match(chooseZip([]).error, /One zip/);
  assert.match(chooseZip([zip, zip]).error, /One zip/);
  assert.match(chooseZip([{ name: 'a.rar', size: 1 }]).error, /a\.rar.*no zip/);
  assert.match(chooseZip([{ name: 'a.zip', size: 0 }]).error, /empty/);
});

test('an answer is nothing or words that help', () => {
  assert.equal(readAnswer(202, '{}'), null);
  assert.match(readAnswer(0, ''), /connection/);
  assert.match(readAnswer(401, ''), /Sign in/);
  assert.equal(readAnswer(400, '{"title":"t","detail":"Pack it again."}'), 'Pack it again.');
  assert.match(readAnswer(502, '<html>'), /502/);
});
