/** The zoo's architectures: how each is built and what it is called. Not how they are trained (committee.ts), nor the trained weights (public/zoo). */
import type { PlainGraph } from '../plain.ts';
import { convnext } from './convnext.ts';
import { densenet } from './densenet.ts';
import { efficientnet } from './efficientnet.ts';
import { hybrid } from './hybrid.ts';
import { inception } from './inception.ts';
import { linear } from './linear.ts';
import { mixer } from './mixer.ts';
import { mobilenet } from './mobilenet.ts';
import { resnet } from './resnet.ts';
import { swin } from './swin.ts';
import { vgg } from './vgg.ts';
import { vit } from './vit.ts';

/** How far a family's networks see at once: 'convolution' by small steps, 'attention' by what places say, 'other' in neither way. */
export const FAMILIES = {
  'plain': { title: 'Plain CNN', mixes: 'convolution' },
  'residual': { title: 'Residual', mixes: 'convolution' },
  'dense': { title: 'Densely connected', mixes: 'convolution' },
  'inception': { title: 'Inception', mixes: 'convolution' },
  'depthwise-separable': { title: 'Depthwise-separable', mixes: 'convolution' },
  'squeeze-excitation': { title: 'Squeeze-and-excitation', mixes: 'convolution' },
  'convnext': { title: 'ConvNeXt', mixes: 'convolution' },
  'transformer': { title: 'Vision transformer', mixes: 'attention' },
  'window-transformer': { title: 'Window transformer', mixes: 'attention' },
  'hybrid': { title: 'Convolution and attention', mixes: 'attention' },
  'mixer': { title: 'MLP-Mixer', mixes: 'other' },
  'linear': { title: 'Linear', mixes: 'other' },
} as const satisfies Record<string, { readonly title: string; readonly mixes: 'convolution' | 'attention' | 'other' }>;

export type FamilyId = keyof typeof FAMILIES;

export interface Architecture {
  readonly id: string;
  readonly title: string;
  readonly family: FamilyId;
  /** In words, for the model card. */
  readonly words: string;
  /** The network with fresh weights; the same seed gives the same bits. */
  readonly build: (seed: number, classes: number) => PlainGraph;
}

export const ARCHITECTURES = [
  {
    id: 'vgg-7',
    title: 'Plain CNN',
    family: 'plain',
    words: 'Six 3×3 convolutions with batch normalisation and ReLU, parted by max pooling, then the mean over all places and one dense layer. After VGG.',
    build: vgg,
  },
  {
    id: 'resnet-10',
    title: 'Residual net',
    family: 'residual',
    words: 'A stem and four residual blocks of two 3×3 convolutions each, with batch normalisation and ReLU, then the mean over all places and one dense layer.',
    build: resnet([1, 2, 1]),
  },
  {
    id: 'resnet-18',
    title: 'Deep residual net',
    family: 'residual',
    words: 'A stem and eight residual blocks of two 3×3 convolutions each, with batch normalisation and ReLU, then the mean over all places and one dense layer.',
    build: resnet([2, 3, 3]),
  },
  {
    id: 'densenet-16',
    title: 'Dense net',
    family: 'dense',
    words: 'A stem and three stages of 3×3 layers, each of which reads all before it in its stage; 1×1 convolutions and 2×2 means in between. After DenseNet, with norm and ReLU after the convolution.',
    build: densenet,
  },
  {
    id: 'inception-s',
    title: 'Inception net',
    family: 'inception',
    words: 'Two stem convolutions and four modules of four branches side by side: 1×1, 3×3, two 3×3 in a row, and a 3×3 mean. Batch normalisation and ReLU throughout.',
    build: inception,
  },
  {
    id: 'mobilenet-s',
    title: 'Separable net',
    family: 'depthwise-separable',
    words: 'A stem and seven depthwise-separable blocks (3×3 per channel, then 1×1 across channels) with batch normalisation and ReLU6. After MobileNet.',
    build: mobilenet(1),
  },
  {
    id: 'mobilenet-xs',
    title: 'Tiny separable net',
    family: 'depthwise-separable',
    words: 'The separable net with a quarter of its channels: four in the stem, 48 at the end.',
    build: mobilenet(1 / 4),
  },
  {
    id: 'efficientnet-s',
    title: 'Gated net',
    family: 'squeeze-excitation',
    words: 'A stem and six inverted residual blocks with SiLU, in which the mean over all places gates every channel (squeeze-and-excitation). After EfficientNet.',
    build: efficientnet,
  },
  {
    id: 'convnext-s',
    title: 'ConvNeXt',
    family: 'convnext',
    words: 'Two stem convolutions and five blocks of a depthwise 7×7 convolution, layer normalisation and two dense layers with GELU. After ConvNeXt.',
    build: convnext,
  },
  {
    id: 'vit-s8',
    title: 'Vision transformer',
    family: 'transformer',
    words: 'Five convolutions with ReLU make 8×8 tokens of width 64; three pre-norm blocks of four-headed attention and a GELU layer; a layer norm, the mean over the tokens and one dense layer.',
    build: vit({ width: 64, heads: 4, depth: 3 }),
  },
  {
    id: 'vit-xs8',
    title: 'Small transformer',
    family: 'transformer',
    words: 'The vision transformer with tokens of width 48, three heads and two blocks.',
    build: vit({ width: 48, heads: 3, depth: 2 }),
  },
  {
    id: 'swin-s',
    title: 'Window transformer',
    family: 'window-transformer',
    words: 'Three convolutions make 16×16 tokens; two stages of two blocks with attention inside 4×4 windows, shifted by half a window in every second block; tokens merge 2×2 in between. After Swin.',
    build: swin,
  },
  {
    id: 'hybrid-s',
    title: 'Hybrid',
    family: 'hybrid',
    words: 'A stem and four inverted residual convolutions down to 8×8 places, then two pre-norm blocks of four-headed attention. After CoAtNet.',
    build: hybrid,
  },
  {
    id: 'mixer-s',
    title: 'MLP-Mixer',
    family: 'mixer',
    words: 'Five convolutions with ReLU make 8×8 tokens of width 64; three blocks in which dense layers mix first the tokens, then the channels. No attention.',
    build: mixer,
  },
  {
    id: 'linear',
    title: 'Linear model',
    family: 'linear',
    words: 'One dense layer on the raw pixels. Its gradient is the same for every image.',
    build: linear,
  },
] as const satisfies readonly Architecture[];

export type ArchitectureId = (typeof ARCHITECTURES)[number]['id'];

/** The architecture called `id`; throws where there is none. */
export function architecture(id: string): Architecture {
  const found = ARCHITECTURES.find((a) => a.id === id);
  if (!found) throw new Error(`no architecture is called '${id}': choose one of ${ARCHITECTURES.map((a) => a.id).join(', ')}`);
  return found;
}
