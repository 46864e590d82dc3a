/**
 * Outages of what the portal stands on, as a page sees them. The circuit tells what it has met, scripts and pictures that something did not
 * come; here it is asked whether it is back, and all of them are told.
 */

import { onSuspect, suspect, tellBack } from './outage-events.js';
import { holdForms } from './outage-forms.js';
import { mendPictures } from './outage-pictures.js';
import { OutageStrip } from './outage-strip.js';
import { OutageWatch } from './outage-watch.js';
import { say } from './texts.js';

const SECOND = 1000;
/** A part that takes longer to say how it is, is not well. */
const PATIENCE_MS = 10_000;
/** By then a page that has come at all has its circuit. */
const BEGUN_MS = 5_000;

/** Of this page, once it has met something. @type {{invokeMethodAsync: (name: string) => Promise<void>} | null} */
let circuit = null;

async function works(part) {
  try {
    const response = await fetch(`/health/${part}`, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return true;
    if (response.status === 503 && (await response.text()).startsWith('not ready')) return false;
    throw new Error(part);
  } catch (error) {
    if (error.name === 'TimeoutError') return false;
    throw error;
  }
}

/** The document that stands in for a page that could not be made, or the notice over a page that was. */
const stand = document.querySelector('[data-outage-page]');
const view = stand ? standIn(stand) : new OutageStrip(() => void watch.look());
let ticking = 0;

const watch = new OutageWatch({
  works,
  changed() {
    clearInterval(ticking);
    if (!watch.away.length) return;
    view.away(watch.away);
    if (watch.isLooking) return view.next(null);
    let left = watch.pause;
    view.next(left);
    ticking = setInterval(() => left > 1 && view.next(--left), SECOND);
  },
  over() {
    view.back();
    tellBack();
    circuit?.invokeMethodAsync('OnOver').catch(() => {}); // it may have ended meanwhile
    // Its scripts came, its circuit did not.
    if (document.getElementById('boot') && !document.querySelector('[data-interactive]')) location.reload();
  },
});

/** Called by the circuit. @param {import('./outage-watch.js').Part} part @param {boolean} isLost something that a person did is not done @param {object} teller told OnOver() */
export function met(part, isLost, teller) {
  circuit = teller;
  watch.met(part);
  if (isLost) view.lose();
}

/** @param {HTMLElement} card drawn by the server in its words */
function standIn(card) {
  const part = (name) => card.querySelector(`[data-part=${name}]`);
  const isForm = Boolean(card.dataset.wasSent);
  part('now').hidden = false;
  part('now').addEventListener('click', () => void watch.look());
  part('back').addEventListener('click', () => history.back());
  return {
    away() {},
    note() {},
    next(seconds) {
      part('when').textContent = seconds === null ? say('TryingWord') : say('NextTryInSeconds', seconds);
    },
    back() {
      // What was sent by a form must not be sent twice by itself.
      if (!isForm) return location.reload();
      part('news').textContent = say('SendItAgainNow');
      part('when').textContent = '';
      part('now').hidden = true;
      part('back').hidden = false;
      part('back').focus();
    },
  };
}

// While something is known to be away, all that does not come is no news.
onSuspect((parts) => watch.away.length || void watch.look(parts));
mendPictures(() => suspect(0));
holdForms(async () => {
  await watch.look(['database']);
  return watch.away.includes('database');
}, () => view.note(say('YourFormIsSentAsSoonAs')));
if (stand) watch.met(stand.dataset.outagePage);
if (document.getElementById('boot')) setTimeout(() => document.querySelector('[data-interactive]') || suspect(0), BEGUN_MS);
