/** A share as a percentage whose sign stays on its number's line. Rounds as it is told; chooses no digits. */

/** After a number: no line is broken between the two. */
export const PERCENT_SIGN = '\u00a0%';

/** 0.2 → '20 %'. */
export const percentText = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)}${PERCENT_SIGN}`;
