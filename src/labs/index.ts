/** The labs that exist, in the order of the bar along the top. */
import type { LabId } from '../state/view.ts';

export const LABS = [
  { id: 'explore', title: 'Explore' },
  { id: 'consensus', title: 'Consensus' },
  { id: 'transfer', title: 'Transfer' },
  { id: 'committee', title: 'Committee' },
  { id: 'methods', title: 'Methods' },
] as const satisfies readonly { readonly id: LabId; readonly title: string }[];

/** What the browser's tab says. */
export const TITLES = {
  explore: 'Chorale: what a committee of models sees',
  consensus: 'Consensus – Chorale',
  transfer: 'Transfer – Chorale',
  committee: 'Committee – Chorale',
  methods: 'Methods – Chorale',
} as const satisfies Record<LabId, string>;
