import { cellsOf } from './csv-rows.ts';

/** The delimiters that we look for, the most particular first. */
const delimiters = ['\t', ';', '|', ','] as const;

/** What delimiters are called in summaries. */
export const delimiterNames: Readonly<Record<string, string>> = {
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'vertical bar',
  ',': 'comma',
};

/** A column that a file may have. */
export interface ColumnName {
  readonly name: string;
  /** What else it is called, without accents, in lower case, words joined by `_`. */
  readonly synonyms: readonly string[];
  readonly isRequired: boolean;
}

/** How a CSV file is written. */
export interface Dialect {
  readonly delimiter: string;
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  /** By the name of a column: its place in a row, from 0. */
  readonly columns: ReadonlyMap<string, number>;
  /** Columns of the file that we know nothing of. */
  readonly ignored: readonly string[];
}

/**
 * How a file is written, from its first lines; undefined when no delimiter makes a header, or rows that `isRow` says are some, of them.
 * Without a header, columns come in the order in which they are given.
 */
export function detectDialect(
  lines: readonly string[],
  names: readonly ColumnName[],
  isRow: (cells: readonly string[]) => boolean,
): Dialect | undefined {
  const kept = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const headers = delimiters.flatMap((delimiter) => withHeader(kept[0] ?? '', delimiter, names) ?? []);
  const [first] = headers;
  if (first !== undefined) return first;
  const counts = delimiters.map((delimiter) => ({
    delimiter,
    count: kept.filter((line) => isRow(cellsOf(line, delimiter))).length,
  }));
  const [most] = counts.toSorted((a, b) => b.count - a.count);
  if (most === undefined || most.count * 2 <= kept.length || kept.length === 0) return undefined;
  if (!isRow(cellsOf(kept[0] ?? '', most.delimiter))) return undefined;
  const columns = new Map(names.map(({ name }, index) => [name, index]));
  return { delimiter: most.delimiter, hasHeader: false, columns, ignored: [] };
}

/** A header as columns are looked up: without accents, in lower case, words joined by `_`. */
export function plainHeader(header: string): string {
  return header
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}

function withHeader(line: string, delimiter: string, names: readonly ColumnName[]): Dialect | undefined {
  const columns = new Map<string, number>();
  const ignored: string[] = [];
  cellsOf(line, delimiter).forEach((cell, index) => {
    const plain = plainHeader(cell);
    const column = names.find(({ name, synonyms }) => name === plain || synonyms.includes(plain));
    if (column === undefined || columns.has(column.name)) ignored.push(cell);
    else columns.set(column.name, index);
  });
  const isWhole = names.every(({ name, isRequired }) => !isRequired || columns.has(name));
  return isWhole ? { delimiter, hasHeader: true, columns, ignored } : undefined;
}
