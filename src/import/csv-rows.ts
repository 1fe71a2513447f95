import Papa from 'papaparse';

/** A longer line is refused, and never held in memory. */
const maxLineLength = 65_536;

/** A row of a CSV file: its cells, trimmed; or why it has none. */
export interface CsvRow {
  /** 1-based. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault?: { readonly found: string; readonly expected: string };
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/**
 * The rows of a text that comes in pieces, in blocks, so that memory is bounded whatever stands in it. A row is a line: a quote that is never closed,
 * or a line that never ends, costs its own row and no other. Empty lines, and those that begin with #, are passed over.
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<readonly CsvRow[]> {
  let begun = '';
  let number = 0;
  let isTooLong = false;
  for await (const piece of text) {
    const ends = (begun + piece).split('\n');
    begun = ends.pop() ?? '';
    const lines: Line[] = [];
    const overlong: CsvRow[] = [];
    for (const end of ends) {
      number += 1;
      if (isTooLong || end.length > maxLineLength) overlong.push(overlongRow(number));
      else addLine(lines, number, end);
      isTooLong = false;
    }
    if (begun.length > maxLineLength) {
      isTooLong = true;
      begun = '';
    }
    const rows = rowsOf(lines, delimiter);
    if (rows.length + overlong.length > 0) yield [...rows, ...overlong];
  }
  const last: Line[] = [];
  addLine(last, number + 1, begun);
  if (isTooLong) yield [overlongRow(number + 1)];
  else if (last.length > 0) yield rowsOf(last, delimiter);
}

/** The cells of one line. */
export function cellsOf(line: string, delimiter: string): readonly string[] {
  return rowsOf([{ line: 1, text: line }], delimiter)[0]?.cells ?? [];
}

function addLine(lines: Line[], line: number, end: string): void {
  const text = end.endsWith('\r') ? end.slice(0, -1) : end;
  if (text.trim() !== '' && !text.startsWith('#')) lines.push({ line, text });
}

function rowsOf(lines: readonly Line[], delimiter: string): CsvRow[] {
  // All at once where that cannot go wrong: without a quote, a line is a row.
  if (lines.some(({ text }) => text.includes('"'))) return lines.map((line) => rowOf(line, delimiter));
  const { data } = parse(lines.map(({ text }) => text).join('\n'), delimiter);
  return lines.map(({ line }, index) => ({ line, cells: (data[index] ?? []).map((cell) => cell.trim()) }));
}

function rowOf({ line, text }: Line, delimiter: string): CsvRow {
  const { data, errors } = parse(text, delimiter);
  const [error] = errors;
  if (error === undefined) return { line, cells: (data[0] ?? []).map((cell) => cell.trim()) };
  const found = JSON.stringify(text.slice(0, 60));
  return { line, cells: [], fault: { found, expected: `quotes in pairs (${error.message})` } };
}

function parse(text: string, delimiter: string): Papa.ParseResult<string[]> {
  return Papa.parse<string[]>(text, { delimiter, newline: '\n' });
}

function overlongRow(line: number): CsvRow {
  const fault = { found: 'a longer one', expected: `a line of at most ${maxLineLength} characters` };
  return { line, cells: [], fault };
}
