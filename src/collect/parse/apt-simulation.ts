import { FormatError } from './field.ts';

/** What an upgrade would install. */
export interface PendingUpdates {
  readonly count: number;
  /** Those that come from a security archive. */
  readonly securityCount: number;
}

/**
 * Reads what `apt-get --simulate dist-upgrade` says that it would do: a line `Inst NAME [OLD] (NEW ORIGIN…)` a package, whose origin names
 * the archive (`Debian-Security:12/oldstable-security`, `Ubuntu:24.04/noble-security`).
 */
export function parseAptSimulation(text: string): PendingUpdates {
  // Its summary, when it came so far; the second as apt 3 words it, where it is told to.
  if (!/^(\d+ upgraded, \d+ newly installed, |[ \t]*Upgrading: \d+, Installing: \d+, )/m.test(text))
    throw new FormatError(
      'summary',
      text.trim().split('\n').at(-1),
      'a line "N upgraded, N newly installed, …"',
    );
  const lines = text.split('\n').filter((line) => line.startsWith('Inst '));
  return {
    count: lines.length,
    securityCount: lines.filter((line) => /\([^()]*security/i.test(line)).length,
  };
}
