import { FormatError, readCount, readDecimal } from './field.ts';
import { readZfsAmount, readZfsDate } from './zfs-number.ts';
import type { Scan } from './zpool-status.ts';

type Words = Readonly<Record<string, string>>;

/** How a scan that is over is told, and what it says. Older spellings after newer ones. */
const ended: readonly (readonly [RegExp, (words: Words) => Scan])[] = [
  [
    /^(?:thorough )?scrub repaired (?<repaired>\S+)(?: in (?<duration>.+))? with (?<errors>\d+) errors on (?<end>.+)$/,
    (words) => ({
      ...finished('scrub', words),
      repairedBytes: readZfsAmount(words.repaired, 'scan repaired'),
    }),
  ],
  [
    /^resilvered (?!\()\S+ in (?<duration>.+) with (?<errors>\d+) errors on (?<end>.+)$/,
    (words) => finished('resilver', words),
  ],
  [
    /^resilvered \([^)]+\) \S+ in .+ with (?<errors>\d+) errors on (?<end>.+)$/,
    (words) => finished('rebuild', words),
  ],
  [/^scrubbed \d+ error blocks in (?<duration>.+) on (?<end>.+)$/, (words) => finished('error scrub', words)],
  [/^scrub canceled on (?<end>.+)$/, (words) => canceled('scrub', words)],
  [/^resilver canceled on (?<end>.+)$/, (words) => canceled('resilver', words)],
  [/^resilver \([^)]+\) canceled on (?<end>.+)$/, (words) => canceled('rebuild', words)],
  [/^error scrub canceled on (?<end>.+)$/, (words) => canceled('error scrub', words)],
  [
    /^scrub completed after (?<duration>\S+) with (?<errors>\d+) errors on (?<end>.+)$/,
    (words) => finished('scrub', words),
  ],
  [
    /^resilver completed after (?<duration>\S+) with (?<errors>\d+) errors on (?<end>.+)$/,
    (words) => finished('resilver', words),
  ],
  [/^scrub stopped after .+ on (?<end>.+)$/, (words) => canceled('scrub', words)],
  [/^resilver stopped after .+ on (?<end>.+)$/, (words) => canceled('resilver', words)],
];

const kinds: readonly (readonly [RegExp, Scan['kind']])[] = [
  [/^error scrub /, 'error scrub'],
  [/^scrub /, 'scrub'],
  [/^resilver \([^)]+\) /, 'rebuild'],
  [/^resilver /, 'resilver'],
];

/** They are shorter; what is read below takes time that grows with the square of a line. */
const maxLineLength = 1024;

/** Reads what follows `scan:` (`scrub:` in old versions) and its continued lines; undefined when there never was a scan. */
export function parseScanText([first = '', ...more]: readonly string[]): Scan | undefined {
  if (first === 'none requested') return undefined;
  const long = [first, ...more].find((line) => line.length > maxLineLength);
  if (long !== undefined) throw new FormatError('scan', long, `lines of at most ${maxLineLength} characters`);
  for (const [pattern, read] of ended) {
    const match = pattern.exec(first);
    if (match !== null) return read(match.groups ?? {});
  }
  const kind = kinds.find(([pattern]) => pattern.test(first))?.[1];
  if (kind === undefined) throw new FormatError('scan', first, 'a scrub or a resilver');
  return underWay(kind, first, more.join('\n'));
}

function underWay(kind: Scan['kind'], first: string, more: string): Scan {
  const [, state, since] = / (in progress|paused) since (.+)$/.exec(first) ?? [];
  // Old versions tell for how long, in minutes, and how much of it in the same line.
  const isOld = / in progress for \S+, \S+% done, .+$/.test(first);
  if (since === undefined && !isOld) throw new FormatError('scan', first, 'what became of it, and when');
  const isPaused = state === 'paused';
  const start = isPaused ? /scrub started on (.+)/.exec(more)?.[1] : since;
  const percent = /(?:^|[\s,])(\S+)% done/.exec(isOld ? first : more)?.[1];
  if (percent === undefined) throw new FormatError('scan', more, 'how much is done');
  const progress = readProgress(percent);
  return {
    kind,
    state: isPaused ? 'paused' : 'running',
    ...(start !== undefined && { startSeconds: readZfsDate(start, 'scan started') }),
    ...(progress !== undefined && { progressRatio: progress }),
  };
}

function finished(kind: Scan['kind'], { end, duration, errors }: Words): Scan {
  return {
    kind,
    state: 'finished',
    endSeconds: readZfsDate(end, 'scan ended'),
    ...(duration !== undefined && { durationSeconds: readDuration(duration) }),
    ...(errors !== undefined && { errorCount: readCount(errors, 'scan errors') }),
  };
}

function canceled(kind: Scan['kind'], { end }: Words): Scan {
  return { kind, state: 'canceled', endSeconds: readZfsDate(end, 'scan canceled') };
}

/** Of a scan that has just begun zpool divides by zero. */
function readProgress(percent: string): number | undefined {
  return /^-?(nan|inf)$/.test(percent) ? undefined : toRatio(readDecimal(percent, 'scan done'));
}

function toRatio(percent: number): number {
  return Math.min(1, Math.round(percent * 100) / 1e4);
}

/** `00:12:34` and `1 days 00:12:34` since 0.8, `0h12m` before. */
function readDuration(text: string): number {
  const [, days = '0', hours, minutes, seconds = '0'] =
    /^(?:(\d{1,6}) days? )?(\d\d):(\d\d):(\d\d)$/.exec(text) ?? /^()(\d{1,6})h(\d{1,2})m$/.exec(text) ?? [];
  if (hours === undefined) throw new FormatError('scan duration', text, 'one such as 00:12:34 or 0h12m');
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
