/** Which values are whole numbers: what `CastLike` and the integer operators hang on. It tells 'float' from 'int', nothing finer. */
import { DATA_TYPE, isFloat } from '../proto.ts';
import { changed, number, type Bench, type Part, type Rewrite } from './bench.ts';

const WHOLE = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Not', 'And', 'Or', 'Xor', 'IsNaN', 'IsInf', 'QuantizeLinear']);
const FLOATING = new Set(['DequantizeLinear', 'RandomNormal', 'RandomUniform', 'EyeLike']);

/** The type of a part's first output, and what else it gives is of that type too, except positions. */
export function resultType(part: Part, bench: Bench): 'float' | 'int' {
  if (WHOLE.has(part.type)) return 'int';
  if (FLOATING.has(part.type)) return 'float';
  if (part.type === 'Cast') return isFloat(number({ ...part, domain: '', version: 18 }, 'to', DATA_TYPE.float32)) ? 'float' : 'int';
  if (part.type === 'ConstantOfShape') {
    const value = part.attributes.value;
    return typeof value === 'object' && 'type' in value ? value.type : 'float';
  }
  // Where: the condition comes first; OneHot and Range: the values come last
  const telling = part.type === 'Where' ? part.inputs[1] : part.type === 'OneHot' ? part.inputs[2] : part.inputs[0];
  return telling ? bench.typeOf(telling) : 'float';
}

/** A cast to the type of another value, as onnxscript writes them; the type must be known by then, and is: operators come in order. */
const castLike: Rewrite = (operator, bench) => {
  const [value, like] = operator.inputs;
  const to = bench.constants.dataTypeOf(like!) ?? (bench.typeOf(like!) === 'float' ? DATA_TYPE.float32 : DATA_TYPE.int64);
  return [changed(operator, { type: 'Cast', inputs: [value!], attributes: { to } })];
};

export const types = { CastLike: castLike } satisfies Record<string, Rewrite>;
