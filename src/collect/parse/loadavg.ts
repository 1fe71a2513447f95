import { readDecimal, splitFields } from './field.ts';

/** Tasks that ran or waited (for a CPU or a disk), averaged over 1, 5 and 15 minutes. */
export interface LoadAverage {
  readonly load1: number;
  readonly load5: number;
  readonly load15: number;
}

/** Reads /proc/loadavg (proc_loadavg(5)). */
export function parseLoadavg(text: string): LoadAverage {
  const [load1, load5, load15] = splitFields(text);
  return {
    load1: readDecimal(load1, 'load1'),
    load5: readDecimal(load5, 'load5'),
    load15: readDecimal(load15, 'load15'),
  };
}
