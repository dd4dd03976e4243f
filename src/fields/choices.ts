/** The choices that these functions offer, as plain unions. Their wording for the visitor stands in the user interface. */

/** How the channels of a place become one number. 'max-abs' keeps the sign of the entry of largest magnitude. */
export type ChannelPooling = 'sum' | 'mean' | 'abs-sum' | 'max-abs' | 'l2';
export type SignChoice = 'both' | 'positive' | 'negative' | 'absolute';
/** How maps share a scale. */
export type ScaleScope = 'cell' | 'row' | 'column' | 'all';
/** Before maps are compared: raw numbers, or a share of f(x) − f(b), else of Σ|a|. */
export type ScaleUnit = 'share' | 'raw';
/** 'published': what the consensus paper does for the method's kind (see `publishedRule`). */
export type VoteRule = 'published' | 'square' | 'min-max' | 'rank';
