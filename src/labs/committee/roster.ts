/** From the catalogue to the rows of the committee: the filter, the order, the sentence. Pure; what a model is stands in its card. */
import type { ModelSort, RosterChoice } from '../../state/view.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { count, inWords, percent } from '../../ui/numbers.ts';

/** Each order: what is compared, smallest first. */
const KEYS = {
  accuracy: ({ accuracy }) => -accuracy.test,
  family: () => 0,
  name: () => 0,
  parameters: ({ parameters }) => parameters,
  'multiply-adds': ({ multiplyAdds }) => multiplyAdds,
  calibration: ({ calibrationError }) => calibrationError,
  download: ({ bytes }) => bytes,
} as const satisfies Record<ModelSort, (model: ModelEntry) => number>;

/** The rows that are seen, in their order. Families keep the catalogue's order; a tie in numbers does too. */
export function chosenModels(models: readonly ModelEntry[], { family, role, sort, reverse }: Pick<RosterChoice, 'family' | 'role' | 'sort' | 'reverse'>): ModelEntry[] {
  const seen = models.filter((model) => (family === 'all' || model.family === family) && (role === 'all' || model.role === role));
  const families = [...new Set(models.map((model) => model.family))];
  const compare = {
    ...Object.fromEntries(Object.entries(KEYS).map(([id, key]) => [id, (a: ModelEntry, b: ModelEntry) => key(a) - key(b)])),
    family: (a, b) => families.indexOf(a.family) - families.indexOf(b.family),
    name: (a, b) => a.title.localeCompare(b.title),
  } as Record<ModelSort, (a: ModelEntry, b: ModelEntry) => number>;
  return seen.sort((a, b) => compare[sort](a, b) * (reverse ? -1 : 1));
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (parts: readonly string[]) => (parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}` : (parts[0] ?? ''));

/** "Twenty models of twelve families, from 21.9 % to 98.7 % right on 2,000 test scenes; fifteen vote by default, four are weak on purpose and one has learned a shortcut." */
export function story(models: readonly ModelEntry[]): string {
  if (models.length === 0) return 'There is no model here: the folder of weights is empty. Train one, or copy a zoo to public/zoo.';
  const families = new Set(models.map(({ family }) => family)).size;
  const shares = models.map(({ accuracy }) => accuracy.test);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const sizes = new Set(models.map(({ accuracy }) => accuracy.n));
  const scenes = sizes.size === 1 ? `${count(models[0]!.accuracy.n)} test scenes` : 'their test scenes';
  const range = least === most ? percent(most, 1) : `from ${percent(least, 1)} to ${percent(most, 1)}`;
  const size = `${inWords(models.length)} ${models.length === 1 ? 'model' : `models of ${inWords(families)} ${families === 1 ? 'family' : 'families'}`}`;
  return `${sentence(size)}, ${range} right on ${scenes}; ${voters(models)}.`;
}

function voters(models: readonly ModelEntry[]): string {
  const of = (role: ModelEntry['role']) => models.filter((model) => model.role === role).length;
  const [members, weak, cheats] = [of('member'), of('weak'), of('shortcut')];
  if (members === models.length) return models.length === 1 ? 'it votes' : 'all vote';
  const parts = [
    `${inWords(members)} ${members === 1 ? 'votes' : 'vote'} by default`,
    ...(weak > 0 ? [`${inWords(weak)} ${weak === 1 ? 'is' : 'are'} weak on purpose`] : []),
    ...(cheats > 0 ? [`${inWords(cheats)} ${cheats === 1 ? 'has' : 'have'} learned a shortcut`] : []),
  ];
  return listed(parts);
}
