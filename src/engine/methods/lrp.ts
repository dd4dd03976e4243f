/** The methods of layer-wise relevance propagation: one walk, told apart by the composite that says which rule each layer gets. The rules are in engine/rules. */
import { choice, flag, float, type Params, type Values } from '../params.ts';
import { compositeOf, lacksRules, type CompositeId, type RuleOptions } from '../rules/composites.ts';
import type { CitationKey } from './cite.ts';
import { defineMethod, type Method, type MethodCard } from './method.ts';
import { relevance } from './relevance.ts';
import { inOneBurst } from './walk.ts';

interface Entry<P extends Params> {
  readonly id: string;
  readonly title: string;
  readonly cite: CitationKey;
  readonly card: MethodCard;
  /** Named as the numbers of the rules are (`RuleOptions`), so that they need no translation. */
  readonly params: P;
  readonly composite: CompositeId | ((params: Values<P>) => CompositeId);
}

/** One composite as a method; the walk starts with R = (∂s/∂logits) ⊙ logits.  Cost: one forward pass, one walk back. */
const lrp = <P extends Params>({ composite, card, ...entry }: Entry<P>): Method<P> =>
  defineMethod({
    ...entry,
    family: 'propagation',
    signed: true,
    score: 'logit',
    card: { ...card, says: `${card.says} ${START}` },
    needs: (graph, params) => lacksRules(typeof composite === 'string' ? composite : composite(params), graph),
    claims: () => ['deterministic'],
    passes: () => ({ forward: 1, backward: 1, exact: true }),
    memory: { weights: 4 }, // as they are, positive, negative, strengthened
    attribute: (request, job) => {
      const { graph, x, params } = request;
      const id = typeof composite === 'string' ? composite : composite(params);
      job.spend({ forward: 1, backward: 1 });
      return inOneBurst(job, () => relevance(request, x, compositeOf(id, { graph, shape: x.shape.slice(1) }, params as RuleOptions)));
    },
  });

const START = 'The walk starts with the logit of the class; for another score, with each logit times the slope of that score in it.';
const TRANSFORMER = 'On a transformer, attention and layer norm follow the rules of AttnLRP; what a sigmoid gates takes all, the gate nothing.';
const ABSORBED = 'What biases take part in is lost to them, so the map need not add up to the score.';

const bias = flag({ title: 'Biases take part', help: 'Biases count in the denominators and keep their share of the relevance. Off: all of it is handed on.', default: true });
const epsilon = float({ title: 'Epsilon', help: 'Weakens relevance where contributions nearly cancel: a smoother, sparser map.', min: 1e-6, max: 1, default: 0.25, scale: 'log' });
const gamma = float({ title: 'Gamma', help: 'How much contributions that agree with the outcome are favoured; 0 is the ε-rule.', min: 0, max: 4, step: 0.05, default: 0.25 });
const beta = float({ title: 'Beta', help: 'How strongly contributions against the outcome count; those for it count 1 + β.', min: 0, max: 2, step: 0.25, default: 1 });

export const lrpEpsilon = lrp({
  id: 'lrp-epsilon',
  title: 'LRP-ε',
  cite: 'bach2015',
  card: {
    says: `Hands the score back layer by layer: every unit gives what it received to its inputs, in proportion to what each contributed. ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\frac{x_i w_{ij}}{z_j + \\varepsilon\\,\\mathrm{sign}(z_j)}\\, R_j, \\quad z_j = \\sum_i x_i w_{ij} + b_j',
    misleads: `With a tiny ε, on a network of ReLUs, it is gradient × input (of the image as the network sees it, so that the training images' mean colour gets nothing), with all of its noise; on a transformer, contributions that nearly cancel then blow up. ${ABSORBED}`,
  },
  params: { epsilon, bias },
  composite: 'epsilon',
});

export const lrpAlphaBeta = lrp({
  id: 'lrp-alpha-beta',
  title: 'LRP-αβ',
  cite: 'bach2015',
  card: {
    says: `Hands the score back layer by layer, contributions for and against each unit's value kept apart: those for it share 1 + β of its relevance, those against it take β away. ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\Bigl( (1 + \\beta) \\frac{(x_i w_{ij})^+}{z_j^+} - \\beta \\frac{(x_i w_{ij})^-}{z_j^-} \\Bigr) R_j',
    misleads: `The negative parts grow with β and with depth, and mark what inhibited some unit on the way, which need not speak against the class. In shallow networks the map is much the same for every class. ${ABSORBED}`,
  },
  params: { beta, bias },
  composite: 'alpha-beta',
});

export const deepTaylor = lrp({
  id: 'deep-taylor',
  title: 'Deep Taylor',
  cite: 'montavon2017',
  card: {
    says: 'Expands every unit around a nearby point where it is silent and hands its relevance to the inputs that woke it. The first layer knows that pixels lie between black and white.',
    formula: 'R_i = \\sum_j \\frac{x_i w_{ij}^+}{\\sum_k x_k w_{kj}^+} R_j, \\quad R_{\\text{pixel}} = \\sum_j \\frac{x_i w_{ij} - l_i w_{ij}^+ - h_i w_{ij}^-}{\\sum_k (x_k w_{kj} - l_k w_{kj}^+ - h_k w_{kj}^-)} R_j',
    misleads: `Support only: what speaks against the class cannot show, and maps of different classes look alike. The theory holds for ReLUs and for a positive score; a negative one turns the whole map negative. ${TRANSFORMER} There, layers take values of either sign, and the map may have both.`,
  },
  params: { bias: { ...bias, default: false } },
  composite: 'deep-taylor',
});

export const lrpGamma = lrp({
  id: 'lrp-gamma',
  title: 'LRP-γ',
  cite: 'montavon2019',
  card: {
    says: `Like LRP-ε, but contributions that agree with a unit's value weigh 1 + γ: less noise than ε, and unlike with z⁺ some of what speaks against the class survives. ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\frac{x_i w_{ij} + \\gamma\\,(x_i w_{ij})^+}{\\sum_k \\bigl( x_k w_{kj} + \\gamma\\,(x_k w_{kj})^+ \\bigr)} R_j \\quad (z_j > 0;\\ \\text{with } {}^- \\text{ where } z_j < 0)',
    misleads: `How much negative relevance is left is set by γ, not by the image: compare maps at the same γ only. ${ABSORBED}`,
  },
  params: { gamma, bias },
  composite: 'gamma',
});

export const lrpZPlus = lrp({
  id: 'lrp-z-plus',
  title: 'LRP-z⁺',
  cite: 'bach2015',
  card: {
    says: `LRP-αβ with β = 0: only contributions that raise a unit carry relevance. ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\frac{(x_i w_{ij})^+}{\\sum_k (x_k w_{kj})^+ + b_j^+} R_j',
    misleads: `Of one sign, that of the score: it shows where the network looks rather than what speaks for this class, and maps of different classes look alike. ${ABSORBED}`,
  },
  params: { bias },
  composite: 'z-plus',
});

const MIXED = 'Convolutions see few inputs each and are noisy under ε; the dense layers above them are not.';

export const lrpEpsilonPlus = lrp({
  id: 'lrp-epsilon-plus',
  title: 'LRP-ε-z⁺',
  cite: 'kohlbrenner2020',
  card: {
    says: `LRP-ε in dense layers, z⁺ in convolutions. ${MIXED} ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\frac{x_i w_{ij}}{z_j + \\varepsilon\\,\\mathrm{sign}(z_j)} R_j \\text{ (dense)}, \\quad R_i = \\sum_j \\frac{(x_i w_{ij})^+}{z_j^+} R_j \\text{ (convolution)}',
    misleads: `Signs are decided in the dense layers alone; a network with one dense layer at its end gives each feature channel one sign. ${ABSORBED}`,
  },
  params: { epsilon, bias },
  composite: 'epsilon-plus',
});

export const lrpEpsilonPlusFlat = lrp({
  id: 'lrp-epsilon-plus-flat',
  title: 'LRP-ε-z⁺, flat',
  cite: 'lapuschkin2019',
  card: {
    says: `LRP-ε in dense layers, z⁺ in convolutions, and the first layer spreads its relevance evenly over all the pixels that it sees. ${TRANSFORMER}`,
    formula: 'R_{\\text{pixel}} = \\sum_j \\frac{R_j}{n_j}, \\quad n_j \\text{ pixels seen by } j',
    misleads: `No finer than the first layer's window, and blind to colour: the channels of a pixel are always equal. ${ABSORBED}`,
  },
  params: { epsilon, bias },
  composite: 'epsilon-plus-flat',
});

export const lrpEpsilonAlpha2Beta1 = lrp({
  id: 'lrp-epsilon-alpha2-beta1',
  title: 'LRP-ε-α2β1',
  cite: 'kohlbrenner2020',
  card: {
    says: `LRP-ε in dense layers, αβ with α = 2 and β = 1 in convolutions. ${MIXED} ${TRANSFORMER}`,
    formula: 'R_i = \\sum_j \\Bigl( 2\\,\\frac{(x_i w_{ij})^+}{z_j^+} - \\frac{(x_i w_{ij})^-}{z_j^-} \\Bigr) R_j \\text{ (convolution)}',
    misleads: `Negative relevance marks what inhibited some unit on the way, which need not speak against the class; it grows with the number of convolutions. ${ABSORBED}`,
  },
  params: { epsilon, flat: flag({ title: 'Flat first layer', help: 'The first layer spreads its relevance evenly over the pixels that it sees.', default: false }), bias },
  composite: ({ flat }) => (flat ? 'epsilon-alpha2-beta1-flat' : 'epsilon-alpha2-beta1'),
});

export const lrpEpsilonGammaBox = lrp({
  id: 'lrp-epsilon-gamma-box',
  title: 'LRP-ε-γ-box',
  cite: 'montavon2019',
  card: {
    says: `A rule for each height: ε in dense layers, γ in convolutions, and a first convolution that knows that pixels lie between black and white. ${TRANSFORMER}`,
    formula: 'R_{\\text{pixel}} = \\sum_j \\frac{x_i w_{ij} - l_i w_{ij}^+ - h_i w_{ij}^-}{\\sum_k (x_k w_{kj} - l_k w_{kj}^+ - h_k w_{kj}^-)} R_j',
    misleads: `The box gives relevance to a pixel for not being black or not being white, so that an even background may light up. ${ABSORBED}`,
  },
  params: { epsilon, gamma, bias },
  composite: 'epsilon-gamma-box',
});

export const attnLrp = lrp({
  id: 'attn-lrp',
  title: 'AttnLRP',
  cite: 'achtibat2024',
  card: {
    says: 'Relevance propagation with rules for all that a transformer has: a product gives half to each factor (a sigmoid gate gets nothing), a softmax is expanded at its scores, layer norm passes relevance on. On a model without attention it is LRP-γ, or LRP-ε.',
    formula: 'R_{x_i} = x_i \\Bigl( R_i - s_i \\sum_j R_j \\Bigr), \\quad R_A = A \\odot \\Bigl( \\frac{R_O}{2\\,O} V^\\top \\Bigr), \\quad R_V = V \\odot \\Bigl( A^\\top \\frac{R_O}{2\\,O} \\Bigr), \\quad O = A V',
    misleads: `The rule of the softmax does not conserve, so the map need not add up to the score. With ε in the linear layers it is noisy on vision transformers, where its authors use γ. Residual sums that nearly cancel amplify rounding: between two right computations in single precision entries differ by up to half a percent of the largest. ${ABSORBED}`,
  },
  params: {
    linear: choice(['gamma', 'epsilon'], { title: 'Linear layers', help: 'The rule of layers with weights. Its authors use γ for vision transformers.', labels: { gamma: 'γ-rule', epsilon: 'ε-rule' } }),
    gamma,
    epsilon,
    bias,
  },
  composite: ({ linear }) => (linear === 'gamma' ? 'attn-lrp' : 'attn-lrp-epsilon'),
});
