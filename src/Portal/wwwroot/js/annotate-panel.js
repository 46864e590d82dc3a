/** Toolbar and side panel of the drawing page. They are the page's own, not the circuit's: they work without a connection. */

import { button, card, icon, kbd, make } from './annotate-dom.js';
import { say } from './texts.js';

const TOOLS = [
  ['move', say('MoveAndChoose'), 'V'], ['polygon', say('Polygon'), 'P'], ['box', say('Box'), 'X'], ['brush', say('Brush'), 'B'], ['erase', say('Eraser'), 'E'],
];
const WORDS = { polygon: say('Polygon'), box: say('Box'), brush: say('BrushStroke'), erase: say('EraserStroke') };
const KEY_LIST = [
  ['V', say('MoveThePictureChooseAShape')], ['P', say('PolygonEnterOrTheFirstCornerCloses')], ['X', say('Box')], ['B E', say('BrushEraser')], ['[ ]', say('SmallerLargerBrush')],
  ['L', say('DefectOrIgnore')], ['Enter', say('CloseThePolygon')], ['Esc', say('DropWhatIsBeingDrawn')], ['Del', say('RemoveTheChosenCornerOrShape')],
  ['Ctrl+Z', say('Undo')], ['Ctrl+Shift+Z', say('Redo')], ['← ↑ → ↓', say('MoveTheCrosshairBy1PixelWith')],
  ['Space', say('SetAPointAtTheCrosshairWith')], ['+ −', say('Zoom')], ['Z', say('Fit')], ['H', say('Heatmap')], [', .', say('FainterStronger')],
  ['PgUp PgDn', say('PreviousNextImage')], ['?', say('ThisList')],
];

export class Panel {
  /**
   * @param {{tools: HTMLElement, side: HTMLElement}} hosts
   * @param {object} options of the page
   * @param {Record<string, Function>} verbs
   */
  constructor(hosts, options, verbs) {
    Object.assign(this, { options, verbs });
    const locked = !options.canDraw;
    this.toolButtons = new Map(TOOLS.map(([tool, label, key]) => [tool, make('button', {
      type: 'button', class: 'fs-draw-tool', 'data-tool': tool, 'aria-label': `${label} (${key})`, title: `${label} (${key})`, disabled: locked && tool !== 'move', click: () => verbs.use(tool),
    }, icon(tool), kbd(key))]));
    this.undoButton = make('button', { type: 'button', class: 'fs-draw-tool', 'aria-label': say('UndoCtrlPlusZ'), title: say('UndoCtrlPlusZ'), click: () => verbs.undo() }, icon('undo'));
    this.redoButton = make('button', { type: 'button', class: 'fs-draw-tool', 'aria-label': say('RedoCtrlPlusShiftPlusZ'), title: say('RedoCtrlPlusShiftPlusZ'), click: () => verbs.redo() }, icon('redo'));
    hosts.tools.append(...this.toolButtons.values(), make('hr'), this.undoButton, this.redoButton);

    this.state = make('p', { class: 'fs-draw-state', role: 'status', 'data-test': 'save-state' });
    this.question = make('div', { class: 'fs-draw-question', role: 'alert', hidden: true });
    this.saveNote = make('p', { class: 'fs-caption', 'data-test': 'save-note' });
    this.hint = make('p', { class: 'fs-caption' });
    this.layers = ['defect', 'ignore'].map((layer) => make('input', {
      type: 'radio', name: 'fs-layer', value: layer, id: `fs-layer-${layer}`, 'data-test': `layer-${layer}`, disabled: locked || (layer === 'defect' && options.isSupport), change: () => verbs.on(layer),
    }));
    this.types = make('datalist', { id: 'fs-defect-types' }, ...options.types.map((type) => make('option', { value: type })));
    this.type = make('input', {
      id: 'fs-defect-type', class: 'fs-input', list: 'fs-defect-types', maxlength: 60, autocomplete: 'off', placeholder: say('NotNamed'), 'data-test': 'defect-type', disabled: locked, value: options.type ?? '', input: (event) => verbs.name(event.target.value.trim()),
    });
    this.size = make('input', { id: 'fs-brush', type: 'range', min: 1, max: 128, step: 1, 'data-test': 'brush-size', disabled: locked, input: (event) => verbs.radius(Number(event.target.value)) });
    this.sizeText = make('span', { class: 'fs-num fs-caption' });
    this.opacity = make('input', { id: 'fs-opacity', type: 'range', min: 0, max: 100, step: 5, value: 50, input: (event) => verbs.opacity(Number(event.target.value)) });
    this.opacityText = make('span', { class: 'fs-num fs-caption' });
    this.heat = make('input', { type: 'checkbox', 'data-test': 'heatmap', change: (event) => verbs.heatmap(event.target.checked) });
    this.list = make('ol', { class: 'fs-draw-list', 'data-test': 'shapes' });
    this.regionText = make('p', { class: 'fs-caption', role: 'status', 'data-test': 'region-state' });
    this.applyButton = button(say('ApplyToTheWholeProject'), { 'data-test': 'apply-region', click: () => verbs.applyRegion() });
    this.clearButton = button(say('RemoveFromTheProject'), { 'data-test': 'remove-region', click: () => verbs.removeRegion() });
    this.stopButton = button(say('Stop'), { click: () => verbs.stopRegion() });
    this.help = make('dialog', { class: 'fs-draw-help', 'aria-label': say('Keys') },
      make('h2', {}, say('Keys')),
      make('dl', { class: 'fs-keys' }, ...KEY_LIST.map(([keys, what]) => make('div', {}, make('dt', {}, ...keys.split(' ').map(kbd)), make('dd', {}, what)))),
      button(say('Close'), { click: () => this.help.close() }));

    const radio = (input, label) => make('label', { class: `fs-check fs-draw-layer ${input.value}` }, input, make('span', { class: 'fs-draw-swatch' }), label);
    hosts.side.append(
      card('', this.state, this.saveNote, this.question),
      card(say('Draw'), make('div', { role: 'radiogroup', 'aria-label': say('WhatToDraw') }, radio(this.layers[0], say('Defect')), radio(this.layers[1], say('IgnoreScoresLeaveItOut'))), this.hint,
        make('div', { class: 'fs-control fs-draw-type' }, make('label', { for: 'fs-defect-type' }, say('Type')), this.type, this.types),
        make('div', { class: 'fs-control' }, make('label', { for: 'fs-brush' }, say('Brush')), this.size, this.sizeText)),
      card(say('View'), make('div', { class: 'fs-control' }, make('label', { for: 'fs-opacity' }, say('Opacity')), this.opacity, this.opacityText),
        ...(options.mapUrl ? [make('label', { class: 'fs-check' }, this.heat, say('HeatmapBelow'), ' ', kbd('H'))] : []),
        make('div', { class: 'fs-row fs-draw-row' }, button('+', { 'aria-label': say('ZoomIn'), click: () => verbs.zoom(1.25) }), button('−', { 'aria-label': say('ZoomOut'), click: () => verbs.zoom(0.8) }),
          button(say('Fit'), { click: () => verbs.fit() }, ' ', kbd('Z')), button(say('Keys'), { click: () => this.help.showModal() }, ' ', kbd('?')))),
      card(say('Shapes'), this.list),
      card(say('WholeProject'), this.regionText, make('div', { class: 'fs-row fs-draw-row' }, ...(options.canRegion ? [this.applyButton, this.clearButton, this.stopButton] : []))),
      this.help);
  }

  /** @param {import('./annotate-tools.js').Tools} tools @param {{hasBase: boolean, opacity: number, heat: boolean}} look */
  show(tools, look) {
    for (const [tool, element] of this.toolButtons) element.setAttribute('aria-pressed', String(tool === tools.tool));
    const { doc } = tools;
    this.undoButton.disabled = !doc.canUndo;
    this.redoButton.disabled = !doc.canRedo;
    for (const input of this.layers) input.checked = input.value === tools.layer;
    this.hint.textContent = this.options.isSupport ? say('ANormalShotShowsAGoodPart') : '';
    this.type.closest('.fs-control').hidden = tools.layer !== 'defect';
    this.size.value = String(Math.round(tools.radius));
    this.sizeText.textContent = `${Math.round(2 * tools.radius)} px`;
    this.opacity.value = String(look.opacity);
    this.opacityText.textContent = `${look.opacity} %`;
    this.heat.checked = look.heat;
    this.applyButton.disabled = !doc.shapes.some((shape) => shape.layer === 'ignore');
    this.#listShapes(tools, look);
  }

  #listShapes({ doc, selected }, { hasBase }) {
    const rows = doc.shapes.map((shape, index) => this.#row(
      shape.layer === 'ignore' ? say('Ignored', WORDS[shape.tool]) : shape.defectType ? `${WORDS[shape.tool]}: ${shape.defectType}` : WORDS[shape.tool], shape.layer, index === selected, () => this.verbs.select(index), () => this.verbs.remove(index)));
    if (hasBase)
      rows.unshift(doc.useBase
        ? this.#row(say('ImportedMask'), 'defect', false, null, () => this.verbs.base(false))
        : make('li', {}, make('span', { class: 'fs-muted' }, say('ImportedMaskLeftOut')), this.options.canDraw ? button(say('UseIt'), { click: () => this.verbs.base(true) }) : ''));
    // What had the focus is made anew: its successor gets it.
    const focused = [...this.list.children].findIndex((row) => row.contains(document.activeElement));
    this.list.replaceChildren(...(rows.length ? rows : [make('li', { class: 'fs-muted' }, this.options.canDraw ? say('NothingDrawnYetChooseAToolOn') : say('NothingIsDrawnOnThisImage'))]));
    if (focused >= 0) this.list.children[Math.min(focused, rows.length - 1)]?.querySelector('button')?.focus();
  }

  #row(label, layer, isChosen, choose, remove) {
    const name = make('span', { class: `fs-draw-layer ${layer}` }, make('span', { class: 'fs-draw-swatch' }), label);
    return make('li', { class: isChosen ? 'chosen' : '' },
      choose ? make('button', { type: 'button', class: 'fs-draw-name', 'aria-pressed': String(isChosen), click: choose }, name) : name,
      this.options.canDraw ? make('button', { type: 'button', class: 'fs-icon-button', 'aria-label': say('Remove', label), click: remove }, icon('remove')) : '');
  }

  /** @param {import('./annotate-saver.js').Saver} saver */
  showSaver(saver) {
    const kept = (yes, no) => (saver.isKept ? yes : no);
    const words = {
      saved: say('Saved'), waiting: say('Saving'), saving: say('Saving'), offline: kept(say('NotSavedNoConnectionKeptInThis'), say('NotSavedNoConnectionAndTooLarge')),
      conflict: kept(say('NotSavedSomebodyElseDrewTooYours'), say('NotSavedSomebodyElseDrewTooYoursWord')),
      refused: kept(say('NotSavedKeptInThisBrowser', saver.message), say('NotSavedAndTooLargeToBe', saver.message)),
    };
    this.state.textContent = this.options.canDraw ? words[saver.phase] : say('YourRoleMayLookAtDrawingsBut');
    this.state.dataset.phase = saver.phase;
    this.saveNote.textContent = saver.phase === 'saved' ? saver.note : '';
    const asked = !this.question.hidden;
    this.question.hidden = saver.phase !== 'conflict';
    if (this.question.hidden || asked) return;
    this.question.replaceChildren(
      make('p', {}, say('SomebodyElseSavedThisImagesDrawingWhile')),
      make('div', { class: 'fs-row' },
        button(say('SaveMineOverTheirs'), { class: 'fs-button small primary', 'data-test': 'keep-mine', click: () => this.verbs.resolve('mine') }),
        button(say('TakeTheirs'), { 'data-test': 'take-theirs', click: () => this.verbs.resolve('theirs') })));
  }

  /** @param {{hasRegion: boolean} | null} region @param {{state: string, done: number, total: number} | null} progress @param {string} [problem] */
  showRegion(region, progress, problem = '') {
    const scores = progress?.state === 'running' ? say('OfScoresHaveFollowed', progress.done, progress.total) : progress?.state === 'stopped' ? say('ScoresWereStoppedHalfWayApplyIt') : '';
    this.regionText.textContent = problem || [region?.hasRegion ? say('GreyAreasAreLeftOutOfEvery') : say('NoRegionIsLeftOutOfEvery'), scores].filter(Boolean).join(' ');
    this.clearButton.hidden = !region?.hasRegion;
    this.stopButton.hidden = progress?.state !== 'running';
  }

  dispose() {
    this.help.close();
  }
}
