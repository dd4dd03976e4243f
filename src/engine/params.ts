/** Parameter declarations: one value drives the types, the sliders, the URL codec, the CLI flags and the docs. Holds no state. */

interface Shared {
  /** Shown beside the control, sentence case. */
  readonly title: string;
  /** One sentence: what turning it does. */
  readonly help?: string;
}

export interface NumberParam extends Shared {
  readonly kind: 'int' | 'float';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly step?: number;
  readonly scale?: 'linear' | 'log';
  /** 'percent' shows 0.1 as 10 %. */
  readonly unit?: 'percent' | 'px' | 'samples' | 'steps';
}
export interface ChoiceParam<O extends readonly string[] = readonly string[]> extends Shared {
  readonly kind: 'choice';
  readonly options: O;
  readonly default: O[number];
  /** What each option is called on screen, where its id does not say it. */
  readonly labels?: Readonly<Record<string, string>>;
}
export interface FlagParam extends Shared {
  readonly kind: 'flag';
  readonly default: boolean;
}

export type Param = NumberParam | ChoiceParam | FlagParam;
export type Params = Readonly<Record<string, Param>>;
export type Value = number | string | boolean;
export type Values<P extends Params = Params> = string extends keyof P
  ? Readonly<Record<string, Value>>
  : {
      readonly [K in keyof P]: P[K] extends { readonly kind: 'choice'; readonly options: infer O extends readonly string[] } ? O[number] : P[K] extends NumberParam ? number : boolean;
    };

type NumberSpec = Omit<NumberParam, 'kind'>;
export const int = (spec: NumberSpec) => ({ kind: 'int' as const, ...spec });
export const float = (spec: NumberSpec) => ({ kind: 'float' as const, ...spec });
export const flag = (spec: Omit<FlagParam, 'kind'>) => ({ kind: 'flag' as const, ...spec });
export const choice = <const O extends readonly [string, ...string[]]>(
  options: O,
  spec: Shared & { readonly default?: O[number]; readonly labels?: Readonly<Record<string, string>> },
) => ({ kind: 'choice' as const, options, ...spec, default: spec.default ?? options[0] }) satisfies ChoiceParam;

export const defaults = <P extends Params>(params: P): Values<P> =>
  Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default])) as Values<P>;

/** `value` brought into the range of `param`; `undefined` where it cannot be (wrong type, unknown option, NaN). */
export function coerce(param: Param, value: unknown): Value | undefined {
  switch (param.kind) {
    case 'flag':
      return typeof value === 'boolean' ? value : value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : undefined;
    case 'choice':
      return param.options.find((option) => option === value);
    case 'int':
    case 'float': {
      const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
      if (!Number.isFinite(number)) return undefined;
      const clamped = Math.min(param.max, Math.max(param.min, number));
      return param.kind === 'int' ? Math.round(clamped) : clamped;
    }
    default:
      return param satisfies never;
  }
}
