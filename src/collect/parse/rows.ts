import { FormatError } from './field.ts';

/** What a text of one row a line gives: a line that cannot be read costs itself alone. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** One sentence per line that could not be read; past three, how many more there were. */
  readonly faults: readonly string[];
}

const maxLineLength = 8192;
const maxFaults = 3;
/** More disks, interfaces or file systems than any host has; what a hostile one may cost us. */
const maxRows = 5000;
/** After so many bad lines the text is of another kind: to word an error takes longer than to read. */
const maxBadLines = 10_000;

/** Reads each line that is not blank; `readRow` gives undefined for one that is to be skipped, and throws FormatError for a bad one. */
export function readRows<Row>(text: string, readRow: (line: string) => Row | undefined): Rows<Row> {
  const rows: Row[] = [];
  const faults: string[] = [];
  let faultCount = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (rows.length === maxRows) {
      faults.push(`more than ${maxRows} rows: the others are not read`);
      break;
    }
    try {
      if (line.length > maxLineLength)
        throw new FormatError('line', line, `at most ${maxLineLength} characters`);
      const row = readRow(line);
      if (row !== undefined) rows.push(row);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faultCount += 1;
      if (faultCount > maxBadLines) break;
      if (faultCount <= maxFaults) faults.push(`line ${index + 1}: ${error.message}`);
    }
  }
  if (faultCount > maxFaults) faults.push(`and ${faultCount - maxFaults} more lines that cannot be read`);
  return { rows, faults };
}
