/** What the review page shows beside its stage: buttons, the line that says what happened, the field for a comment. */

import { many, say } from './texts.js';

const WORDS = { normal: say('Normal'), defect: say('Defect'), unsure: say('Unsure'), uncertain: say('Uncertain') };
const WITHIN = { normal: say('NormalInText'), defect: say('DefectInText'), unsure: say('UnsureInText'), uncertain: say('UncertainInText') };

const SAID = {
  saved: (what) => say('YouSaid', what),
  sending: (what) => say('Sending', what),
  refused: (what) => say('NotSaved', what),
};

export class ReviewView {
  #noteTimer = 0;

  /** @param {HTMLElement} root @param {{act: (name: string) => void, send: (comment: string) => void, cancel: () => void, peek: (on: boolean) => void}} verbs */
  constructor(root, verbs) {
    this.root = root;
    this.stop = new AbortController();
    const on = (type, handler) => root.addEventListener(type, handler, { signal: this.stop.signal });
    this.field = this.#part('comment-field');
    on('click', (event) => {
      const button = event.target.closest('[data-act]');
      if (!button || button.disabled) return;
      if (button.dataset.act === 'SendComment') verbs.send(this.comment);
      else if (button.dataset.act === 'CancelComment') verbs.cancel();
      else if (button.dataset.act !== 'Peek') verbs.act(button.dataset.act);
      button.closest('details')?.removeAttribute('open');
    });
    for (const [type, on_] of [['pointerdown', true], ['pointerup', false], ['pointerleave', false]])
      this.#part('peek').addEventListener(type, () => verbs.peek(on_), { signal: this.stop.signal });
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') verbs.cancel();
      else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) verbs.send(this.comment);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }, { signal: this.stop.signal });
  }

  dispose() {
    this.stop.abort();
    clearTimeout(this.#noteTimer);
  }

  get comment() {
    return this.field.value.trim();
  }

  /** @param {'loading' | 'item' | 'empty' | 'failed'} state @param {string} [message] */
  state(state, message = '') {
    this.root.dataset.state = state;
    if (state === 'failed') this.#part('failure').textContent = message;
  }

  /** @param {any} item @param {import('./review-queue.js').ReviewQueue} queue */
  item(item, queue) {
    this.root.dataset.task = item?.task ?? '';
    this.root.dataset.item = item?.state ?? '';
    this.#part('name').textContent = item?.imageName ?? '';
    const model = this.#part('model');
    model.className = `fs-review-model ${item?.verdict ?? ''}`;
    model.textContent = item ? say('ModelOf100', WORDS[item.verdict], Math.round(item.scaledScore)) : '';
    const said = item?.said;
    this.#part('said').textContent = said
      ? SAID[item.state === 'saved' || item.state === 'sending' ? item.state : 'refused'](said.defectType ? `${WORDS[said.decision]}, ${said.defectType}` : WORDS[said.decision])
      : '';
    for (const decision of ['Normal', 'Defect', 'Unsure']) this.pressed(decision, said?.decision === decision.toLowerCase());
    for (const button of this.root.querySelectorAll('[data-needs=item]')) button.disabled = !item;
    this.undoable(Boolean(queue.lastDecided));
    this.#act('Previous').disabled = queue.index <= 0;
    this.#act('Next').disabled = !item || queue.index >= queue.items.length - 1;
  }

  undoable(can) {
    this.#act('Undo').disabled = !can;
  }

  pressed(name, on) {
    this.root.querySelector(`[data-act="${name}"]`)?.setAttribute('aria-pressed', String(on));
  }

  look({ contour, opacity }) {
    this.pressed('Contour', contour);
    this.#part('opacity').textContent = `${Math.round(opacity * 100)} %`;
  }

  /** @param {string | null} message @param {boolean} [isError] stays until the next verdict */
  say(message, isError = false) {
    clearTimeout(this.#noteTimer);
    const note = this.#part(isError ? 'alert' : 'note');
    this.#part('alert').textContent = this.#part('note').textContent = '';
    note.textContent = message ?? '';
    if (message && !isError) this.#noteTimer = setTimeout(() => (note.textContent = ''), 4000);
  }

  /** @param {number} waiting verdicts @param {number} status */
  connection(waiting, status) {
    const box = this.#part('connection');
    const lost = status === 0 || status === 401 || status >= 500;
    box.hidden = !lost;
    if (!lost) return;
    const kept = waiting ? many(waiting, 'VerdictIsKeptHereAndSentAs', 'VerdictsAreKeptHereAndSentAs') : say('ItIsTriedAgain');
    box.textContent = `${status === 401 ? say('YouAreSignedOutSignInIn') : say('TheServerCannotBeReached')} ${kept}`;
  }

  openComment(pending, model) {
    this.#part('comment').hidden = false;
    this.#part('comment-why').textContent = pending
      ? say('TheModelSaysYouSayWhy', WITHIN[model], WITHIN[pending.decision])
      : say('CommentOnThisImageItGoesWith');
    this.root.querySelector('[data-act=SendComment]').firstChild.textContent = `${pending ? say('Send', WORDS[pending.decision]) : say('Keep')} `;
    this.field.focus();
  }

  askComment() {
    this.field.setAttribute('aria-invalid', 'true');
    this.field.focus();
  }

  /** @param {boolean} [keep] the text stays for the verdict to come */
  closeComment(keep = false) {
    const box = this.#part('comment');
    if (!keep) this.field.value = '';
    this.field.removeAttribute('aria-invalid');
    if (box.contains(document.activeElement)) document.activeElement.blur();
    box.hidden = true;
    this.pressed('Comment', keep && Boolean(this.comment));
  }

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  #act(name) {
    return this.root.querySelector(`[data-act="${name}"]`);
  }
}
