/** Lengths of axes, and what is asked of them everywhere. */
export type Shape = readonly number[];

export const sizeOfShape = (shape: Shape): number => shape.reduce((n, m) => n * m, 1);
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
