/** Reads protobuf messages by tables of field numbers, and believes no length it is told. It knows the wire, not ONNX. */
import { PbfReader } from 'pbf';
import { ImportProblem } from '../problem.ts';

/** How the fields of a message are read, by field number; fields not named are skipped. */
export interface Schema<T> {
  /** For messages to the visitor: 'a node'. */
  readonly what: string;
  empty(): T;
  readonly fields: Readonly<Record<number, (message: T, wire: Wire) => void>>;
}

/** Messages in messages. Sub-graphs nest three deep each; files that people make stay below twenty. */
const DEEPEST = 64;
/** Messages and strings in one file: several times what the largest classifiers have. */
const MOST_ITEMS = 300_000;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const AGAIN = 'the file is damaged or cut off: download or export it again';

interface Budget {
  items: number;
}

export class Wire {
  private readonly reader: PbfReader;
  private field = 0;

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly what: string,
    private readonly depth: number,
    private readonly budget: Budget,
  ) {
    this.reader = new PbfReader(bytes);
  }

  /** The message that `bytes` hold as a whole. Whatever is wrong with them is an `ImportProblem`. */
  static read<T>(schema: Schema<T>, bytes: Uint8Array): T {
    try {
      return new Wire(bytes, schema.what, 0, { items: 0 }).fill(schema);
    } catch (error) {
      if (error instanceof ImportProblem) throw error;
      // pbf's own complaints: a varint of more than ten bytes, a read beyond the end, a group
      throw new ImportProblem(`the file is no readable protobuf (${error instanceof Error ? error.message : String(error)})`, AGAIN, { cause: error });
    }
  }

  string(): string {
    this.count();
    this.expect(BYTES);
    const text = this.reader.readString();
    this.inside();
    return text;
  }

  /** A view on the file, not a copy. */
  raw(): Uint8Array {
    this.expect(BYTES);
    const length = this.reader.readVarint();
    const start = this.reader.pos;
    if (start + length > this.bytes.length) throw this.cut(length);
    this.reader.pos = start + length;
    return this.bytes.subarray(start, start + length);
  }

  /** An int32, int64 or enum; beyond 2⁵³ the nearest number that exists. */
  int(): number {
    this.expect(VARINT);
    return this.checked(this.reader.readVarint(true));
  }

  float(): number {
    this.expect(FIXED32);
    return this.checked(this.reader.readFloat());
  }

  /** Repeated numbers, packed or one by one. */
  ints = (into: number[]): void => this.repeated(VARINT, into, (reader) => reader.readVarint(true));
  naturals = (into: number[]): void => this.repeated(VARINT, into, (reader) => reader.readVarint());
  floats = (into: number[]): void => this.repeated(FIXED32, into, (reader) => reader.readFloat());
  doubles = (into: number[]): void => this.repeated(FIXED64, into, (reader) => reader.readDouble());

  message<T>(schema: Schema<T>): T {
    this.count();
    if (this.depth >= DEEPEST) throw new ImportProblem(`messages are nested more than ${DEEPEST} deep in ${this.what}`, AGAIN);
    return new Wire(this.raw(), schema.what, this.depth + 1, this.budget).fill(schema);
  }

  private fill<T>(schema: Schema<T>): T {
    const message = schema.empty();
    while (this.reader.pos < this.bytes.length) {
      this.field = this.reader.nextField();
      if (this.field === 0) throw new ImportProblem(`${this.what} has a field without a number`, AGAIN);
      const start = this.reader.pos;
      schema.fields[this.field]?.(message, this);
      if (this.reader.pos === start) this.reader.skip(this.reader.type); // a field of the format that nothing here asks for
      this.inside();
    }
    return message;
  }

  private repeated(type: number, into: number[], read: (reader: PbfReader) => number): void {
    if (this.reader.type !== BYTES) {
      this.expect(type);
      into.push(this.checked(read(this.reader)));
      return;
    }
    const packed = new PbfReader(this.raw());
    while (packed.pos < packed.length) into.push(read(packed));
    if (packed.pos > packed.length) throw this.cut(packed.pos);
  }

  private checked(value: number): number {
    this.inside();
    return value;
  }

  private expect(type: number): void {
    if (this.reader.type !== type) throw new ImportProblem(`field ${this.field} of ${this.what} has wire type ${this.reader.type} where ${type} belongs`, AGAIN);
  }

  private inside(): void {
    if (this.reader.pos > this.bytes.length) throw this.cut(this.reader.pos - this.bytes.length);
  }

  private count(): void {
    if (++this.budget.items > MOST_ITEMS) throw new ImportProblem(`the file holds more than ${MOST_ITEMS} names and messages`, AGAIN);
  }

  private cut(bytes: number): ImportProblem {
    return new ImportProblem(`field ${this.field} of ${this.what} goes on for ${bytes} bytes, beyond its end`, AGAIN);
  }
}
