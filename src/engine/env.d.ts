/** The parts of the platform that the engine uses beyond ES2023. Not a place for DOM types: what is missing here is missing on purpose. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  function validate(bytes: Uint8Array): boolean;
  function instantiate(bytes: Uint8Array, imports: Record<string, Record<string, unknown>>): Promise<{ module: Module; instance: Instance }>;
}
declare class TextDecoder {
  decode(bytes: ArrayBuffer | Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
