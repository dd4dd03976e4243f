/** Where the methods come from: one entry for each key that a method or a metric cites. Not the place for what they do. */

export interface Citation {
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  readonly venue: string;
  readonly arxiv?: string;
  /** Where in the paper the method is defined. */
  readonly where: string;
}

export const CITATIONS = {
  simonyan2014: {
    authors: 'Simonyan, Vedaldi, Zisserman',
    year: 2014,
    title: 'Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps',
    venue: 'ICLR Workshop',
    arxiv: '1312.6034',
    where: 'section 3.1',
  },
  shrikumar2016: {
    authors: 'Shrikumar, Greenside, Shcherbina, Kundaje',
    year: 2016,
    title: 'Not Just a Black Box: Learning Important Features Through Propagating Activation Differences',
    venue: 'arXiv',
    arxiv: '1605.01713',
    where: 'compared with there',
  },
  sundararajan2017: {
    authors: 'Sundararajan, Taly, Yan',
    year: 2017,
    title: 'Axiomatic Attribution for Deep Networks',
    venue: 'ICML',
    arxiv: '1703.01365',
    where: 'eq. 1',
  },
  smilkov2017: {
    authors: 'Smilkov, Thorat, Kim, Viégas, Wattenberg',
    year: 2017,
    title: 'SmoothGrad: removing noise by adding noise',
    venue: 'ICML Workshop on Visualization for Deep Learning',
    arxiv: '1706.03825',
    where: 'section 3',
  },
  springenberg2015: {
    authors: 'Springenberg, Dosovitskiy, Brox, Riedmiller',
    year: 2015,
    title: 'Striving for Simplicity: The All Convolutional Net',
    venue: 'ICLR Workshop',
    arxiv: '1412.6806',
    where: 'section 3.4',
  },
  selvaraju2017: {
    authors: 'Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra',
    year: 2017,
    title: 'Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization',
    venue: 'ICCV',
    arxiv: '1610.02391',
    where: 'eq. 1 and 2',
  },
  zeiler2014: {
    authors: 'Zeiler, Fergus',
    year: 2014,
    title: 'Visualizing and Understanding Convolutional Networks',
    venue: 'ECCV',
    arxiv: '1311.2901',
    where: 'section 4.2',
  },
  zhu2024: {
    authors: 'Zhu, Jin, Zhang, Chen',
    year: 2024,
    title: 'Enhancing Model Interpretability with Local Attribution over Global Exploration',
    venue: 'ACM Multimedia, pp. 5347–5355',
    arxiv: '2408.07736',
    where: 'section 3; the states as in the authors’ code',
  },
  zeiler2014deconvnet: {
    authors: 'Zeiler, Fergus',
    year: 2014,
    title: 'Visualizing and Understanding Convolutional Networks',
    venue: 'ECCV',
    arxiv: '1311.2901',
    where: 'section 2.1',
  },
  chattopadhay2018: {
    authors: 'Chattopadhay, Sarkar, Howlader, Balasubramanian',
    year: 2018,
    title: 'Grad-CAM++: Generalized Gradient-based Visual Explanations for Deep Convolutional Networks',
    venue: 'WACV',
    arxiv: '1710.11063',
    where: 'section 3',
  },
  jiang2021: {
    authors: 'Jiang, Zhang, Hou, Cheng, Wei',
    year: 2021,
    title: 'LayerCAM: Exploring Hierarchical Class Activation Maps for Localization',
    venue: 'IEEE Transactions on Image Processing 30, pp. 5875–5888',
    where: 'section III',
  },
  wang2020: {
    authors: 'Wang, Wang, Du, Yang, Zhang, Ding, Mardziel, Hu',
    year: 2020,
    title: 'Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks',
    venue: 'CVPR Workshops',
    arxiv: '1910.01279',
    where: 'section 3',
  },
  abnar2020: {
    authors: 'Abnar, Zuidema',
    year: 2020,
    title: 'Quantifying Attention Flow in Transformers',
    venue: 'ACL',
    arxiv: '2005.00928',
    where: 'section 3, attention rollout',
  },
  chefer2021: {
    authors: 'Chefer, Gur, Wolf',
    year: 2021,
    title: 'Transformer Interpretability Beyond Attention Visualization',
    venue: 'CVPR',
    arxiv: '2012.09838',
    where: 'section 3; the rules as in the authors’ code',
  },
  chefer2021generic: {
    authors: 'Chefer, Gur, Wolf',
    year: 2021,
    title: 'Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder Transformers',
    venue: 'ICCV',
    arxiv: '2103.15679',
    where: 'section 3, the rules for self-attention',
  },
  ancona2018: {
    authors: 'Ancona, Ceolini, Öztireli, Gross',
    year: 2018,
    title: 'Towards better understanding of gradient-based attribution methods for Deep Neural Networks',
    venue: 'ICLR',
    arxiv: '1711.06104',
    where: 'section 3.2',
  },
  covert2021: {
    authors: 'Covert, Lundberg, Lee',
    year: 2021,
    title: 'Explaining by Removing: A Unified Framework for Model Explanation',
    venue: 'JMLR 22(209)',
    arxiv: '2011.14878',
    where: 'where one feature is removed at a time',
  },
  shapley1953: {
    authors: 'Shapley',
    year: 1953,
    title: 'A Value for n-Person Games',
    venue: 'Contributions to the Theory of Games II',
    where: 'the value of a game; sampled orders as in Castro, Gómez, Tejada (2009)',
  },
  lundberg2017: {
    authors: 'Lundberg, Lee',
    year: 2017,
    title: 'A Unified Approach to Interpreting Model Predictions',
    venue: 'NeurIPS',
    arxiv: '1705.07874',
    where: 'section 4.1, theorem 2',
  },
  ribeiro2016: {
    authors: 'Ribeiro, Singh, Guestrin',
    year: 2016,
    title: '“Why Should I Trust You?”: Explaining the Predictions of Any Classifier',
    venue: 'KDD',
    arxiv: '1602.04938',
    where: 'eq. 1 and algorithm 1; settings of Li et al. (2023)',
  },
  petsiuk2018: {
    authors: 'Petsiuk, Das, Saenko',
    year: 2018,
    title: 'RISE: Randomized Input Sampling for Explanation of Black-box Models',
    venue: 'BMVC',
    arxiv: '1806.07421',
    where: 'eq. 6 and section 3.2',
  },
  adebayo2018: {
    authors: 'Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim',
    year: 2018,
    title: 'Sanity Checks for Saliency Maps',
    venue: 'NeurIPS',
    arxiv: '1810.03292',
    where: 'where maps are compared with an edge detector',
  },
  bach2015: {
    authors: 'Bach, Binder, Montavon, Klauschen, Müller, Samek',
    year: 2015,
    title: 'On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation',
    venue: 'PLOS ONE 10(7)',
    where: 'eq. 58 (ε) and 60 (αβ)',
  },
  montavon2017: {
    authors: 'Montavon, Lapuschkin, Binder, Samek, Müller',
    year: 2017,
    title: 'Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition',
    venue: 'Pattern Recognition 65',
    arxiv: '1512.02479',
    where: 'the z⁺-rule and the zᴮ-rule',
  },
  montavon2019: {
    authors: 'Montavon, Binder, Lapuschkin, Samek, Müller',
    year: 2019,
    title: 'Layer-Wise Relevance Propagation: An Overview',
    venue: 'Explainable AI, LNCS 11700',
    where: 'section 10.2; the general form and the composite as in the library Zennit',
  },
  lapuschkin2019: {
    authors: 'Lapuschkin, Wäldchen, Binder, Montavon, Samek, Müller',
    year: 2019,
    title: 'Unmasking Clever Hans predictors and assessing what machines really learn',
    venue: 'Nature Communications 10',
    arxiv: '1902.10178',
    where: 'methods; the composite as in the library Zennit',
  },
  kohlbrenner2020: {
    authors: 'Kohlbrenner, Bauer, Nakajima, Binder, Samek, Lapuschkin',
    year: 2020,
    title: 'Towards Best Practice in Explaining Neural Network Decisions with LRP',
    venue: 'IJCNN',
    arxiv: '1910.09840',
    where: 'the composites of ε with αβ',
  },
  achtibat2024: {
    authors: 'Achtibat, Hatefi, Dreyer, Jain, Wiegand, Lapuschkin, Samek',
    year: 2024,
    title: 'AttnLRP: Attention-Aware Layer-Wise Relevance Propagation for Transformers',
    venue: 'ICML',
    arxiv: '2402.05602',
    where: 'propositions 3.1, 3.3 and 3.4',
  },
  shrikumar2017: {
    authors: 'Shrikumar, Greenside, Kundaje',
    year: 2017,
    title: 'Learning Important Features Through Propagating Activation Differences',
    venue: 'ICML',
    arxiv: '1704.02685',
    where: 'section 3.5',
  },
  lundberg2017deep: {
    authors: 'Lundberg, Lee',
    year: 2017,
    title: 'A Unified Approach to Interpreting Model Predictions',
    venue: 'NeurIPS',
    arxiv: '1705.07874',
    where: 'section 4.2, Deep SHAP; computed as in the authors’ library',
  },
  erion2021: {
    authors: 'Erion, Janizek, Sturmfels, Lundberg, Lee',
    year: 2021,
    title: 'Improving performance of deep learning models with axiomatic attribution priors and expected gradients',
    venue: 'Nature Machine Intelligence 3',
    arxiv: '1906.10670',
    where: 'the definition of expected gradients',
  },
  zintgraf2017: {
    authors: 'Zintgraf, Cohen, Adel, Welling',
    year: 2017,
    title: 'Visualizing Deep Neural Network Decisions: Prediction Difference Analysis',
    venue: 'ICLR',
    arxiv: '1702.04595',
    where: 'section 3',
  },
} satisfies Record<string, Citation>;

export type CitationKey = keyof typeof CITATIONS;

/** One line for the card: who, when, what, where. Throws, naming the key, where it is unknown. */
export function reference(key: string): string {
  const found: Citation | undefined = (CITATIONS as Record<string, Citation>)[key];
  if (!found) throw new Error(`no citation '${key}': add it to cite.ts`);
  const { authors, year, title, venue, arxiv, where } = found;
  const place = arxiv && venue === 'arXiv' ? `arXiv ${arxiv}` : `${venue}${arxiv ? `, arXiv ${arxiv}` : ''}`;
  return `${authors} (${year}): ${title}. ${place}; ${where}.`;
}
