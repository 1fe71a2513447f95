/** A cell: text, a number, or nothing. */
export type Cell = string | number | null;

/** What an export gives: rows of cells under named columns; a column of numbers has its unit in its name or beside it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}
