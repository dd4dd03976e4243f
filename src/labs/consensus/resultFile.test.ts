/** A result saved by the page comes back as it was; a file that is none is refused by name. */
import { expect, test } from 'vitest';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import { RECORD_SETTINGS } from '../../studies/consensus/settings.ts';
import { drawScenes } from '../../studies/setup.ts';
import { CATALOG } from '../../worker/testing.ts';
import { readResult, resultText } from './resultFile.ts';

const [method] = CATALOG.methods;
const polling = { setup: { models: CATALOG.models, method: method!, params: { steps: 64, rule: 'left' }, score: 'probability' as const, images: drawScenes(CATALOG.scenes, 3, 5), seed: 5 }, settings: { ...RECORD_SETTINGS, rule: 'rank' as const, balance: true } };
const records: ConsensusRecord[] = [{ kind: 'left out', at: 1, name: 'scene 7', seed: 7, target: 2, wrong: ['vit'] }];

test('what was saved is what is opened: models, method, images, settings, records', () => {
  const opened = readResult(resultText(polling, records), 'mine.json', CATALOG);
  expect(opened).toEqual({ name: 'mine.json', records, ...polling });
});

test.each([
  ['{', /mine\.json: it is not JSON/],
  [resultText(polling, records).replace('"consensus"', '"transfer"'), /study of transfer, not of consensus/],
  [resultText(polling, records).replaceAll('"vit"', '"ghost"'), /model ghost.*open it where it was made/],
  [resultText(polling, records).replace('"rank"', '"shout"'), /vote by "shout"/],
  [resultText(polling, records).replace('"wrong":["ghost"]', '').replace('"left out"', '"lost"'), /record of image 1 is of no image/],
])('a file that cannot be shown is refused with the thing, the value and the remedy (%#)', (text, message) => {
  expect(() => readResult(text, 'mine.json', CATALOG)).toThrow(message);
});
