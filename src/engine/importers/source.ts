/** A network as its file tells it, whatever the format: operators with the names and the meaning of ONNX, opset 18, and constants as numbers. Types only. */

/** Row-major numbers. 'int' stands for every integer type and for booleans; int64 beyond ±(2³¹ − 1) is cut off there. */
export type Constant =
  | { readonly type: 'float'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly type: 'int'; readonly shape: readonly number[]; readonly values: Int32Array };

export type Attribute = number | string | readonly number[] | readonly string[] | Constant;

export interface Operator {
  /** Unique in the source; messages and the engine's nodes bear it. */
  readonly name: string;
  /** As ONNX calls it, of the default domain. */
  readonly type: string;
  /** Names of values; '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A length of an axis: a number, or `undefined` where the file leaves it open or gives it a name. */
export type Length = number | undefined;

export interface SourceInput {
  readonly name: string;
  /** `undefined` where the file says nothing of it. */
  readonly shape?: readonly Length[];
  readonly type: 'float' | 'int';
}

/** Operators in topological order, no cycle, functions inlined, old forms modernised. */
export interface Source {
  readonly format: 'ONNX' | 'TensorFlow.js layers' | 'TensorFlow.js graph';
  /** Inputs that no constant fills. */
  readonly inputs: readonly SourceInput[];
  readonly outputs: readonly string[];
  readonly operators: readonly Operator[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** What the file says of itself, for the visitor: producer, opset, doc string, metadata. */
  readonly facts: Readonly<Record<string, string>>;
  /** Things that were read otherwise than written, such as a quantisation that is passed through; shown with the model. */
  readonly remarks: readonly string[];
  /** Labels or preprocessing that the file itself tells. */
  readonly labels?: readonly string[];
}
