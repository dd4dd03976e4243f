/** What the reader's passes hand on to each other: operators still in the file's opset, constants still packed, names. It decides nothing about operators. */
import { ImportProblem } from '../problem.ts';
import type { Attribute, Constant } from '../source.ts';
import { DATA_TYPE, isFloat, type TensorProto } from './proto.ts';
import { constantOf, type External } from './tensor.ts';

/** An operator on its way; `version` is the opset of its domain where it was written. */
export interface Draft {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  readonly version: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Hands out names that nobody has. */
export class Names {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  take(name: string): void {
    this.taken.add(name);
  }

  /** `wish`, or `wish#2`, `wish#3` … */
  fresh(wish: string): string {
    let name = wish;
    let n = this.next.get(wish) ?? 1;
    while (this.taken.has(name)) name = `${wish}#${++n}`;
    this.next.set(wish, n);
    this.taken.add(name);
    return name;
  }
}

/** The file's constants, unpacked when someone asks for their numbers. */
export class Constants {
  private readonly packed = new Map<string, TensorProto>();
  private readonly ready = new Map<string, Constant>();
  /** A function that is called a thousand times has its weights once. */
  private readonly unpacked = new Map<TensorProto, Constant>();

  constructor(private readonly external: External | undefined) {}

  /** A tensor's numbers; `name` is for messages. */
  unpack(tensor: TensorProto, name: string): Constant {
    const constant = this.unpacked.get(tensor) ?? constantOf(tensor, this.external, name);
    this.unpacked.set(tensor, constant);
    return constant;
  }

  has(name: string): boolean {
    return this.packed.has(name) || this.ready.has(name);
  }

  add(name: string, value: TensorProto | Constant): void {
    // '' is how operators leave an input out
    if (name === '') return;
    if (this.has(name)) throw new ImportProblem(`two constants bear the name '${name}'`, 'export the model again');
    if ('dims' in value) this.packed.set(name, value);
    else this.ready.set(name, value);
  }

  /** The numbers, or undefined where `name` is no constant. */
  get(name: string): Constant | undefined {
    const ready = this.ready.get(name);
    if (ready) return ready;
    const tensor = this.packed.get(name);
    if (!tensor) return undefined;
    const constant = this.unpack(tensor, name);
    this.ready.set(name, constant);
    return constant;
  }

  /** 'float' or 'int', without unpacking. */
  typeOf(name: string): 'float' | 'int' | undefined {
    const tensor = this.packed.get(name);
    if (tensor) return isFloat(tensor.dataType) ? 'float' : 'int';
    return this.ready.get(name)?.type;
  }

  /** The element type as the file has it (TensorProto.data_type). */
  dataTypeOf(name: string): number | undefined {
    const own = this.packed.get(name)?.dataType;
    if (own !== undefined) return own;
    const ready = this.ready.get(name);
    return ready && (ready.type === 'float' ? DATA_TYPE.float32 : DATA_TYPE.int64);
  }

  /** The shape, without unpacking. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.packed.get(name)?.dims ?? this.ready.get(name)?.shape;
  }
}
