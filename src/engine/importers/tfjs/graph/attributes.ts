/** The attributes of a GraphDef node as JSON writes them (texts in base64, 64-bit numbers as texts). Knows no op. */
import { base64, damaged, integer, isRecord, list, number, record, text, type Json } from '../json.ts';

export interface Attributes {
  has(name: string): boolean;
  text(name: string, fallback?: string): string;
  texts(name: string): string[];
  integer(name: string, fallback?: number): number;
  integers(name: string, fallback?: readonly number[]): readonly number[];
  number(name: string, fallback?: number): number;
  flag(name: string): boolean;
  /** 'float', 'int', 'bool' or 'string': all the reader needs of a type. */
  type(name: string, fallback?: Kind): Kind;
  /** Lengths, −1 for open ones; undefined where the rank is unknown. */
  shape(name: string): number[] | undefined;
  record(name: string): Json | undefined;
}

export type Kind = 'float' | 'int' | 'bool' | 'string' | 'other';

/** As TensorFlow numbers its types. */
const KINDS: Readonly<Record<Exclude<Kind, 'other'>, readonly (string | number)[]>> = {
  float: ['DT_FLOAT', 1, 'DT_DOUBLE', 2, 'DT_BFLOAT16', 14, 'DT_HALF', 19],
  int: ['DT_INT32', 3, 'DT_UINT8', 4, 'DT_INT16', 5, 'DT_INT8', 6, 'DT_INT64', 9, 'DT_UINT16', 17, 'DT_UINT32', 22, 'DT_UINT64', 23],
  bool: ['DT_BOOL', 10],
  string: ['DT_STRING', 7],
};

export const kindOf = (type: unknown): Kind => (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((kind) => KINDS[kind].includes(type as string | number)) ?? 'other';

/** Texts stand in base64, in some files as lists of character codes. */
const decoded = (value: unknown, where: string): string =>
  new TextDecoder().decode(Array.isArray(value) ? Uint8Array.from(value, (code) => integer(code, where)) : base64(text(value, where), where));

export function shapeOf(value: unknown, where: string): number[] | undefined {
  const shape = record(value, where);
  if (shape.unknownRank === true || shape.unknown_rank === true) return undefined;
  const dims = list(shape.dim ?? [], where).map((dim) => integer(record(dim, where).size ?? 0, where));
  if (dims.length > 8) throw damaged(`${where} has ${dims.length} axes`);
  return dims;
}

export function attributesOf(node: string, attr: Json): Attributes {
  const at = (name: string): Json | undefined => (Object.hasOwn(attr, name) && isRecord(attr[name]) ? attr[name] : undefined);
  const where = (name: string) => `attribute '${name}' of node '${node}'`;
  const missing = (name: string): never => {
    throw damaged(`node '${node}' lacks its attribute '${name}'`);
  };
  /** One field of an attribute; protocol buffers leave zero, false and '' out, so an attribute without its field holds `zero`. */
  const one = <T>(name: string, fields: readonly string[], read: (value: unknown, where: string) => T, zero: T, fallback: T | undefined): T => {
    const value = at(name);
    if (!value) return fallback ?? missing(name);
    const field = fields.find((key) => value[key] !== undefined);
    return field === undefined ? zero : read(value[field], where(name));
  };
  const many = <T>(name: string, field: string, read: (value: unknown, where: string) => T): T[] | undefined => {
    const entries = at(name)?.list;
    if (entries === undefined) return undefined;
    return list(record(entries, where(name))[field] ?? [], where(name)).map((entry) => read(entry, where(name)));
  };
  return {
    has: (name) => at(name) !== undefined,
    text: (name, fallback) => one(name, ['s'], decoded, '', fallback),
    texts: (name) => many(name, 's', decoded) ?? [],
    integer: (name, fallback) => one(name, ['i'], integer, 0, fallback),
    integers: (name, fallback) => many(name, 'i', integer) ?? fallback ?? missing(name),
    number: (name, fallback) => one(name, ['f', 'i'], number, 0, fallback),
    flag: (name) => at(name)?.b === true,
    type: (name, fallback) => one(name, ['type'], kindOf, 'other', fallback),
    shape: (name) => (at(name) ? one<number[] | undefined>(name, ['shape'], shapeOf, undefined, undefined) : undefined),
    record: (name) => at(name),
  };
}
