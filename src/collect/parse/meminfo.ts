import { readCount, splitFields } from './field.ts';

/** What /proc/meminfo says of memory and swap. */
export interface Meminfo {
  readonly totalBytes: number;
  /** What programs could still get without swapping. */
  readonly availableBytes: number;
  readonly swapTotalBytes: number;
  readonly swapFreeBytes: number;
}

/**
 * Reads /proc/meminfo (proc_meminfo(5)).
 * Before Linux 3.14 there is no MemAvailable: it is then estimated as MemFree + Buffers + Cached − Shmem, somewhat too high.
 */
export function parseMeminfo(text: string): Meminfo {
  const fields = new Map(
    text.split('\n').map((line): [string, string | undefined] => {
      const [name = '', value] = splitFields(line);
      return [name, value];
    }),
  );
  // Always 1024, though the file says kB.
  const bytesOf = (name: string): number => readCount(fields.get(`${name}:`), name) * 1024;
  const availableBytes = fields.has('MemAvailable:')
    ? bytesOf('MemAvailable')
    : Math.max(
        0,
        bytesOf('MemFree') +
          bytesOf('Buffers') +
          bytesOf('Cached') -
          (fields.has('Shmem:') ? bytesOf('Shmem') : 0),
      );
  return {
    totalBytes: bytesOf('MemTotal'),
    availableBytes,
    swapTotalBytes: bytesOf('SwapTotal'),
    swapFreeBytes: bytesOf('SwapFree'),
  };
}
