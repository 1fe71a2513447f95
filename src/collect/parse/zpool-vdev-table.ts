import { FormatError } from './field.ts';
import { readOptionalAmount, readZfsAmount } from './zfs-number.ts';
import type { ErrorCounts, Vdev, VdevKind } from './zpool-status.ts';
import { oneLine, readVdevName, readWord, vdevStates } from './zpool-words.ts';

/** Headings of the table, and what is below them. */
const sections: Readonly<Record<string, VdevKind>> = {
  logs: 'log',
  cache: 'cache',
  spares: 'spare',
  special: 'special',
  dedup: 'dedup',
};

const maxRows = 5000;

interface Row {
  readonly level: number;
  readonly name: string;
  /** What follows the name. */
  readonly rest: string;
}

/** Reads the table of `zpool status`: each level is indented by two blanks more than the one above it. */
export function parseVdevTable(
  lines: readonly string[],
  pool: string,
): { root: ErrorCounts; vdevs: readonly Vdev[] } {
  const [, indent, more = ''] =
    /^(\t| +)NAME +STATE +READ +WRITE +CKSUM((?: +[A-Z]+)*)\s*$/.exec(lines[0] ?? '') ?? [];
  if (indent === undefined)
    throw new FormatError('config', lines[0], 'the columns NAME STATE READ WRITE CKSUM');
  if (lines.length > maxRows) throw new FormatError('config', `${lines.length} rows`, `at most ${maxRows}`);
  const columns = more.trim() === '' ? [] : more.trim().split(/ +/);
  const [first, ...rows] = lines.slice(1).map((line) => readRow(line, indent));
  if (first === undefined || first.name !== pool || first.level !== 0)
    throw new FormatError('config', first?.name, `the pool ${pool} in the first row`);
  const { health: _, ...root } = readCounters(first, columns);

  const vdevs: Vdev[] = [];
  let kind: VdevKind = 'data';
  let parents = [pool];
  for (const [index, row] of rows.entries()) {
    const section = row.level === 0 && row.rest === '' ? sections[row.name] : undefined;
    if (section !== undefined) {
      kind = section;
      parents = [`${pool}/${row.name}`];
      continue;
    }
    if (row.level < 1 || row.level > parents.length)
      throw new FormatError('config', row.name, `a device at most ${parents.length} levels below the pool`);
    const path = `${parents[row.level - 1]}/${row.name}`;
    parents = [...parents.slice(0, row.level), path];
    const isGroup = (rows[index + 1]?.level ?? 0) > row.level;
    vdevs.push(readVdev(row, { path, kind, isGroup, columns }));
  }
  return { root: countsOf(root), vdevs };
}

/** A path and what is said of it are shorter. */
const maxLineLength = 4096;

function readRow(line: string, indent: string): Row {
  if (line.length > maxLineLength)
    throw new FormatError('config', line, `a line of at most ${maxLineLength} characters`);
  const indented = line.slice(indent.length).trimEnd();
  const blanks = indented.search(/[^ ]|$/);
  const words = indented.slice(blanks);
  if (!line.startsWith(indent) || blanks % 2 !== 0)
    throw new FormatError('config', line, 'a device, indented by two blanks a level');
  // A name may have a blank in it, but not two.
  const end = `${words}  `.indexOf('  ');
  return {
    level: blanks / 2,
    name: readVdevName(words.slice(0, end), 'device'),
    rest: words.slice(end).trimStart(),
  };
}

interface Place {
  readonly path: string;
  readonly kind: VdevKind;
  readonly isGroup: boolean;
  /** After READ, WRITE and CKSUM. */
  readonly columns: readonly string[];
}

function readVdev(row: Row, { path, kind, isGroup, columns }: Place): Vdev {
  if (kind === 'spare') {
    const [, state, more = ''] = /^(\S+)(?: +(.*))?$/s.exec(row.rest) ?? [];
    const note = noteOf(more);
    const health = readWord(state, vdevStates, `${path} state`);
    return { path, kind, health, ...(note !== undefined && health !== 'INUSE' && { note }) };
  }
  const { health, slowCount, note, ...counts } = readCounters(row, columns);
  return {
    path,
    kind,
    health,
    ...countsOf(counts),
    // With -p the number of a group is that of nothing (openzfs prints it all the same).
    ...(slowCount !== undefined && !isGroup && { slowCount }),
    ...(note !== undefined && { note }),
  };
}

interface Counters extends ErrorCounts {
  readonly health: string;
  readonly slowCount: number | undefined;
  readonly note: string | undefined;
}

function readCounters({ name, rest }: Row, columns: readonly string[]): Counters {
  const [, state, counters = '', more = ''] =
    new RegExp(`^(\\S+)((?: +\\S+){${3 + columns.length}})(?: +(.*))?$`, 's').exec(rest) ?? [];
  const health = readWord(state, vdevStates, `${name} state`);
  const [read, write, checksum, ...others] = counters.trim().split(/ +/);
  const slow = columns.indexOf('SLOW');
  return {
    health,
    readErrorCount: readZfsAmount(read, `${name} READ`),
    writeErrorCount: readZfsAmount(write, `${name} WRITE`),
    checksumErrorCount: readZfsAmount(checksum, `${name} CKSUM`),
    slowCount: slow === -1 ? undefined : readOptionalAmount(others[slow], `${name} SLOW`),
    note: noteOf(more),
  };
}

function countsOf({ readErrorCount, writeErrorCount, checksumErrorCount }: ErrorCounts): ErrorCounts {
  return { readErrorCount, writeErrorCount, checksumErrorCount };
}

/** What is said of a device, without what it is doing at the moment: `(resilvering)`, `33.3M resilvered`. */
function noteOf(text: string): string | undefined {
  return oneLine(text.replaceAll(/\((?![sS]\))[^()]*\)|(?<![^\s)])\S+ (resilvered|repaired)$/g, ''));
}
