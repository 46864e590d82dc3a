import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { readResponse, sendFile } from '../../src/Portal/wwwroot/js/upload-request.js';

class FakeRequest {
  static last;
  upload = {};
  headers = {};
  constructor() {
    FakeRequest.last = this;
  }
  open(method, url) {
    Object.assign(this, { method, url });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  getResponseHeader(name) {
    return this.responseHeaders?.[name] ?? null;
  }
  send(body) {
    this.body = body;
  }
  abort() {
    this.onabort();
  }
  finish(status, body = '', responseHeaders = {}) {
    Object.assign(this, { status, responseText: typeof body === 'string' ? body : JSON.stringify(body), responseHeaders });
    this.onload();
  }
}

const item = (path = 'bottle/test/broken_large/000.png') => ({
  file: new File(['abc'], '000.png', { type: 'image/png' }),
  path, url: '/api/images', split: 'test', label: 'defective', mask: path.includes('_mask'),
});
const send = (path, onProgress = () => {}) => {
  const running = sendFile(item(path), { tokenHeader: 'X-Token', token: 't1' }, onProgress, FakeRequest);
  return { ...running, request: FakeRequest.last };
};
const items = (...outcomes) => ({ items: outcomes.map((outcome) => ({ name: 'a', outcome, error: outcome === 'rejected' ? { message: 'Cut off' } : undefined })) });

test('one file is one POST with its path, split, label and token', () => {
  const { request } = send();
  assert.equal(`${request.method} ${request.url}`, 'POST /api/images');
  assert.equal(request.headers['X-Token'], 't1');
  assert.equal(request.body.get('path'), 'bottle/test/broken_large/000.png');
  assert.equal(request.body.get('split'), 'test');
  assert.equal(request.body.get('label'), 'defective');
  assert.equal(request.body.getAll('files').length, 1);
  assert.equal(request.body.get('files').name, '000.png');
});

test('progress is a share, and silent while the length is unknown', () => {
  const seen = [];
  const { request } = send(undefined, (fraction) => seen.push(fraction));
  request.upload.onprogress({ lengthComputable: true, loaded: 1, total: 4 });
  request.upload.onprogress({ lengthComputable: false, loaded: 2, total: 0 });
  assert.deepEqual(seen, [0.25]);
});

test('outcomes of the server', async () => {
  const cases = [['added', 'done', ''], ['maskAttached', 'done', 'Mask attached'], ['duplicate', 'duplicate', ''], ['rejected', 'failed', 'Cut off']];
  for (const [outcome, kind, message] of cases) {
    const { request, outcome: promise } = send();
    request.finish(200, items(outcome));
    const result = await promise;
    assert.deepEqual([result.kind, result.message], [kind, message]);
  }
});

test('a rejected image stays rejected, a rejected mask may be tried again', () => {
  const body = JSON.stringify(items('rejected'));
  assert.equal(readResponse(200, body).retryable, false);
  assert.equal(readResponse(200, body, { mask: true }).retryable, true);
});

test('a zip tells its counts', () => {
  const result = readResponse(200, JSON.stringify(items('added', 'added', 'duplicate', 'rejected')));
  assert.deepEqual([result.kind, result.message], ['done', '2 added, 1 already there, 1 rejected']);
  assert.equal(readResponse(200, JSON.stringify(items('rejected', 'rejected'))).kind, 'failed');
});

test('a lost connection, a timeout and an abort are the network', async () => {
  for (const how of ['onerror', 'ontimeout', 'onabort']) {
    const { request, outcome } = send();
    request[how]();
    assert.equal((await outcome).kind, 'network');
  }
});

test('statuses: signed out, problem details, busy, nonsense', () => {
  assert.deepEqual(readResponse(401, ''), { kind: 'signedOut', message: 'You are signed out. Sign in and retry.' });
  const problem = JSON.stringify({ title: 'Quota reached', detail: 'The team may keep 10,000 images. Delete some and retry.' });
  assert.equal(readResponse(409, problem).message, 'The team may keep 10,000 images. Delete some and retry.');
  assert.equal(readResponse(409, JSON.stringify({ title: 'Quota reached' })).message, 'Quota reached');
  assert.equal(readResponse(500, '<html>').message, 'The server refused the file (500)');
  assert.equal(readResponse(413, '').retryable, false);
  assert.deepEqual([503, 429].map((s) => readResponse(s, '', { retryAfter: '7' }).waitMs), [7000, 7000]);
  assert.equal(readResponse(503, '', { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }).waitMs, 0);
  for (const body of ['', 'null', '[]', '{"items":[]}', '{"items":"no"}', '<html>']) assert.equal(readResponse(200, body).kind, 'failed');
});
