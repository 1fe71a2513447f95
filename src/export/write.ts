import Papa from 'papaparse';
import type { Cell, Table } from './table.ts';

/** Rows are put into text so many at once. */
const rowsAtOnce = 1000;

/** What a spreadsheet would run as a formula, also behind blanks or a quote: OWASP's list, and the wide forms of its signs. */
const formula = /^[\s'"\u00a0\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** A table as CSV (RFC 4180, comma, UTF-8), in pieces. Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers. */
export function* csvOf({ columns, rows }: Table): Generator<string> {
  yield linesOf([columns]);
  for (const some of chunksOf(rows)) yield linesOf(some);
}

/** A table as a JSON array of objects, one a line, in pieces; a cell without a value is null. */
export function* jsonOf({ columns, rows }: Table): Generator<string> {
  let start = '[';
  for (const some of chunksOf(rows)) {
    const objects = some.map((row) =>
      JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
    );
    yield `${start}\n${objects.join(',\n')}`;
    start = ',';
  }
  yield start === '[' ? '[]\n' : '\n]\n';
}

function linesOf(rows: readonly (readonly Cell[])[]): string {
  const safe = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? neutral(cell) : cell)));
  return `${Papa.unparse(safe, { newline: '\r\n' })}\r\n`;
}

function neutral(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

function* chunksOf(rows: Table['rows']): Generator<readonly (readonly Cell[])[]> {
  let some: (readonly Cell[])[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < rowsAtOnce) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
