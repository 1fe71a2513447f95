import { FormatError } from './field.ts';
import { readIsolated } from './isolated.ts';
import { type Rows, readRows } from './rows.ts';
import { readOptionalAmount, readZfsSeconds } from './zfs-number.ts';

/** A file system or volume of ZFS, in bytes. What is absent zfs does not know, or there is none (of limits). */
export interface Dataset {
  readonly name: string;
  /** `filesystem` or `volume`. */
  readonly type: string;
  /** With its snapshots and all datasets below it. */
  readonly usedBytes?: number;
  /** What can still be written, by its own limits and those above it. */
  readonly availableBytes?: number;
  /** What can be read in it, shared with a clone's origin or not. */
  readonly referencedBytes?: number;
  readonly usedByDatasetBytes?: number;
  readonly usedBySnapshotsBytes?: number;
  readonly usedByChildrenBytes?: number;
  readonly usedByRefreservationBytes?: number;
  /** Before compression. */
  readonly logicalUsedBytes?: number;
  readonly logicalReferencedBytes?: number;
  readonly quotaBytes?: number;
  readonly refquotaBytes?: number;
  readonly reservationBytes?: number;
  readonly refreservationBytes?: number;
  readonly volumeSizeBytes?: number;
  readonly mountPoint?: string;
  /** The snapshot that it is a clone of. */
  readonly origin?: string;
  readonly createdSeconds?: number;
}

/** The amounts, by the names of zfs. Of a limit, 0 says that there is none. */
const amounts = {
  used: { key: 'usedBytes' },
  available: { key: 'availableBytes' },
  referenced: { key: 'referencedBytes' },
  usedbydataset: { key: 'usedByDatasetBytes' },
  usedbysnapshots: { key: 'usedBySnapshotsBytes' },
  usedbychildren: { key: 'usedByChildrenBytes' },
  usedbyrefreservation: { key: 'usedByRefreservationBytes' },
  logicalused: { key: 'logicalUsedBytes' },
  logicalreferenced: { key: 'logicalReferencedBytes' },
  quota: { key: 'quotaBytes', isLimit: true },
  refquota: { key: 'refquotaBytes', isLimit: true },
  reservation: { key: 'reservationBytes', isLimit: true },
  refreservation: { key: 'refreservationBytes', isLimit: true },
  volsize: { key: 'volumeSizeBytes' },
} as const satisfies Record<string, { readonly key: keyof Dataset; readonly isLimit?: true }>;

/** The columns to ask for: `zfs list -Hp -t filesystem,volume -o …`, OpenZFS since 0.6.5. */
export const datasetColumns = ['name', 'type', ...Object.keys(amounts), 'mountpoint', 'origin', 'creation'];

/** What zfs-fuse knows of it: `zfs get -rHp -o name,property,value …`. */
export const oldDatasetProperties = datasetColumns.filter((name) => !/^(name|logical.*)$/.test(name));

type Properties = ReadonlyMap<string, string>;

/** Reads what either command prints. Snapshots are skipped. */
export function parseDatasets(text: string): Rows<Dataset> {
  const [first = ''] = text.split('\n', 1);
  return first.split('\t').length === 3 ? parseProperties(text) : parseList(text);
}

function parseList(text: string): Rows<Dataset> {
  return readRows(text, (line) => {
    const fields = line.split('\t');
    if (fields.length !== datasetColumns.length)
      throw new FormatError('columns', `${fields.length}`, `${datasetColumns.length}, with tabs`);
    return readDataset(new Map(datasetColumns.map((column, index) => [column, fields[index] ?? ''])));
  });
}

/** One line a property: a dataset that has one which cannot be read is left out whole. */
function parseProperties(text: string): Rows<Dataset> {
  const byName = new Map<string, Map<string, string>>();
  for (const line of text.split('\n')) {
    const [name = '', property = '', value = ''] = line.split('\t', 4);
    if (line === '' || name.includes('@')) continue;
    const properties = byName.get(name) ?? new Map([['name', name]]);
    byName.set(name, properties.set(property, value));
  }
  return readIsolated(
    [...byName].map(([name, properties]) => ({ name, read: () => readDataset(properties) })),
  );
}

function readDataset(properties: Properties): Dataset {
  const name = properties.get('name');
  if (name === undefined || !/^[A-Za-z][\w.: %/-]{0,254}$/.test(name))
    throw new FormatError('name', name, 'the name of a dataset');
  const type = properties.get('type');
  if (type !== 'filesystem' && type !== 'volume')
    throw new FormatError(`${name} type`, type, 'filesystem or volume');
  const found = Object.entries(amounts).flatMap(([property, { key, ...rest }]): [string, number][] => {
    const text = properties.get(property);
    // Of what its type has not, zfs prints nothing or a dash.
    if (text === undefined || text === '') return [];
    const amount = readOptionalAmount(text === 'none' ? '-' : text, `${name} ${property}`);
    return amount === undefined || ('isLimit' in rest && amount === 0) ? [] : [[key, amount]];
  });
  const creation = textOf(properties, 'creation');
  const mountPoint = textOf(properties, 'mountpoint');
  const origin = textOf(properties, 'origin');
  return {
    name,
    type,
    ...Object.fromEntries(found),
    ...(mountPoint !== undefined && { mountPoint }),
    ...(origin !== undefined && { origin }),
    ...(creation !== undefined && { createdSeconds: readZfsSeconds(creation, `${name} creation`) }),
  };
}

function textOf(properties: Properties, name: string): string | undefined {
  const text = properties.get(name);
  return text === undefined || text === '' || text === '-' ? undefined : text;
}
