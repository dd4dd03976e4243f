import { expect, test } from 'vitest';
import { CATALOG } from '../../../worker/testing.ts';
import { stripAxis, stripRows } from './strip.ts';

const CARDS = { cnn: { n: 500, truthful: 0.97, misleading: 0.96 }, vit: { n: 500, truthful: 0.99, misleading: 0.81 } };

test('the one that stickers mislead most comes first; a model without a card is not there', () => {
  expect(stripRows(CATALOG.models, CARDS).map(({ model }) => model.id)).toEqual(['vit', 'cnn']);
});

test('the axis ends at 1 and starts at a tenth below the least', () => {
  const at = stripAxis(stripRows(CATALOG.models, CARDS));
  expect([at(1), at(0.8), at(0.9), at(0.2)].map((place) => Number(place.toFixed(9)))).toEqual([1, 0, 0.5, 0]);
});
