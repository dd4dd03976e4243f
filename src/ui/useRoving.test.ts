/** Where keys lead in a grid. */
import { describe, expect, it } from 'vitest';
import { positionByKey } from './useRoving.ts';

const from = (row: number, column: number, key: string, whole = false) => positionByKey({ row, column }, key, whole, 5, 8);

describe('positionByKey', () => {
  it('moves one cell and stops at the borders', () => {
    expect(from(1, 1, 'ArrowUp')).toEqual({ row: 0, column: 1 });
    expect(from(0, 1, 'ArrowUp')).toEqual({ row: 0, column: 1 });
    expect(from(4, 7, 'ArrowDown')).toEqual({ row: 4, column: 7 });
    expect(from(4, 6, 'ArrowRight')).toEqual({ row: 4, column: 7 });
    expect(from(2, 0, 'ArrowLeft')).toEqual({ row: 2, column: 0 });
  });
  it('jumps to the ends of the row, or of the grid with Ctrl', () => {
    expect(from(2, 3, 'Home')).toEqual({ row: 2, column: 0 });
    expect(from(2, 3, 'End')).toEqual({ row: 2, column: 7 });
    expect(from(2, 3, 'Home', true)).toEqual({ row: 0, column: 0 });
    expect(from(2, 3, 'End', true)).toEqual({ row: 4, column: 7 });
    expect(from(2, 3, 'PageDown')).toEqual({ row: 4, column: 3 });
  });
  it('leaves other keys alone', () => {
    expect(from(2, 3, 'Enter')).toBeUndefined();
  });
});
