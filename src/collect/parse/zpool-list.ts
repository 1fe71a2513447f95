import { FormatError, readDecimal } from './field.ts';
import { type Rows, readRows } from './rows.ts';
import { readOptionalAmount } from './zfs-number.ts';
import { poolStates, readPoolName, readWord } from './zpool-words.ts';

/** One line of `zpool list`. Raw space: that of a RAID-Z includes its parity. What is absent zpool does not know. */
export interface PoolSpace {
  readonly name: string;
  readonly sizeBytes?: number;
  readonly allocatedBytes?: number;
  readonly freeBytes?: number;
  /** What the checkpoint holds; absent without one. */
  readonly checkpointBytes?: number;
  /** What larger devices would add; absent when nothing. */
  readonly expandableBytes?: number;
  /** How far free space is in pieces. */
  readonly fragmentationRatio?: number;
  readonly dedupRatio?: number;
  /** One of `poolStates`. */
  readonly health: string;
}

/** The columns that each version prints when it is asked for none, by their number: OpenZFS since 0.8, since 0.6.4, zfs-fuse. */
const layouts = new Map(
  [
    'name size alloc free ckpoint expandsz frag cap dedup health altroot',
    'name size alloc free expandsz frag cap dedup health altroot',
    'name size alloc free cap dedup health altroot',
  ].map((columns) => [columns.split(' ').length, columns.split(' ')]),
);

/** Reads what `zpool list -Hp` prints, or `zpool list -H` where there is no `-p`. */
export function parseZpoolList(text: string): Rows<PoolSpace> {
  return readRows(text, (line) => {
    const fields = line.split('\t');
    const layout = layouts.get(fields.length);
    if (layout === undefined)
      throw new FormatError('columns', `${fields.length}`, `${[...layouts.keys()].join(' or ')}, with tabs`);
    const field = (column: string): string | undefined => fields[layout.indexOf(column)];
    const amount = (column: string): number | undefined =>
      layout.includes(column) ? readOptionalAmount(field(column), column) : undefined;
    const space = {
      sizeBytes: amount('size'),
      allocatedBytes: amount('alloc'),
      freeBytes: amount('free'),
      checkpointBytes: amount('ckpoint'),
      expandableBytes: amount('expandsz'),
      fragmentationRatio: layout.includes('frag') ? readPercent(field('frag')) : undefined,
      dedupRatio: readDedup(field('dedup')),
    };
    return {
      name: readPoolName(field('name'), 'name'),
      ...Object.fromEntries(Object.entries(space).filter(([, value]) => value !== undefined)),
      health: readWord(field('health'), poolStates, 'health'),
    };
  });
}

function readPercent(text: string | undefined): number | undefined {
  return text === '-' ? undefined : readDecimal(text?.replace(/%$/, ''), 'frag') / 100;
}

function readDedup(text: string | undefined): number | undefined {
  return text === '-' ? undefined : readDecimal(text?.replace(/x$/, ''), 'dedup');
}
