/**
 * Seeded randomness, addressed by (seed, purpose, index): draw 7 of a purpose is the same whatever was drawn before it.
 * Only integer arithmetic and + − × ÷, so that Node and every browser give the same bits. Not for cryptography.
 */

/** A 32-bit avalanche (the finalizer of MurmurHash3): every input bit changes half of the output bits. */
function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

export interface Stream {
  /** An unsigned 32-bit integer. */
  bits(): number;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Mean 0, variance 1: the sum of twelve uniforms minus six (Irwin–Hall), so |z| ≤ 6. */
  normal(): number;
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** The stream of draws at the address (seed, purpose, index). Cheap to make: one per scene, sample or purpose. */
export function stream(seed: number, purpose: string, index = 0): Stream {
  const key = mix(mix(mix(seed >>> 0) ^ hashOf(purpose)) ^ Math.imul(index + 1, 0x9e3779b9));
  let counter = 0;
  const bits = () => mix(key + Math.imul(++counter, 0x9e3779b9));
  const uniform = () => bits() / 4294967296;
  const below = (n: number) => Math.floor(uniform() * n);
  return {
    bits,
    uniform,
    below,
    between: (low, high) => low + (high - low) * uniform(),
    normal() {
      let sum = 0;
      for (let i = 0; i < 6; i++) {
        const b = bits();
        sum += (b & 0xffff) + (b >>> 16);
      }
      return (sum + 6) / 65536 - 6; // +6: each 16-bit half stands for the middle of its bin
    },
    pick: (items) => items[below(items.length)]!,
    shuffle(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
  };
}

/** `n` standard normal numbers at one address. */
export function normals(seed: number, purpose: string, index: number, n: number): Float32Array {
  const draws = stream(seed, purpose, index);
  return Float32Array.from({ length: n }, () => draws.normal());
}
