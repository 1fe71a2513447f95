import { FormatError } from './field.ts';
import type { Rows } from './rows.ts';

/** A part of a text that is to be read. */
export interface Part<Value> {
  /** For the error. */
  readonly name: string;
  /** Throws FormatError. */
  read(): Value;
}

const maxFaults = 3;
/** After so many the text is of another kind; to word an error takes longer than to read. */
const maxTries = 500;

/** Reads parts of more than a line, a limited number of them; one that cannot be read costs itself alone. */
export function readIsolated<Value>(parts: readonly Part<Value>[], limit = 5000): Rows<Value> {
  const rows: Value[] = [];
  const faults: string[] = [];
  for (const { name, read } of parts.slice(0, limit)) {
    if (faults.length === maxTries) break;
    try {
      rows.push(read());
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(`${JSON.stringify(name.slice(0, 60))}: ${error.message}`);
    }
  }
  const told = faults.slice(0, maxFaults);
  if (faults.length > maxFaults) told.push(`and ${faults.length - maxFaults} more that cannot be read`);
  if (parts.length > limit) told.push(`more than ${limit}: the others are not read`);
  return { rows, faults: told };
}
