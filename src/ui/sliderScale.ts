/** Between a number parameter and its slider's position, and its words: linear or logarithmic, percent or counts. Pure. */
import type { NumberParam } from '../engine/params.ts';
import { PERCENT_SIGN } from '../fields/percent.ts';

/** Positions of a slider. */
export const STOPS = 1000;

const isLog = (param: NumberParam) => param.scale === 'log' && param.min > 0;

/** Whole steps for whole numbers on a linear scale; else a thousand positions. */
export function stopsOf(param: NumberParam): number {
  if (isLog(param)) return STOPS;
  const step = param.step ?? (param.kind === 'int' ? 1 : undefined);
  return step ? Math.max(1, Math.round((param.max - param.min) / step)) : STOPS;
}

/** The position of `value`, 0 … stops. */
export function toPosition(param: NumberParam, value: number): number {
  const stops = stopsOf(param);
  const clamped = Math.min(param.max, Math.max(param.min, value));
  const share = isLog(param) ? Math.log(clamped / param.min) / Math.log(param.max / param.min) : (clamped - param.min) / (param.max - param.min);
  return Math.round(share * stops);
}

/** The value at a position: whole for int, on the step grid where there is one, else three digits. */
export function fromPosition(param: NumberParam, position: number): number {
  const share = Math.min(1, Math.max(0, position / stopsOf(param)));
  const raw = isLog(param) ? param.min * (param.max / param.min) ** share : param.min + share * (param.max - param.min);
  return tidy(param, raw);
}

/** The nearest other value in the direction of an arrow key, or undefined for other keys: on a logarithmic scale many positions share a whole number. */
export function valueByKey(param: NumberParam, value: number, key: string): number | undefined {
  const way = key === 'ArrowRight' || key === 'ArrowUp' ? 1 : key === 'ArrowLeft' || key === 'ArrowDown' ? -1 : 0;
  if (way === 0) return undefined;
  const stops = stopsOf(param);
  for (let position = toPosition(param, value) + way; position >= 0 && position <= stops; position += way) {
    const next = fromPosition(param, position);
    if ((next - value) * way > 0) return next;
  }
  return value;
}

function tidy(param: NumberParam, raw: number): number {
  const inRange = Math.min(param.max, Math.max(param.min, raw));
  if (param.kind === 'int') return Math.round(inRange);
  if (param.step && !isLog(param)) return Number((param.min + Math.round((inRange - param.min) / param.step) * param.step).toPrecision(10));
  return Number(inRange.toPrecision(3));
}

/** "10 %", "32", "12 px": the value as it stands beside the slider. */
export function valueText(param: NumberParam, value: number): string {
  switch (param.unit) {
    case 'percent':
      return `${Number((value * 100).toPrecision(3))}${PERCENT_SIGN}`;
    case 'px':
      return `${Number(value.toPrecision(4))} px`;
    default:
      return String(Number(value.toPrecision(4)));
  }
}

/** What a visitor typed: "12", "12 %", "0,5", "−3". `undefined` where it is no number. Out-of-range numbers come to the nearest bound. */
export function parseValue(param: NumberParam, text: string): number | undefined {
  const cleaned = text.replace('−', '-').replace(',', '.').replace(/[^\d.eE+-]/g, '');
  const number = cleaned === '' ? NaN : Number(cleaned);
  if (!Number.isFinite(number)) return undefined;
  return tidy(param, param.unit === 'percent' ? number / 100 : number);
}
