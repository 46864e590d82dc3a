import test from 'node:test';
import assert from 'node:assert/strict';
import { DrawnDocument, MAX_SHAPES, isSame, plain } from '../../src/Portal/wwwroot/js/annotate-document.js';
import { Tools } from '../../src/Portal/wwwroot/js/annotate-tools.js';

const box = (x) => ({ tool: 'box', layer: 'defect', points: [x, 0, x + 5, 5] });

test('undo and redo walk through every state, and a new change forgets what was undone', () => {
  let told = 0;
  const doc = new DrawnDocument({ shapes: [], useBase: true }, () => told++);
  const states = [doc.state];
  for (const change of [() => doc.add(box(0)), () => doc.add(box(10)), () => doc.replace(0, box(3)), () => doc.setBase(false), () => doc.remove(1), () => doc.clear('defect')]) {
    change();
    states.push(doc.state);
  }
  assert.equal(told, 6);
  for (let i = states.length - 2; i >= 0; i--) {
    doc.undo();
    assert.deepEqual(doc.state, states[i]);
  }
  assert.equal(doc.canUndo, false);
  doc.undo();
  for (let i = 1; i < states.length; i++) {
    doc.redo();
    assert.deepEqual(doc.state, states[i]);
  }
  doc.undo();
  doc.undo();
  doc.add(box(40));
  assert.equal(doc.canRedo, false);
});

test('any walk of changes, undos and redos agrees with a list of states', () => {
  let seed = 7;
  const random = (most) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % most;
  const doc = new DrawnDocument();
  let [list, at] = [[JSON.stringify(doc.state)], 0];
  for (let step = 0; step < 500; step++) {
    const what = random(4);
    if (what === 0) {
      doc.undo();
      at = Math.max(0, at - 1);
    } else if (what === 1) {
      doc.redo();
      at = Math.min(list.length - 1, at + 1);
    } else {
      doc.add(box(step));
      list = [...list.slice(0, at + 1), JSON.stringify(doc.state)];
      at = list.length - 1;
    }
    assert.equal(JSON.stringify(doc.state), list[at]);
  }
});

test('a change that changes nothing is none, and there is an end to shapes', () => {
  const doc = new DrawnDocument({ shapes: [box(0)], useBase: true });
  doc.replace(0, box(0));
  doc.setBase(true);
  assert.equal(doc.canUndo, false);
  doc.take({ shapes: Array.from({ length: MAX_SHAPES }, (_, i) => box(i)), useBase: true });
  assert.equal(doc.add(box(1)), false);
  assert.ok(isSame(plain({ shapes: [{ ...box(0), radius: null, defectType: null }] }), { shapes: [box(0)], useBase: true }));
});

const toolsFor = (size = { width: 100, height: 80 }) => new Tools(new DrawnDocument(), size);

test('a polygon is set corner by corner and closed on its first one; two corners are none', () => {
  const tools = toolsFor();
  for (const [x, y] of [[10, 10], [40, 10], [40, 40]]) {
    tools.down({ x, y }, 3);
    tools.up();
  }
  tools.down({ x: 11, y: 11 }, 3);
  assert.deepEqual(tools.doc.shapes, [{ tool: 'polygon', layer: 'defect', points: [10, 10, 40, 10, 40, 40] }]);
  tools.down({ x: 1, y: 1 }, 3);
  tools.down({ x: 9, y: 1 }, 3);
  tools.finish();
  assert.equal(tools.doc.shapes.length, 1);
});

test('a box is dragged or set by two clicks, whichever way, and stays within the picture', () => {
  const tools = toolsFor();
  tools.use('box');
  tools.down({ x: 50, y: 60 }, 3);
  tools.move({ x: 20, y: 200 });
  tools.up();
  tools.down({ x: 5, y: 5 }, 3);
  tools.up();
  tools.move({ x: 9, y: 9 });
  tools.down({ x: 12, y: 15 }, 3);
  tools.up();
  assert.deepEqual(tools.doc.shapes.map((shape) => shape.points), [[20, 60, 50, 80], [5, 5, 12, 15]]);
});

test('brush and eraser keep their radius, layer and type; a dab is a stroke', () => {
  const tools = toolsFor();
  tools.use('brush');
  tools.radius = 6;
  tools.defectType = 'scratch';
  tools.down({ x: 10, y: 10 }, 3);
  for (let x = 11; x <= 30; x++) tools.move({ x, y: 10 });
  tools.up();
  tools.use('erase');
  tools.down({ x: 20, y: 10 }, 3);
  tools.up();
  assert.deepEqual(tools.doc.shapes, [
    { tool: 'brush', layer: 'defect', points: [10, 10, 30, 10], radius: 6, defectType: 'scratch' },
    { tool: 'erase', layer: 'defect', points: [20, 10], radius: 6 },
  ]);
});

test('all of it by keyboard: crosshair, points, pen down and up', () => {
  const tools = toolsFor();
  tools.steer(0, 0);
  assert.deepEqual(tools.cursor, { x: 50.5, y: 40.5 });
  tools.press();
  tools.steer(10, 0);
  tools.press();
  tools.steer(0, 10);
  tools.press();
  tools.finish();
  tools.use('box');
  tools.press();
  tools.steer(-10, -10);
  tools.press();
  tools.use('brush');
  tools.press();
  tools.steer(5, 0);
  tools.press();
  tools.steer(-200, 0);
  assert.deepEqual(tools.doc.shapes.map((shape) => [shape.tool, shape.points]), [
    ['polygon', [50.5, 40.5, 60.5, 40.5, 60.5, 50.5]], ['box', [50.5, 40.5, 60.5, 50.5]], ['brush', [50.5, 40.5, 55.5, 40.5]],
  ]);
  assert.deepEqual(tools.cursor, { x: 0.5, y: 40.5 });
});

test('a chosen shape is moved, its corner is moved, and Delete takes the corner first', () => {
  const tools = toolsFor();
  tools.doc.add({ tool: 'polygon', layer: 'defect', points: [10, 10, 40, 10, 40, 40, 10, 40] });
  tools.use('move');
  assert.equal(tools.down({ x: 90, y: 70 }, 3), false);
  assert.equal(tools.down({ x: 20, y: 20 }, 3), true);
  tools.up();
  tools.down({ x: 20, y: 20 }, 3);
  tools.move({ x: 25, y: 22 });
  assert.equal(tools.shown[0].points[0], 15);
  tools.up();
  assert.deepEqual(tools.doc.shapes[0].points, [15, 12, 45, 12, 45, 42, 15, 42]);
  tools.down({ x: 45, y: 42 }, 3);
  tools.move({ x: 60, y: 60 });
  tools.up();
  tools.erase();
  assert.deepEqual(tools.doc.shapes[0].points, [15, 12, 45, 12, 15, 42]);
  tools.erase();
  assert.equal(tools.doc.shapes.length, 0);
});

test('Escape drops what is being drawn and nothing else', () => {
  const tools = toolsFor();
  tools.down({ x: 1, y: 1 }, 3);
  tools.drop();
  tools.use('brush');
  tools.down({ x: 1, y: 1 }, 3);
  tools.drop();
  tools.up();
  assert.equal(tools.doc.shapes.length, 0);
});
