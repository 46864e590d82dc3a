/** The texts of scripts as the portal hands them to a page, from the same resources. To be imported first. */
import { readFileSync } from 'node:fs';

const resources = readFileSync(new URL('../../src/Portal/Shared/ScriptTexts.resx', import.meta.url), 'utf8');
const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

globalThis.fewShotTexts = Object.fromEntries(
  [...resources.matchAll(/<data name="(\w+)"[^>]*><value>([^<]*)<\/value>/g)].map(([, key, text]) => [key, plain(text)]));
