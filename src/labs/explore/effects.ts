/** What each unit of a scene truly does beside what maps credit it with: numbers, ranks, sentences, a table as text. Pure; asks for nothing, draws nothing. */
import { concordance, countPairs } from '../../fields/concordance.ts';
import { toCsv } from '../../fields/csv.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { idMask, sumWithin } from '../../fields/regions.ts';
import type { EffectsResult, UnitEffect } from '../../worker/protocol.ts';
import { signed } from '../../ui/numbers.ts';
import { inLetters } from './words.ts';

/** Signed mass on each unit's pixels over Σ|map|, in the units' order: over all units the shares of a map of one sign sum to 1. NaN for an empty map. */
export function creditsOf({ units, ids, size }: Pick<EffectsResult, 'units' | 'ids' | 'size'>, map: PlaneMap): number[] {
  const mass = map.data.reduce((sum, value) => sum + Math.abs(value), 0);
  return units.map(({ id }) => sumWithin(map, idMask(ids, new Set([id]), size, size)).sum / mass);
}

/** 1 for the largest value, with its sign: what speaks most for the class comes first. */
export const rankOf = (values: readonly number[], index: number): number => 1 + values.filter((value) => value > values[index]!).length;

/** How a map's order of the units agrees with the interventions': pairs in the same order, those compared, and (C − D) / pairs. */
export function agreement(units: readonly UnitEffect[], credits: readonly number[]): { readonly same: number; readonly compared: number; readonly value: number } | undefined {
  if (!credits.every(Number.isFinite)) return undefined;
  const counts = countPairs(units.map(({ effect }, i) => ({ effect, credit: credits[i]! })));
  const compared = counts.concordant + counts.discordant + counts.even;
  return compared === 0 ? undefined : { same: counts.concordant, compared, value: concordance([counts]) };
}

/** A method's credits for the units of one model's effects. */
export interface Credited {
  readonly method: string;
  readonly credits: readonly number[];
}

const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/**
 * Which unit matters most on a model, and where each method ranks it: "On Plain CNN, ‘Handle’ matters most (the logit of “mug” changes by −3.2 without it).
 * Grad-CAM ranks it first, Occlusion third of seven." The methods are those given, in order.
 */
export function effectWords(model: string, className: string, units: readonly UnitEffect[], methods: readonly Credited[]): string {
  const first = units.reduce((best, { effect }, i) => (Math.abs(effect) > Math.abs(units[best]!.effect) ? i : best), 0);
  const { title, effect, redrawn } = units[first]!;
  const opposed = effect < 0;
  const what = `On ${model}, ‘${title}’ matters most (the logit of “${className}” changes by ${signed(-effect)} ${redrawn ? 'with others in its place' : 'without it'})`;
  const against = opposed ? '; it speaks against the class' : '';
  const ranked = methods.filter(({ credits }) => credits.every(Number.isFinite));
  if (ranked.length === 0) return `${what}${against}.`;
  // What speaks against should come last: ranks are counted from the end then.
  const rank = ({ credits }: Credited) => rankOf(opposed ? credits.map((credit) => -credit) : credits, first);
  const words = ranked.map((entry, i) => `${entry.method}${i === 0 ? ' ranks it' : ''} ${ORDINALS[rank(entry)] ?? `number ${rank(entry)}`}`);
  return `${what}${against}. ${words.join(', ')}${opposed ? ' among what speaks against' : ''}, of ${inLetters(units.length)}.`;
}

export interface EffectsTable {
  readonly model: string;
  readonly target: string;
  readonly result: EffectsResult;
  readonly credited?: Credited;
}

/** One line per model and unit; a number that there is not stays empty. */
export const effectsCsv = (tables: readonly EffectsTable[], about: { readonly scene: string; readonly draws: number; readonly seed: number }): string =>
  toCsv(
    ['scene', 'model', 'class', 'unit', 'pixels', 'effect on the logit', 'deviation over redraws', 'redraws', 'seed', 'method', 'credit (share of sum |map|)'],
    tables.flatMap(({ model, target, result, credited }) =>
      result.units.map(({ title, pixels, effect, deviation, redrawn }, i) => {
        const credit = credited?.credits[i];
        return [about.scene, model, target, title, pixels, effect, deviation ?? '', redrawn ? about.draws : '', redrawn ? about.seed : '', credited?.method ?? '', credit !== undefined && Number.isFinite(credit) ? credit : ''];
      }),
    ),
  );
