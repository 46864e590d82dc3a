import test from 'node:test';
import assert from 'node:assert/strict';
import { ReviewQueue, overrules } from '../../src/Portal/wwwroot/js/review-queue.js';

const queue = (...ids) => {
  const made = new ReviewQueue();
  made.add(ids.map((id) => ({ id })));
  return made;
};

test('one verdict, the next image', () => {
  const q = queue('a', 'b', 'c');
  assert.equal(q.current.id, 'a');
  q.decide({ decision: 'normal' });
  assert.equal(q.current.id, 'b');
  assert.deepEqual(q.ahead().map((i) => i.id), ['c']);
  assert.deepEqual(q.held(), ['a', 'b', 'c'], 'what is on its way is kept too');
  q.saved('a');
  assert.deepEqual(q.held(), ['b', 'c']);
});

test('what is skipped comes again when nothing new is left', () => {
  const q = queue('a', 'b');
  q.step(1);
  q.decide({ decision: 'defect' });
  assert.equal(q.current.id, 'a');
  q.decide({ decision: 'defect' });
  assert.equal(q.current, null);
  q.add([{ id: 'a' }, { id: 'c' }]);
  assert.equal(q.current.id, 'c', 'a is still on its way: offered again it is not judged twice');
});

test('a refused verdict brings its image back', () => {
  const q = queue('a', 'b', 'c');
  q.decide({ decision: 'normal' });
  q.decide({ decision: 'normal' });
  q.refuse('a', 'Somebody was faster');
  assert.deepEqual([q.current.id, q.current.state, q.current.error], ['a', 'refused', 'Somebody was faster']);
  assert.equal(q.lastDecided.id, 'b');
  q.decide({ decision: 'defect' });
  assert.equal(q.current.id, 'c');
});

test('undo goes back in the order of the verdicts', () => {
  const q = queue('a', 'b', 'c');
  q.decide({ decision: 'normal' });
  q.decide({ decision: 'defect' });
  assert.equal(q.lastDecided.id, 'b');
  q.reopen('b');
  assert.deepEqual([q.current.id, q.current.state, q.current.said], ['b', 'open', null]);
  assert.equal(q.lastDecided.id, 'a');
  q.reopen('a');
  assert.equal(q.lastDecided, null);
});

test('what went back to the queue leaves the list, what is decided stays', () => {
  const q = queue('a', 'b', 'c');
  q.decide({ decision: 'normal' });
  const gone = q.forget((item) => item.id !== 'c');
  assert.deepEqual(gone.map((i) => i.id), ['b']);
  assert.equal(q.current.id, 'c');
  assert.deepEqual(q.items.map((i) => i.id), ['a', 'c']);
  q.forget(() => true);
  assert.equal(q.current, null);
});

test('a decided image that is due again is open again', () => {
  const q = queue('a', 'b');
  q.decide({ decision: 'normal' });
  q.saved('a');
  q.add([{ id: 'a', task: 'adjudication' }]);
  assert.deepEqual(q.items.map((i) => [i.id, i.state]), [['b', 'open'], ['a', 'open']]);
  assert.equal(q.current.id, 'b');
});

test('only a clear judgement is overruled', () => {
  const said = ['normal', 'defect', 'unsure'].flatMap((d) => ['normal', 'uncertain', 'defect'].map((m) => [d, m, overrules(d, m)]));
  assert.deepEqual(said.filter(([, , yes]) => yes).map(([d, m]) => [d, m]), [['normal', 'defect'], ['defect', 'normal']]);
});
