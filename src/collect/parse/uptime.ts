import { maxClockSeconds } from '../../model/snapshot.ts';
import { FormatError, readDecimal, splitFields } from './field.ts';

/** Reads /proc/uptime (proc_uptime(5)): seconds since boot. */
export function parseUptimeSeconds(text: string): number {
  const seconds = readDecimal(splitFields(text)[0], 'uptime');
  if (seconds > maxClockSeconds) throw new FormatError('uptime', String(seconds), 'at most a hundred years');
  return seconds;
}
