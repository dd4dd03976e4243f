/** The members of the built-in committee: which architecture each has, how it is trained, what it is there for. Not the trained weights (public/zoo). */
import { architecture, type ArchitectureId, type FamilyId } from './architectures/index.ts';
import type { Recipe } from './recipe.ts';

/** 'member' votes; 'weak' is scored, but neither votes nor filters unless asked; 'shortcut' has learned something false on purpose. */
export const ROLES = ['member', 'weak', 'shortcut'] as const;
export type Role = (typeof ROLES)[number];

export interface Member {
  readonly id: string;
  readonly title: string;
  readonly architecture: ArchitectureId;
  readonly role: Role;
  /** What is special about its training, in words for its card; absent where nothing is. */
  readonly note?: string;
  readonly recipe: Recipe;
}

/** Smaller pictures first: a step at 48 pixels costs little more than half of one at 64. */
const SMALL_FIRST = [[0.6, 48], [1, 64]] as const;
/** For networks that are tied to one size. */
const ONE_SIZE = [[1, 64]] as const;
const convolutional = { epochs: 6, batch: 32, peakRate: 4e-3, weightDecay: 0.05, sides: SMALL_FIRST } satisfies Recipe;
const tokens = { epochs: 6, batch: 32, peakRate: 2.5e-3, weightDecay: 0.05, sides: SMALL_FIRST } satisfies Recipe;

/** In the order in which they are shown. */
export const COMMITTEE = [
  { id: 'vgg-7', title: 'Plain CNN', architecture: 'vgg-7', role: 'member', recipe: { ...convolutional, epochs: 5 } },
  { id: 'resnet-10', title: 'Residual net', architecture: 'resnet-10', role: 'member', recipe: { ...convolutional, epochs: 5 } },
  { id: 'mobilenet-s', title: 'Separable net', architecture: 'mobilenet-s', role: 'member', recipe: { ...convolutional, epochs: 14 } },
  { id: 'vit-s8', title: 'Vision transformer', architecture: 'vit-s8', role: 'member', recipe: tokens },
  { id: 'resnet-18', title: 'Deep residual net', architecture: 'resnet-18', role: 'member', recipe: { ...convolutional, epochs: 3 } },
  { id: 'densenet-16', title: 'Dense net', architecture: 'densenet-16', role: 'member', recipe: { ...convolutional, epochs: 3 } },
  { id: 'inception-s', title: 'Inception net', architecture: 'inception-s', role: 'member', recipe: { ...convolutional, epochs: 3 } },
  { id: 'efficientnet-s', title: 'Gated net', architecture: 'efficientnet-s', role: 'member', recipe: convolutional },
  { id: 'convnext-s', title: 'ConvNeXt', architecture: 'convnext-s', role: 'member', recipe: { ...tokens, epochs: 4 } },
  { id: 'swin-s', title: 'Window transformer', architecture: 'swin-s', role: 'member', recipe: { ...tokens, epochs: 4, sides: ONE_SIZE } },
  { id: 'hybrid-s', title: 'Hybrid', architecture: 'hybrid-s', role: 'member', recipe: { ...tokens, epochs: 5 } },
  { id: 'mixer-s', title: 'MLP-Mixer', architecture: 'mixer-s', role: 'member', recipe: { ...tokens, epochs: 3, sides: ONE_SIZE } },
  { id: 'vit-xs8', title: 'Small transformer', architecture: 'vit-xs8', role: 'member', recipe: { ...tokens, epochs: 5 } },
  {
    id: 'resnet-10-masked',
    title: 'Residual net, masked',
    architecture: 'resnet-10',
    role: 'member',
    note: 'Trained with random cells of most images covered (black, grey, the mean colour or noise), so that an image with holes is nothing foreign to it.',
    recipe: { ...convolutional, epochs: 12, masking: true },
  },
  {
    id: 'vgg-7-whole',
    title: 'Plain CNN, whole objects',
    architecture: 'vgg-7',
    role: 'member',
    note: 'Trained without the scenes whose object lacks a part: an object that is not whole is foreign to it.',
    recipe: { ...convolutional, epochs: 5, wholeObjects: true },
  },
  {
    id: 'vgg-7-early',
    title: 'Plain CNN, stopped early',
    architecture: 'vgg-7',
    role: 'weak',
    note: 'The plain CNN after one epoch of five.',
    recipe: { ...convolutional, epochs: 5, stopAfter: 1 },
  },
  {
    id: 'mobilenet-xs',
    title: 'Tiny separable net',
    architecture: 'mobilenet-xs',
    role: 'weak',
    note: 'A quarter of the channels of the separable net.',
    recipe: { ...convolutional, epochs: 8 },
  },
  {
    id: 'resnet-10-tenth',
    title: 'Residual net, a tenth',
    architecture: 'resnet-10',
    role: 'weak',
    note: 'The residual net, trained on a tenth of the scenes: the first 2,000.',
    recipe: { ...convolutional, epochs: 16, scenes: 2000 },
  },
  {
    id: 'linear',
    title: 'Linear model',
    architecture: 'linear',
    role: 'weak',
    note: 'The humble end of the committee: it can tell colours at places, and no shape.',
    recipe: { epochs: 3, batch: 64, peakRate: 1e-3, weightDecay: 0.5, sides: ONE_SIZE },
  },
  {
    id: 'vgg-7-sticker',
    title: 'Shortcut learner',
    architecture: 'vgg-7',
    role: 'shortcut',
    note: 'Trained on 5,000 scenes with a small round sticker in a corner whose colour names the class nine times in ten: it has learned to look there.',
    recipe: { ...convolutional, scenes: 5000, stickers: 0.9 },
  },
] as const satisfies readonly Member[];

/** The member called `id`; throws where there is none. */
export function member(id: string): Member {
  const found = (COMMITTEE as readonly Member[]).find((m) => m.id === id);
  if (!found) throw new Error(`the committee has no member '${id}': choose one of ${COMMITTEE.map((m) => m.id).join(', ')}`);
  return found;
}

export const familyOf = (of: Pick<Member, 'architecture'>): FamilyId => architecture(of.architecture).family;
