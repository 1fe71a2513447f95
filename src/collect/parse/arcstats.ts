import { readCount, splitFields } from './field.ts';

/**
 * Reads /proc/spl/kstat/zfs/arcstats of OpenZFS: how much of its cache (ARC) the kernel would give back, in bytes.
 * MemAvailable counts the ARC as used, and without this a ZFS host looks full.
 */
export function parseReclaimableArcBytes(text: string): number {
  const values = new Map(
    text.split('\n').map((line): [string, string | undefined] => {
      const [name = '', , value] = splitFields(line);
      return [name, value];
    }),
  );
  return Math.max(0, readCount(values.get('size'), 'size') - readCount(values.get('c_min'), 'c_min'));
}
