import { FormatError, readCount } from './field.ts';

/** Reads /proc/vmstat: how many processes the kernel killed for want of memory since boot; undefined before Linux 4.13, which does not say. */
export function parseOomKillCount(text: string): number | undefined {
  const lines = text.split('\n');
  const line = lines.find((candidate) => candidate.startsWith('oom_kill '));
  if (line !== undefined) return readCount(line.slice('oom_kill '.length).trim(), 'oom_kill');
  if (!lines.some((candidate) => /^nr_free_pages \d+$/.test(candidate))) {
    throw new FormatError('nr_free_pages', lines[0], 'the lines of /proc/vmstat');
  }
  return undefined;
}
