/** One tab stop for a whole grid: arrow keys move the focus among cells. Knows positions, not what the cells are. */
import { useState, type KeyboardEvent } from 'react';

export interface Position {
  readonly row: number;
  readonly column: number;
}

/** Where `key` leads from `at` in a grid of `rows` × `columns`; `undefined` for keys that do not move. */
export function positionByKey(at: Position, key: string, whole: boolean, rows: number, columns: number): Position | undefined {
  const within = (row: number, column: number): Position => ({ row: Math.min(rows - 1, Math.max(0, row)), column: Math.min(columns - 1, Math.max(0, column)) });
  switch (key) {
    case 'ArrowUp':
      return within(at.row - 1, at.column);
    case 'ArrowDown':
      return within(at.row + 1, at.column);
    case 'ArrowLeft':
      return within(at.row, at.column - 1);
    case 'ArrowRight':
      return within(at.row, at.column + 1);
    case 'Home':
      return within(whole ? 0 : at.row, 0);
    case 'End':
      return within(whole ? rows - 1 : at.row, columns - 1);
    case 'PageUp':
      return within(0, at.column);
    case 'PageDown':
      return within(rows - 1, at.column);
    default:
      return undefined;
  }
}

/** Cells carry data-row and data-column; `tabIndexOf` says which of them Tab reaches. */
export function useRoving(rows: number, columns: number) {
  const [wanted, setWanted] = useState<Position>({ row: 0, column: 0 });
  const at = { row: Math.min(wanted.row, rows - 1), column: Math.min(wanted.column, columns - 1) };
  return {
    tabIndexOf: (row: number, column: number) => (row === at.row && column === at.column ? 0 : -1),
    onFocusCell: (row: number, column: number) => setWanted({ row, column }),
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'gridcell') return;
      const next = positionByKey(at, event.key, event.ctrlKey || event.metaKey, rows, columns);
      if (!next || event.altKey) return;
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>(`[data-row="${next.row}"][data-column="${next.column}"]`)?.focus();
    },
  };
}
