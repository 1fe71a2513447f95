import { FormatError } from './field.ts';

/** Which system a host runs. */
export interface OsRelease {
  /** e.g. `Debian GNU/Linux`. */
  readonly name: string;
  /** e.g. `12`; absent for rolling releases. */
  readonly version?: string;
}

/** Reads /etc/os-release (os-release(5)). */
export function parseOsRelease(text: string): OsRelease {
  const name = readVariable(text, 'NAME');
  const version = readVariable(text, 'VERSION_ID');
  if (name === undefined) throw new FormatError('NAME', text.split('\n')[0], 'a line "NAME=…"');
  return { name, ...(version !== undefined && { version }) };
}

function readVariable(text: string, key: string): string | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key}=`));
  if (line === undefined) return undefined;
  const raw = line.slice(key.length + 1).trim();
  const quoted = /^(["'])(.*)\1$/.exec(raw)?.[2] ?? raw;
  const value = quoted.replace(/\\(["'$`\\])/g, '$1');
  if (!/^[^\p{Cc}\p{Cs}]{0,200}$/u.test(value))
    throw new FormatError(key, value, 'at most 200 printable characters');
  return value === '' ? undefined : value;
}
