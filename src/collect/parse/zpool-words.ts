import { FormatError } from './field.ts';

// The words that zpool prints, in text and in JSON.

/** Whether a pool works, by its own account. ONLINE says that it can be opened, not that its data are sound. */
export const poolStates = ['ONLINE', 'DEGRADED', 'FAULTED', 'OFFLINE', 'REMOVED', 'UNAVAIL', 'SUSPENDED'];

/** The same of a device; AVAIL and INUSE of a spare. */
export const vdevStates = [...poolStates.slice(0, 6), 'SPLIT', 'UNKNOWN', 'AVAIL', 'INUSE'];

/** One of several words. */
export function readWord(text: string | undefined, words: readonly string[], field: string): string {
  if (text === undefined || !words.includes(text)) throw new FormatError(field, text, words.join(', '));
  return text;
}

/** A name that ZFS allows to a pool. */
export function readPoolName(text: string | undefined, field: string): string {
  if (text === undefined || !/^[A-Za-z][\w.: -]{0,254}$/.test(text))
    throw new FormatError(field, text, 'the name of a pool');
  return text;
}

/** The name of a device or a group: anything that can be printed. */
export function readVdevName(text: string | undefined, field: string): string {
  if (text === undefined || !/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(text))
    throw new FormatError(field, text, 'the name of a device');
  return text;
}

/** Sentences of zpool as one line; undefined when there are none. */
export function oneLine(text: string): string | undefined {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ').trim();
  if (line === '') return undefined;
  return line.length <= 400 ? line : `${line.slice(0, 399)}…`;
}
