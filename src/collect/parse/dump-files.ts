import { type Copy, seriesOf, type Verdict } from './backup-days.ts';
import { FormatError, readCount } from './field.ts';

/** What a host's dump-script.ts found of one service. */
export interface ServiceDumps {
  /** `absent`: there is no such folder. `denied`: we may not look into it. */
  readonly look: 'ok' | 'absent' | 'denied';
  /** How many files have control characters in their names; they are not looked at. */
  readonly oddCount: number;
  readonly files: readonly DumpFile[];
}

export interface DumpFile extends Copy {
  readonly path: string;
  readonly bytes: number;
  /** The day on which the dump says that it was completed, by the clock of the machine that made it. */
  readonly completedOn?: string;
}

export interface DumpFiles {
  readonly services: ReadonlyMap<string, ServiceDumps>;
  /** Whether the host can keep what it found: where not, it reads the same files again and again. */
  readonly isKept: boolean;
}

/** What a verdict says, by the word that the script has for it. */
const reasons: Readonly<Record<Verdict, Readonly<Record<string, string | undefined>>>> = {
  valid: { trailer: undefined, archive: undefined },
  unverifiable: {
    compact: 'made without comments (--compact): it has no closing line',
    comments: 'made without comments: it has no closing line, its closing statements are there',
    schema: 'it holds no row: a dump of the schema alone, or of an empty database',
    format: 'of a format without a closing line that is known',
  },
  bad: {
    empty: 'empty',
    zeros: 'filled with zeros',
    'is-none': 'not compressed, though its name says so',
    'is-gz': 'compressed by gzip, though its name says otherwise',
    'is-xz': 'compressed by xz, though its name says otherwise',
    'is-zst': 'compressed by zstd, though its name says otherwise',
    'is-bz2': 'compressed by bzip2, though its name says otherwise',
    cut: 'cut off before its end',
    damaged: 'damaged: it cannot be unpacked whole',
    trailer: 'its closing line is missing: the dump did not come to its end',
    errors: 'it ends with the errors that stopped it',
    archive: 'not a whole tar archive',
  },
  unverified: {
    denied: 'no permission to read it',
    unread: 'could not be read',
    recent: 'changed less than five minutes ago',
    budget: 'not yet read: no time left in this run',
    late: 'not read: it takes longer than one run may read',
    'no-gzip': 'no gzip on the host',
    'no-xz': 'no xz on the host',
    'no-zstd': 'no zstd on the host',
    'no-bzip2': 'no bzip2 on the host',
    'no-tar': 'no tar on the host',
  },
};

const serviceLine = /^s ([a-z0-9-]{1,63}) (ok|absent|denied) (\d{1,9})$/;
const fileLine =
  /^f ([a-z0-9-]{1,63}) (\d{1,16}) (-?\d{1,12}) (valid|unverifiable|bad|unverified) ([a-z0-9-]{1,20}) (-|\d{4}-\d\d-\d\d) (\/.{0,4095})$/u;

/** Reads what the script of dump-script.ts prints. Throws FormatError when that is not all of it. */
export function parseDumpFiles(text: string): DumpFiles {
  const lines = text.split('\n');
  if (!/^v 1 \d{1,12}$/.test(lines[0] ?? ''))
    throw new FormatError('first line', lines[0], 'v 1 and the time');
  if (lines.at(-1) !== '' || lines.at(-2) !== 'end') throw new FormatError('last line', lines.at(-2), 'end');
  const services = new Map<string, { look: ServiceDumps['look']; oddCount: number; files: DumpFile[] }>();
  const files: [service: string, file: DumpFile][] = [];
  let isKept = true;
  for (const [index, line] of lines.slice(1, -2).entries()) {
    const service = serviceLine.exec(line);
    const file = service === null ? fileLine.exec(line) : null;
    if (service !== null) {
      const [, name = '', look, odd] = service;
      services.set(name, { look: readLook(look), oddCount: readCount(odd, 'names'), files: [] });
    } else if (file !== null) files.push([file[1] ?? '', readFile(file)]);
    else if (line === 'c none') isKept = false;
    else throw new FormatError(`line ${index + 2}`, line, 'a service, a file or the state of the cache');
  }
  for (const [service, file] of files) {
    const found = services.get(service);
    if (found === undefined) throw new FormatError('service', service, 'one that was listed');
    found.files.push(file);
  }
  return { services, isKept };
}

function readLook(text: string | undefined): ServiceDumps['look'] {
  return text === 'absent' || text === 'denied' ? text : 'ok';
}

function readFile(fields: RegExpExecArray): DumpFile {
  const [, , size, time, verdict = '', why = '', completedOn = '-', path = ''] = fields;
  const known = Object.entries(reasons).find(([name]) => name === verdict)?.[1] ?? {};
  if (!Object.hasOwn(known, why)) throw new FormatError('verdict', `${verdict} ${why}`, 'a known verdict');
  const reason = known[why];
  const name = path.slice(path.lastIndexOf('/') + 1);
  const seconds = Number(time);
  return {
    path,
    name,
    series: seriesOf(name),
    bytes: readCount(size, 'size'),
    verdict: verdict as Verdict,
    ...(reason === undefined ? {} : { why: reason }),
    ...(verdict === 'unverifiable' && (why === 'schema' || why === 'format') ? { isAside: true } : {}),
    ...(isPossible(seconds) ? { seconds } : {}),
    ...(completedOn === '-' ? {} : { completedOn }),
  };
}

/** Between 1990 and 2199, as instants are; a file's time may be anything. */
function isPossible(seconds: number): boolean {
  return seconds >= 631_152_000 && seconds < 7_258_118_400;
}
