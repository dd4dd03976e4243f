/**
 * A hierarchical transformer with shifted windows (Swin; Liu et al. 2021): attention within 4×4 windows, every second block with the windows shifted by
 * half of their side, tokens merged 2×2 between stages. A convolutional stem and no position biases; windows stand among the heads, so that attention
 * is the same two products as elsewhere. Takes 64×64 only. Not trained here.
 */
import { draft, type Draft } from '../draft.ts';
import type { PlainGraph, Weight } from '../plain.ts';
import { BRANCH_GAIN, preNormBlock } from './tokens.ts';

const WINDOW = 4;
const TOKENS = WINDOW * WINDOW;
const SHIFT = WINDOW / 2;
const STAGES = [
  { side: 16, width: 32, heads: 2, blocks: 2 },
  { side: 8, width: 64, heads: 4, blocks: 2 },
] as const;

interface Stage {
  readonly side: number;
  readonly width: number;
  readonly heads: number;
}

/** Far below any score: what a softmax turns into 0. */
const HIDDEN = -100;

/** [1, windows · heads, 16, 16]: hides from each other the tokens of a shifted window that are no neighbours in the image. */
function shiftMask({ side, heads }: Stage): Weight {
  const across = side / WINDOW;
  const regionOf = (at: number) => (at < side - WINDOW ? 0 : at < side - SHIFT ? 1 : 2);
  const region = (window: number, token: number) => {
    const row = Math.floor(window / across) * WINDOW + Math.floor(token / WINDOW);
    const column = (window % across) * WINDOW + (token % WINDOW);
    return 3 * regionOf(row) + regionOf(column);
  };
  const values = new Float32Array(across * across * heads * TOKENS * TOKENS);
  for (let i = 0; i < values.length; i++) {
    const window = Math.floor(i / (heads * TOKENS * TOKENS));
    const [query, key] = [Math.floor(i / TOKENS) % TOKENS, i % TOKENS];
    values[i] = region(window, query) === region(window, key) ? 0 : HIDDEN;
  }
  return { shape: [1, across * across * heads, TOKENS, TOKENS], values };
}

/** [N, side, side, width] → [N, windows · heads, 16, width of a head]. */
function intoWindows(d: Draft, id: string, x: string, { side, width, heads }: Stage): string {
  const across = side / WINDOW;
  const rows = d.node(`${id}-rows`, 'reshape', [x], {}, { shape: [across, WINDOW, across, WINDOW * width] });
  const grouped = d.node(`${id}-grouped`, 'transpose', [rows], {}, { perm: [0, 1, 3, 2, 4] });
  const split = d.node(`${id}-split`, 'reshape', [grouped], {}, { shape: [across * across, TOKENS, heads, width / heads] });
  const byHead = d.node(`${id}-by-head`, 'transpose', [split], {}, { perm: [0, 1, 3, 2, 4] });
  return d.node(`${id}-heads`, 'reshape', [byHead], {}, { shape: [across * across * heads, TOKENS, width / heads] });
}

/** The way back. */
function outOfWindows(d: Draft, id: string, x: string, { side, width, heads }: Stage): string {
  const across = side / WINDOW;
  const byHead = d.node(`${id}-windows`, 'reshape', [x], {}, { shape: [across * across, heads, TOKENS, width / heads] });
  const tokens = d.node(`${id}-tokens`, 'transpose', [byHead], {}, { perm: [0, 1, 3, 2, 4] });
  const grouped = d.node(`${id}-grouped`, 'reshape', [tokens], {}, { shape: [across, across, WINDOW, WINDOW * width] });
  const rows = d.node(`${id}-rows`, 'transpose', [grouped], {}, { perm: [0, 1, 3, 2, 4] });
  return d.node(`${id}-map`, 'reshape', [rows], {}, { shape: [side, side, width] });
}

/** Attention within windows; `shifted` by half a window, with what wraps round hidden. */
function windowAttention(d: Draft, id: string, normed: string, stage: Stage, shifted: boolean): string {
  const { width, heads } = stage;
  const x = shifted ? d.node(`${id}-shifted`, 'roll', [normed], {}, { by: [-SHIFT, -SHIFT] }) : normed;
  const [q, k, v] = ['query', 'key', 'value'].map((name) => intoWindows(d, `${id}-${name}`, d.dense(`${id}-${name}`, x, width, width), stage)) as [string, string, string];
  const scores = d.node(`${id}-scores`, 'matMul', [q, k], {}, { transposeB: true, scale: 1 / Math.sqrt(width / heads) });
  const seen = shifted ? d.node(`${id}-mask`, 'addParam', [scores], { value: shiftMask(stage) }, { fixed: true }) : scores;
  const mixed = d.node(`${id}-mixed`, 'matMul', [d.node(`${id}-weights`, 'softmax', [seen]), v]);
  const out = d.dense(`${id}-output`, outOfWindows(d, `${id}-merged`, mixed, stage), width, width, BRANCH_GAIN);
  return shifted ? d.node(`${id}-back`, 'roll', [out], {}, { by: [SHIFT, SHIFT] }) : out;
}

/** 64×64 → stem 16²×32 → 2 blocks → merged 8²×64 → 2 blocks → norm, mean, classes. Features: the normed map, 8×8×64. */
export function swin(seed: number, classes: number): PlainGraph {
  const d = draft(seed);
  const [first, second] = STAGES;
  let x = d.node('stem-1-relu', 'relu', [d.conv('stem-1', 'preprocess', { from: 3, to: 16, stride: 2 })]);
  x = d.node('stem-2-relu', 'relu', [d.conv('stem-2', x, { from: 16, to: first.width, stride: 2 })]);
  x = d.node('stem-3-relu', 'relu', [d.conv('stem-3', x, { from: first.width, to: first.width })]);
  STAGES.forEach((stage, s) => {
    if (s > 0) x = d.node('merge-relu', 'relu', [d.conv('merge', x, { from: first.width, to: second.width, stride: 2 })]);
    for (let b = 1; b <= stage.blocks; b++) {
      const id = `stage-${s + 1}-block-${b}`;
      x = preNormBlock(d, id, x, stage.width, (normed) => windowAttention(d, `${id}-attention`, normed, stage, b % 2 === 0));
    }
  });
  const features = d.layerNorm('norm', x, second.width);
  return d.finish(d.dense('logits', d.node('pool', 'meanPool', [features]), second.width, classes), { node: features });
}
