import {
  parseBorgArchives,
  parsePbsSnapshots,
  parseResticSnapshots,
} from '../../src/collect/parse/repositories.ts';
import type { Format } from './formats.ts';

/** What backup tools print. */
export const backupFormats: readonly Format[] = [
  {
    name: 'restic snapshots',
    file: /restic[^/]*snapshots?[^/]*\.json$/,
    parse: parseResticSnapshots,
    twinText: { file: (path) => path.replace(/\.json$/, '.txt'), read: readResticTable },
  },
  { name: 'borg archives', file: /borg[^/]*-(list|info)[^/]*\.json$/, parse: parseBorgArchives },
  {
    name: 'pbs snapshots',
    file: /(pbs|proxmox-backup)[^/]*snapshots?[^/]*\.json$/,
    parse: parsePbsSnapshots,
  },
];

/** What `restic snapshots` prints for people, run with TZ=UTC: columns as wide as their titles say, more tags and paths on further lines. */
function readResticTable(text: string): unknown {
  const lines = text.split('\n');
  const title = lines.findIndex((line) => /^ID +Time +Host/.test(line));
  const head = lines[title] ?? '';
  const starts = ['ID', 'Time', 'Host', 'Tags', 'Paths'].map((column) => head.indexOf(column));
  const rows = lines.slice(
    title + 2,
    lines.findLastIndex((line) => /^-+$/.test(line)),
  );
  const snapshots: { seconds: number; host: string; tags: string[]; paths: string[] }[] = [];
  for (const row of rows) {
    const [id, time, host = '', tag = '', path = ''] = starts.map((start, index) =>
      row.slice(start, starts[index + 1]).trim(),
    );
    if (id !== '') snapshots.push({ seconds: Date.parse(`${time}Z`) / 1000, host, tags: [], paths: [] });
    const last = snapshots.at(-1);
    if (tag !== '') last?.tags.push(tag.replace(/,$/, ''));
    if (path !== '') last?.paths.push(path);
  }
  return snapshots.map(({ seconds, host, tags, paths }) => ({
    seconds,
    names: [host, ...tags, ...paths.flatMap((path) => path.split('/'))],
  }));
}
