/**
 * The drawing page: a stage with what is drawn over it, tools, undo, autosave. The circuit only names addresses; without it everything
 * here goes on working, and what is drawn waits in this browser until the server can be reached.
 */

import { DrawnDocument } from './annotate-document.js';
import { scaled } from './annotate-geometry.js';
import { attachDrawing } from './annotate-input.js';
import { clearMask, Layers, maskOf } from './annotate-layers.js';
import { Panel } from './annotate-panel.js';
import { annotationAt, draftAt, projectIgnoreAt } from './annotate-remote.js';
import { decide, Saver } from './annotate-saver.js';
import { Tools } from './annotate-tools.js';
import { loadImage } from './http.js';
import { whenBack } from './outage-events.js';
import { createStage } from './stage.js';
import { say } from './texts.js';

const PROGRESS_MS = 1_500;

class Annotator {
  #look = { hasBase: false, opacity: 50, heat: false };
  #hover = null;
  #region = null;
  #timer = 0;
  #frame = 0;
  #gone = false;
  #stop = new AbortController();

  constructor(hosts, options) {
    Object.assign(this, { hosts, options });
    this.stage = createStage(hosts.stage);
    this.stage.set({ heatmap: false, contour: false });
    this.stage.canvas.tabIndex = -1;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'fs-draw-canvas';
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute('aria-label', say('DrawingOnArrowKeysMoveACrosshair', options.name));
    this.stage.root.append(this.canvas);
    this.layers = new Layers(this.canvas, this.stage);
    this.remote = annotationAt(options);
    this.region = projectIgnoreAt({ ...options, url: options.regionUrl });
    this.drafts = draftAt(options.draftKey);
    this.doc = new DrawnDocument();
    this.tools = new Tools(this.doc, { width: options.width, height: options.height }, () => this.#render());
    this.tools.defectType = options.type ?? '';
    if (options.isSupport) this.tools.layer = 'ignore';
    if (!options.canDraw) this.tools.tool = 'move';
    this.panel = new Panel(hosts, options, this.#verbs());
    // With the picture, not a frame after it: what is drawn must not trail behind.
    this.stage.onPaint = () => this.#paintNow();
    this.stage.show({ imageUrl: options.imageUrl, mapUrl: options.mapUrl, low: options.low, high: options.high, threshold: options.threshold, alt: options.name });
    void this.#open();
  }

  /** The server's drawing, or a newer one that an earlier visit left in this browser. */
  async #open() {
    const draft = this.options.canDraw ? this.drafts.get() : null;
    let server;
    try {
      server = await this.remote.fetch();
    } catch (error) {
      if (!this.#gone) this.#fail(error);
      return;
    }
    if (this.#gone) return;
    this.#look.hasBase = server.hasBase;
    const what = decide(draft, server);
    this.doc = this.tools.doc = new DrawnDocument(what === 'server' ? server.state : draft.state, () => this.#changed());
    this.saver = new Saver({ server, send: this.remote.send, fetch: this.remote.fetch, store: this.drafts, onPhase: (saver) => this.panel.showSaver(saver) });
    this.panel.showSaver(this.saver);
    if (what === 'draft') this.saver.changed(draft.state);
    else if (what === 'conflict') this.saver.contest(draft, server);
    else if (draft) this.drafts.drop();
    this.detach = attachDrawing(this.canvas, this.options.canDraw ? this.tools : readOnly(this.tools), this.stage, this.#verbs(), (hover) => {
      this.#hover = hover;
      this.#paint();
    });
    const listen = (source, type, run) => source.addEventListener(type, run, { signal: this.#stop.signal });
    listen(window, 'online', () => this.saver.flush());
    whenBack(() => {
      void this.saver.flush();
      void Promise.allSettled([this.#loadBase(), this.#loadRegion()]);
    }, this.#stop.signal);
    listen(window, 'pagehide', () => this.saver.flush());
    listen(document, 'visibilitychange', () => document.visibilityState === 'hidden' && this.saver.flush());
    this.hosts.stage.dataset.ready = 'true';
    this.#render();
    await Promise.allSettled([this.#loadBase(), this.#loadRegion()]);
  }

  #fail(error) {
    this.panel.state.textContent = say('TheDrawingCouldNotBeRead', error.message);
    const retry = document.createElement('button');
    Object.assign(retry, { type: 'button', className: 'fs-button small', textContent: say('Retry') });
    const once = new AbortController();
    const again = () => {
      once.abort();
      retry.remove();
      if (!this.#gone) void this.#open();
    };
    retry.addEventListener('click', again);
    whenBack(again, AbortSignal.any([once.signal, this.#stop.signal]));
    this.panel.state.after(retry);
  }

  async #loadBase() {
    if (!this.#look.hasBase) return;
    this.layers.masks.defect = clearMask(await loadImage(this.options.baseUrl, { what: say('ImportedMaskInText') }));
    this.#paint();
  }

  async #loadRegion(problem = '') {
    const [region, progress] = await Promise.all([this.region.fetch(), this.region.progress()]);
    if (this.#gone) return;
    this.#region = region;
    this.panel.showRegion(region, progress, problem);
    this.layers.masks.project = region.hasRegion ? maskOf(region) : null;
    this.#paint();
    clearTimeout(this.#timer);
    if (progress.state === 'running') this.#timer = setTimeout(() => this.#loadRegion().catch(() => {}), PROGRESS_MS);
  }

  async #changeRegion(change) {
    let problem = '';
    try {
      await change();
    } catch (error) {
      problem = error.message || say('TheServerCouldNotBeReachedNothing');
    }
    await this.#loadRegion(problem).catch(() => this.panel.showRegion(this.#region, null, problem || say('TheServerCouldNotBeReached')));
  }

  #verbs() {
    const { tools, stage } = this;
    return {
      use: (tool) => (this.options.canDraw || tool === 'move') && tools.use(tool),
      on: (layer) => tools.on(layer),
      switchLayer: () => !this.options.isSupport && tools.on(tools.layer === 'defect' ? 'ignore' : 'defect'),
      resize: (direction) => tools.resize(direction),
      radius: (radius) => {
        tools.radius = radius;
        this.#render();
      },
      name: (type) => {
        tools.defectType = type;
        const chosen = this.doc.shapes[tools.selected];
        if (chosen?.layer === 'defect' && chosen.tool !== 'erase') this.doc.replace(tools.selected, { ...chosen, defectType: type });
      },
      select: (index) => {
        if (this.options.canDraw) tools.use('move');
        tools.select(index);
        this.panel.type.value = this.doc.shapes[index]?.defectType ?? tools.defectType;
      },
      remove: (index) => {
        this.doc.remove(index);
        tools.select(-1);
      },
      base: (use) => this.doc.setBase(use),
      undo: () => this.#step(() => this.doc.undo()),
      redo: () => this.#step(() => this.doc.redo()),
      finish: () => tools.pending && tools.finish(),
      drop: () => (tools.pending ? tools.drop() : tools.select(-1)),
      erase: () => this.options.canDraw && tools.erase(),
      zoom: (factor) => stage.zoomBy(factor),
      fit: () => stage.fit(),
      fade: (by) => this.#fade(this.#look.opacity + by),
      opacity: (value) => this.#fade(value),
      heatmap: (on = !this.#look.heat) => {
        if (!this.options.mapUrl) return;
        this.#look.heat = on;
        stage.set({ heatmap: on, contour: on });
        this.#render();
      },
      help: () => this.panel.help.showModal(),
      go: (where) => {
        const link = document.querySelector(`[data-go="${where}"]`);
        link?.click();
      },
      resolve: (whose) => {
        const state = this.saver.resolve(whose);
        this.doc.take(state);
        this.#render();
      },
      applyRegion: () => this.#changeRegion(() => this.#apply()),
      removeRegion: () => this.#changeRegion(() => this.region.remove()),
      stopRegion: () => this.#changeRegion(() => this.region.stop()),
    };
  }

  /** What is ignored on this image is from now on ignored on all of them, beside what was; here it is not needed twice. */
  async #apply() {
    const { width, height } = this.options;
    const own = this.doc.shapes.filter((shape) => shape.layer === 'ignore');
    const before = await this.region.fetch();
    const shapes = [...(before.hasRegion ? scaled(before.shapes, before, { width, height }) : []), ...own];
    await this.region.put({ width, height, shapes });
    this.doc.clear('ignore');
  }

  #fade(value) {
    this.#look.opacity = Math.min(100, Math.max(0, value));
    this.layers.opacity = this.#look.opacity / 100;
    this.#render();
  }

  #step(run) {
    this.tools.drop();
    this.tools.select(-1);
    run();
  }

  #changed() {
    this.saver.changed(this.doc.state);
    this.#render();
  }

  #render() {
    this.panel?.show(this.tools, this.#look);
    this.canvas.dataset.tool = this.tools.tool;
    this.#paint();
  }

  /** Once a frame, however often the pointer moves. */
  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paintNow());
  }

  #paintNow() {
    if (!this.#gone) this.layers.paint(this.tools, this.doc.useBase, this.#hover);
  }

  dispose() {
    this.#gone = true;
    void this.saver?.flush();
    this.saver?.dispose();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#stop.abort();
    this.detach?.();
    this.panel.dispose();
    this.stage.dispose();
    this.hosts.tools.replaceChildren();
    this.hosts.side.replaceChildren();
    delete this.hosts.stage.dataset.ready;
  }
}

/** Looking only: the picture is moved, nothing is drawn. */
function readOnly(tools) {
  return new Proxy(tools, {
    get: (target, name) => (name === 'down' ? () => false : name === 'press' ? () => {} : typeof target[name] === 'function' ? target[name].bind(target) : target[name]),
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/**
 * @param {HTMLElement} tools @param {HTMLElement} stage @param {HTMLElement} side
 * @param {object} options addresses, size, rights and words of the image
 */
export function createAnnotator(tools, stage, side, options) {
  // The page was left on the way here.
  if (!stage?.isConnected) return { dispose() {} };
  return new Annotator({ tools, stage, side }, options);
}
