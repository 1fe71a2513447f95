import { readDecimal, splitFields } from './field.ts';

/** Reads /proc/uptime (proc_uptime(5)): seconds since boot. */
export function parseUptimeSeconds(text: string): number {
  return readDecimal(splitFields(text)[0], 'uptime');
}
