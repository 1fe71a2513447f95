import { FormatError, readDecimal, splitFields } from './field.ts';

/** Shares of the last five minutes, 0 to 1. */
export interface Pressure {
  /** At least one task waited for the resource. */
  readonly someRatio: number;
  /** All tasks waited at once; absent for CPU on kernels that do not say. */
  readonly fullRatio?: number;
}

/** Reads /proc/pressure/{cpu,memory,io} of Linux 4.20 and later (https://docs.kernel.org/accounting/psi.html). */
export function parsePressure(text: string): Pressure {
  const some = averageOf(text, 'some');
  const full = averageOf(text, 'full');
  if (some === undefined)
    throw new FormatError('some', text.split('\n')[0], 'a line "some avg10=… avg60=… avg300=… total=…"');
  return { someRatio: some, ...(full !== undefined && { fullRatio: full }) };
}

function averageOf(text: string, kind: 'some' | 'full'): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${kind} `));
  if (line === undefined) return undefined;
  const field = splitFields(line).find((candidate) => candidate.startsWith('avg300='));
  const percent = readDecimal(field?.slice('avg300='.length), `${kind} avg300`);
  if (percent > 100) throw new FormatError(`${kind} avg300`, field, 'a percentage');
  // Two decimals in the file, four in a ratio; dividing alone would give 0.0034999999999999996.
  return Math.round(percent * 100) / 10_000;
}
