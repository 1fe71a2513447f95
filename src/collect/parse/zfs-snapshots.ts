import { FormatError } from './field.ts';
import { readZfsSeconds } from './zfs-number.ts';

/** The ZFS snapshots of a dataset. */
export interface DatasetSnapshots {
  /** When each was made, in seconds since 1970, in the order of the text. */
  readonly createdSeconds: readonly number[];
  /** The name of the newest, without that of the dataset. */
  readonly newest: string;
}

/**
 * Reads what `zfs list -Hp -t snapshot -o name,creation` prints: snapshots by dataset. One line that is of another kind makes all of it
 * unreadable: counts that are too small would be worse than none. What has no `@` is no snapshot, and is skipped.
 */
export function parseSnapshots(text: string): Map<string, DatasetSnapshots> {
  const byDataset = new Map<string, { createdSeconds: number[]; newest: string; newestSeconds: number }>();
  let start = 0;
  for (let line = 1; start < text.length; line += 1) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const content = text.slice(start, end);
    start = end + 1;
    if (content === '') continue;
    const [name = '', creation, more] = content.split('\t', 3);
    const at = name.indexOf('@');
    const isName = /^[A-Za-z][\w.: %/-]{0,254}(@[\w.: %-]{1,255})?$/.test(name);
    if (!isName || more !== undefined)
      throw new FormatError(`line ${line}`, content, 'the name of a snapshot and when it was made');
    const seconds = readZfsSeconds(creation, `line ${line} creation`);
    if (at === -1) continue;
    const dataset = name.slice(0, at);
    const known = byDataset.get(dataset);
    if (known === undefined) {
      byDataset.set(dataset, {
        createdSeconds: [seconds],
        newest: name.slice(at + 1),
        newestSeconds: seconds,
      });
      continue;
    }
    known.createdSeconds.push(seconds);
    if (seconds >= known.newestSeconds) {
      known.newest = name.slice(at + 1);
      known.newestSeconds = seconds;
    }
  }
  return byDataset;
}
