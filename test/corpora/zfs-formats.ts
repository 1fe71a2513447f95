import { parseObjsets } from '../../src/collect/parse/objset-kstat.ts';
import type { Rows } from '../../src/collect/parse/rows.ts';
import { parseDatasets } from '../../src/collect/parse/zfs-datasets.ts';
import { parseZpoolList } from '../../src/collect/parse/zpool-list.ts';
import { type PoolStatus, parseZpoolStatus, type Vdev } from '../../src/collect/parse/zpool-status.ts';
import type { Format } from './formats.ts';

/** What zpool, zfs and the kernel print of ZFS. */
export const zfsFormats: readonly Format[] = [
  {
    name: 'zpool status',
    file: /^\d\d-[\w-]+(\.status(-\w+)?)?\.txt$|(^|_)zpool[_-]status[\w.-]*\.txt$|^test_status\.py\.\d+\.txt$|\.zpool-status\.txt$/,
    parse: (text) => comparable(parseZpoolStatus(firstAnswer(text))),
    // The same state, asked again in JSON a moment later.
    twinText: {
      // Of others it is the file itself.
      file: (path) =>
        path.replace(/\.status-vp\.txt$/, '.status-int.json').replace(/\.status\.txt$/, '.status.json'),
      read: (text) => comparable(parseZpoolStatus(firstAnswer(text))),
    },
  },
  {
    name: 'zpool status -j',
    file: /\.status(-\w+)?\.json$|^\d\d-nopools\.json$|zpool[_-]status[\w-]*\.json$/,
    parse: parseZpoolStatus,
  },
  {
    name: 'zpool list',
    file: /^\d\d-[\w-]+\.list\.tsv$|(^|_)zpool-list[\w-]*\.(txt|tsv)$/,
    parse: parseZpoolList,
  },
  { name: 'zfs list', file: /^zfs-list[\w-]*\.tsv$/, parse: parseDatasets },
  { name: 'objset kstat', file: /(^|__)objset-\w+$/, parse: parseObjsets },
];

/** What the first command of a transcript printed; the whole text when it is none. */
function firstAnswer(text: string): string {
  const [, answer] = /^\$ zpool status.*\n([\s\S]*?)(?=^\$ |$(?![\s\S]))/m.exec(text) ?? [];
  return text.startsWith('$ ') && answer !== undefined ? answer : text;
}

/** Without what the text does not tell (-s), and what moves from one question to the next: how many errors there are, not whether. */
function comparable({ rows, faults }: Rows<PoolStatus>): unknown {
  const some = (count: number | undefined): string => (count === 0 ? 'none' : 'some');
  const vdev = ({ slowCount: _, ...own }: Vdev): unknown => ({
    ...own,
    readErrorCount: some(own.readErrorCount),
    writeErrorCount: some(own.writeErrorCount),
    checksumErrorCount: some(own.checksumErrorCount),
  });
  return {
    faults,
    rows: rows.map((pool) => ({
      ...pool,
      dataErrorCount: some(pool.dataErrorCount),
      scans: pool.scans.map(({ progressRatio, ...scan }) => scan),
      vdevs: pool.vdevs.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(vdev),
    })),
  };
}
