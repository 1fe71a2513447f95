import { FormatError, readCount } from './field.ts';
import { readIsolated } from './isolated.ts';
import type { Rows } from './rows.ts';
import { parseScanText } from './zpool-scan-text.ts';
import type { PoolStatus } from './zpool-status.ts';
import { parseVdevTable } from './zpool-vdev-table.ts';
import { oneLine, poolStates, readPoolName, readWord } from './zpool-words.ts';

/** What a pool's lines say, by the word before the colon; a word may come again. Continued lines are kept as they are. */
type Paragraphs = ReadonlyMap<string, readonly (readonly string[])[]>;

// All that any version prints, in no order. `scrub` is `scan` before 0.6 and in zfs-fuse, and tells of an error scrub since 2.2.
const words = new Set(
  [
    'pool state status action see comment scan scrub remove expand checkpoint config errors dedup'.split(' '),
    'scan warning',
  ].flat(),
);

const nothingToTell = /^(no pools available|all pools are healthy|pool '.*' is healthy)$/;

/** More than a pool of thousands of disks has. */
const maxLines = 10_000;

/** Reads the text of `zpool status`, of OpenZFS and its forerunners; exact with `-p`, with errors that are slow with `-s`. */
export function parseZpoolStatusText(text: string): Rows<PoolStatus> {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (/^ {0,3}pool: /.test(line) ? [index] : []));
  const before = lines.slice(0, starts[0]).find((line) => line.trim() !== '' && !nothingToTell.test(line));
  if (before !== undefined) throw new FormatError('first line', before, '  pool: and its name');
  if (lines.every((line) => line.trim() === ''))
    throw new FormatError('first line', undefined, '  pool: and its name');
  return readIsolated(
    starts.map((start, index) => ({
      name: (lines[start] ?? '').trim(),
      read: () => readPool(lines.slice(start, starts[index + 1])),
    })),
  );
}

function readPool(lines: readonly string[]): PoolStatus {
  if (lines.length > maxLines) throw new FormatError('pool', `${lines.length} lines`, `at most ${maxLines}`);
  const paragraphs = paragraphsOf(lines);
  const name = readPoolName(only(paragraphs, 'pool'), 'pool');
  const health = readWord(only(paragraphs, 'state'), poolStates, 'state');
  const config = paragraphs.get('config')?.[0];
  if (config === undefined) throw new FormatError('config', undefined, 'a table of devices');
  const table = config[0] === '' ? parseVdevTable(config.slice(1), name) : undefined;
  const errors = only(paragraphs, 'errors');
  // A pool that cannot be opened has no list of errors; where another lacks it, the output was cut.
  if (errors === undefined && table !== undefined && ['ONLINE', 'DEGRADED'].includes(health))
    throw new FormatError('errors', undefined, 'whether there are data errors');
  const dataErrorCount = errors === undefined ? undefined : readDataErrors(errors);
  const message = oneLine((paragraphs.get('status') ?? []).flat().join(' '));
  return {
    name,
    health,
    ...(message !== undefined && { message }),
    scans: [...(paragraphs.get('scan') ?? []), ...(paragraphs.get('scrub') ?? [])].flatMap(
      (scan) => parseScanText(scan) ?? [],
    ),
    ...(table !== undefined && { root: table.root }),
    vdevs: table?.vdevs ?? [],
    ...(dataErrorCount !== undefined && { dataErrorCount }),
  };
}

function paragraphsOf(lines: readonly string[]): Paragraphs {
  const paragraphs = new Map<string, string[][]>();
  let paragraph: string[] | undefined;
  for (const line of lines) {
    const [, word, content] = /^ {0,4}([a-z][a-z ]{0,20}):(?: (.*)|)$/.exec(line) ?? [];
    if (word !== undefined) {
      if (!words.has(word)) throw new FormatError('line', line, [...words].join(', '));
      paragraph = [content?.trimEnd() ?? ''];
      const known = paragraphs.get(word);
      if (known === undefined) paragraphs.set(word, [paragraph]);
      else known.push(paragraph);
    } else if (line.trim() !== '') {
      // Continued lines begin with a tab; before 0.8 those of a scan with four blanks.
      if (paragraph === undefined || !/^(\t| {4})/.test(line))
        throw new FormatError('line', line, 'a word and a colon, or a tab');
      paragraph.push(line);
    }
  }
  return paragraphs;
}

/** The first line of a paragraph that comes once, if at all. */
function only(paragraphs: Paragraphs, word: string): string | undefined {
  const found = paragraphs.get(word) ?? [];
  if (found.length > 1) throw new FormatError(word, found[1]?.[0], 'it once');
  return found[0]?.[0];
}

/** How many data errors there are; undefined when the text does not tell. */
function readDataErrors(text: string): number | undefined {
  if (text === 'No known data errors') return 0;
  // The list says which files are lost, not how many blocks of them; it takes `-v`, which we do not ask for.
  if (
    /^(Permanent errors have been detected in the following files:|List of errors unavailable\b.*)$/.test(
      text,
    )
  )
    return undefined;
  const [, count] = /^(\d+) data errors?, use '-v' for a list$/.exec(text) ?? [];
  if (count === undefined) throw new FormatError('errors', text, 'No known data errors, or how many');
  return readCount(count, 'errors');
}
