/** The models of a long list to tick: by family, with what speaks for and against each. Pure. */
import type { AnyModel } from '../worker/protocol.ts';
import { count, percent, sizeOf } from './numbers.ts';
import type { SearchItem } from './SearchMenu.tsx';

/** In words, where a model is no full member. */
const ROLE = { member: undefined, weak: 'Weak: scored, but votes only when asked.', shortcut: 'Learned a shortcut: scored, but votes only when asked.' } as const satisfies Record<AnyModel['role'], string | undefined>;

/** The models by family, members first, each with its accuracy. */
export function modelSections(models: readonly AnyModel[]): { readonly title: string; readonly items: readonly SearchItem[] }[] {
  return [...new Set(models.map(({ family }) => family))].map((family) => {
    const own = models.filter((model) => model.family === family);
    const ordered = [...own.filter(({ role }) => role === 'member'), ...own.filter(({ role }) => role !== 'member')];
    return {
      title: own[0]!.familyTitle,
      items: ordered.map(({ id, title, familyTitle: words, role, note, accuracy, bytes }) => {
        const right = accuracy ? `${percent(accuracy.test, 1)} of ${count(accuracy.n)} test scenes right, ${sizeOf(bytes)}` : `On this computer, ${sizeOf(bytes)}`;
        const caution = ROLE[role];
        return { id, title, description: note ? `${right}. ${note}` : right, words: [words, role, note].filter(Boolean).join(' '), ...(caution ? { caution } : {}) };
      }),
    };
  });
}
