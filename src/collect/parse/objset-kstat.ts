import { FormatError, readCount } from './field.ts';
import { readIsolated } from './isolated.ts';
import type { Rows } from './rows.ts';

/** What was read and written in a dataset since it was mounted. */
export interface DatasetTraffic {
  readonly name: string;
  /** When the kernel began to count, in nanoseconds since boot: another number after each mount. */
  readonly since: string;
  /** The kernel's clock when it was read, in seconds since boot. */
  readonly clockSeconds: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly readCount: number;
  readonly writeCount: number;
}

/** Reads files /proc/spl/kstat/zfs/POOL/objset-* (OpenZFS since 0.8), one after another. */
export function parseObjsets(text: string): Rows<DatasetTraffic> {
  // A file begins with the numbers of its kstat.
  const files = text.split(/^(?=\d+ \d+ 0x[0-9a-f]{1,8} )/m).filter((file) => file.trim() !== '');
  return readIsolated(files.map((file) => ({ name: file.slice(0, 40), read: () => readObjset(file) })));
}

function readObjset(file: string): DatasetTraffic {
  const [first = '', titles, ...lines] = file.split('\n', 200);
  const [, since, now] = /^\d+ \d+ 0x[0-9a-f]+ \d+ \d+ (\d{1,20}) (\d{1,20})$/.exec(first.trimEnd()) ?? [];
  if (since === undefined) throw new FormatError('first line', first, 'the numbers of a kstat');
  if (!/^name +type +data$/.test(titles?.trimEnd() ?? ''))
    throw new FormatError('second line', titles, 'name type data');
  const values = new Map(
    lines.map((line): [string, string] => {
      const [, name = '', value = ''] = /^(\S+) +\d+ +(\S.*)$/.exec(line.trimEnd()) ?? [];
      return [name, value];
    }),
  );
  const name = values.get('dataset_name');
  if (name === undefined || !/^[A-Za-z][\w.: %/-]{0,254}$/.test(name))
    throw new FormatError('dataset_name', name, 'the name of a dataset');
  return {
    name,
    since,
    clockSeconds: readCount(now, `${name} time`) / 1e9,
    readBytes: readCount(values.get('nread'), `${name} nread`),
    writtenBytes: readCount(values.get('nwritten'), `${name} nwritten`),
    readCount: readCount(values.get('reads'), `${name} reads`),
    writeCount: readCount(values.get('writes'), `${name} writes`),
  };
}
