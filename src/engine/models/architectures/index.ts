/** The zoo's architectures: how each is built, what it is called and how it is trained. Not the trained weights (public/zoo). */
import type { Recipe } from '../recipe.ts';
import type { PlainGraph } from '../plain.ts';
import { mobilenet } from './mobilenet.ts';
import { resnet } from './resnet.ts';
import { vgg } from './vgg.ts';
import { vit } from './vit.ts';

export interface Architecture {
  readonly id: string;
  readonly title: string;
  readonly family: 'plain' | 'residual' | 'depthwise-separable' | 'transformer';
  /** In words, for the model card. */
  readonly words: string;
  /** The network with fresh weights; the same seed gives the same bits. */
  readonly build: (seed: number, classes: number) => PlainGraph;
  readonly recipe: Recipe;
}

/** Smaller pictures first: a step at 48 pixels costs little more than half of one at 64. */
const convolutional = { epochs: 5, batch: 32, peakRate: 4e-3, weightDecay: 0.05, sides: [[0.6, 48], [1, 64]] } satisfies Recipe;

export const ARCHITECTURES = [
  {
    id: 'vgg-7',
    title: 'Plain CNN',
    family: 'plain',
    words: 'Six 3×3 convolutions with batch normalisation and ReLU, parted by max pooling, then the mean over all places and one dense layer. After VGG.',
    build: vgg,
    recipe: convolutional,
  },
  {
    id: 'resnet-10',
    title: 'Residual net',
    family: 'residual',
    words: 'A stem and four residual blocks of two 3×3 convolutions each, with batch normalisation and ReLU, then the mean over all places and one dense layer.',
    build: resnet,
    recipe: convolutional,
  },
  {
    id: 'mobilenet-s',
    title: 'Separable net',
    family: 'depthwise-separable',
    words: 'A stem and seven depthwise-separable blocks (3×3 per channel, then 1×1 across channels) with batch normalisation and ReLU6. After MobileNet.',
    build: mobilenet,
    recipe: { ...convolutional, epochs: 14 },
  },
  {
    id: 'vit-s8',
    title: 'Vision transformer',
    family: 'transformer',
    words: 'Five convolutions with ReLU make 8×8 tokens of width 64; three pre-norm blocks of four-headed attention and a GELU layer; a layer norm, the mean over the tokens and one dense layer.',
    build: vit,
    recipe: { epochs: 6, batch: 32, peakRate: 2.5e-3, weightDecay: 0.05, sides: [[0.6, 48], [1, 64]] },
  },
] as const satisfies readonly Architecture[];

/** The architecture called `id`; throws where there is none. */
export function architecture(id: string): Architecture {
  const found = ARCHITECTURES.find((a) => a.id === id);
  if (!found) throw new Error(`no architecture is called '${id}': choose one of ${ARCHITECTURES.map((a) => a.id).join(', ')}`);
  return found;
}
