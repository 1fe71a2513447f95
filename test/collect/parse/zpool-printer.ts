import fc from 'fast-check';

// Prints one state of a pool as the text and as the JSON of `zpool status`, by the rules of cmd/zpool/zpool_main.c of OpenZFS 2.3:
// print_status_config and vdev_stats_nvlist, print_scan_scrub_resilver_status and scan_status_nvlist.

interface Device {
  readonly name: string;
  readonly state: {
    readonly text: string;
    readonly json: string;
    readonly aux?: string;
    readonly note?: string;
  };
  readonly errors: readonly [read: number, write: number, checksum: number];
  readonly slow: number;
  readonly children: readonly Device[];
}

interface PoolState {
  readonly name: string;
  readonly state: string;
  readonly message: readonly string[];
  readonly tree: Device;
  readonly logs: readonly Device[];
  readonly cache: readonly Device[];
  readonly spares: readonly string[];
  readonly special: readonly Device[];
  readonly scan: ScanState | undefined;
  readonly dataErrors: number;
}

interface ScanState {
  readonly isScrub: boolean;
  readonly outcome: 'FINISHED' | 'CANCELED' | 'SCANNING';
  readonly start: number;
  readonly seconds: number;
  readonly errors: number;
  readonly processed: number;
  readonly issued: number;
  readonly toExamine: number;
  readonly pausedAt: number;
}

const deviceStates: readonly Device['state'][] = [
  { text: 'ONLINE', json: 'ONLINE' },
  { text: 'ONLINE', json: 'ONLINE' },
  { text: 'OFFLINE', json: 'OFFLINE' },
  { text: 'REMOVED', json: 'REMOVED' },
  { text: 'FAULTED', json: 'FAULTED', aux: 'ERR_EXCEEDED', note: 'too many errors' },
  { text: 'FAULTED', json: 'FAULTED', aux: 'EXTERNAL', note: 'external device fault' },
  { text: 'UNAVAIL', json: 'CANT_OPEN', aux: 'OPEN_FAILED', note: 'cannot open' },
  { text: 'FAULTED', json: 'CANT_OPEN', aux: 'CORRUPT_DATA', note: 'corrupted data' },
  { text: 'DEGRADED', json: 'DEGRADED' },
];

const count = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(30_000));
const deviceName = fc.oneof(
  fc.stringMatching(/^(sd[a-z]{1,2}|nvme\dn1p\d|wwn-0x[0-9a-f]{16}-part1|ata-[A-Z0-9]{4}_[A-Z0-9]{8})$/),
  fc.stringMatching(/^\/srv\/[a-z]{1,6}( [a-z]{1,4})?$/),
);

const leaf: fc.Arbitrary<Device> = fc.record({
  name: deviceName,
  state: fc.constantFrom(...deviceStates),
  // With errors, for "too many errors" is told of devices without any as "too many slow I/Os".
  errors: fc.tuple(fc.integer({ min: 1, max: 30_000 }), count, count),
  slow: count,
  children: fc.constant([]),
});

function group(names: string, devices: fc.Arbitrary<readonly Device[]>): fc.Arbitrary<Device> {
  return fc.record({
    name: fc.stringMatching(new RegExp(`^(${names})-\\d$`)),
    state: fc.constantFrom(...deviceStates.filter(({ text }) => text === 'ONLINE' || text === 'DEGRADED')),
    errors: fc.tuple(count, count, count),
    slow: fc.constant(0),
    children: devices,
  });
}

const leaves = (minLength: number) =>
  fc.uniqueArray(leaf, { minLength, maxLength: 4, selector: ({ name }) => name });
const tree = (device: fc.Arbitrary<Device>) =>
  fc.uniqueArray(device, { maxLength: 3, selector: ({ name }) => name });
const redundant = group(
  'mirror|raidz[123]',
  fc.oneof(
    leaves(1),
    fc.tuple(group('replacing|spare', leaves(1))).map((children) => children),
  ),
);

const scan: fc.Arbitrary<ScanState> = fc
  .record({
    isScrub: fc.boolean(),
    outcome: fc.constantFrom('FINISHED' as const, 'CANCELED' as const, 'SCANNING' as const),
    start: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
    seconds: fc.nat(20 * 86_400),
    errors: count,
    processed: fc.maxSafeNat(),
    issued: fc.nat(2 ** 40),
    toExamine: fc.integer({ min: 1, max: 2 ** 40 }),
    pausedAt: fc.constantFrom(0, 1_795_373_448),
  })
  .map((state) => ({
    ...state,
    issued: Math.min(state.issued, state.toExamine),
    // A resilver cannot be paused.
    pausedAt: state.isScrub ? state.pausedAt : 0,
  }));

/** A state of a pool, whether it makes sense or not. */
export const poolState: fc.Arbitrary<PoolState> = fc
  .record({
    name: fc.stringMatching(/^[a-z][a-z0-9_.-]{0,10}$/),
    state: fc.constantFrom('ONLINE', 'DEGRADED', 'FAULTED', 'SUSPENDED'),
    message: fc.constantFrom(
      [],
      [
        'One or more devices has experienced an error resulting in data',
        'corruption.  Applications may be affected.',
      ],
    ),
    devices: tree(fc.oneof(leaf, redundant)),
    errors: fc.tuple(count, count, count),
    logs: tree(leaf),
    cache: tree(leaf),
    spares: fc.uniqueArray(deviceName, { maxLength: 2 }),
    special: tree(redundant),
    scan: fc.option(scan, { nil: undefined }),
    dataErrors: count,
  })
  .map(({ devices, errors, ...pool }) => ({
    ...pool,
    tree: {
      name: pool.name,
      state: { text: 'ONLINE', json: 'ONLINE' },
      errors,
      slow: 0,
      // Nothing but groups has children; a leaf at the top is a pool of one disk.
      children: devices,
    },
  }));

/** As `zpool status -sp` prints it. */
export function printText(pool: PoolState): string {
  const lines: string[] = [];
  const row = (device: Device, level: number, isSpare = false): void => {
    const { name, state, errors, slow, children } = device;
    const numbers = isSpare ? [] : [...errors, children.length > 0 ? '-' : slow];
    const note = state.note === undefined ? '' : `  ${state.note}`;
    lines.push(
      `\t${' '.repeat(2 * level)}${name.padEnd(24 - 2 * level)}  ${state.text.padEnd(8)}${numbers.map((number) => ` ${String(number).padStart(5)}`).join('')}${note}`,
    );
    for (const child of children) row(child, level + 1, isSpare);
  };
  const section = (title: string, devices: readonly Device[], isSpare = false): void => {
    if (devices.length === 0) return;
    lines.push(`\t${title}`);
    for (const device of devices) row(device, 1, isSpare);
  };
  row(pool.tree, 0);
  section('special\t', pool.special);
  section('logs\t', pool.logs);
  section('cache', pool.cache);
  section('spares', pool.spares.map(spareDevice), true);
  return [
    `  pool: ${pool.name}`,
    ` state: ${pool.state}`,
    ...(pool.message.length === 0
      ? []
      : [`status: ${pool.message.join('\n\t')}`, 'action: Wait.\n\tOr not.']),
    ...(pool.scan === undefined ? [] : [`  scan: ${scanText(pool.scan)}`]),
    'config:',
    '',
    `\t${'NAME'.padEnd(24)}  STATE     READ WRITE CKSUM  SLOW`,
    ...lines,
    '',
    pool.dataErrors === 0
      ? 'errors: No known data errors'
      : `errors: ${pool.dataErrors} data errors, use '-v' for a list`,
    '',
  ].join('\n');
}

/** As `zpool status -jp` prints it. */
export function printJson(pool: PoolState): string {
  const entry = (device: Device, kind: string): [string, unknown] => {
    const [read, write, checksum] = device.errors;
    return [
      device.name,
      {
        name: device.name,
        vdev_type: device.children.length === 0 ? 'disk' : 'mirror',
        guid: '11572288933639810675',
        class: kind,
        state: device.state.json,
        read_errors: `${read}`,
        write_errors: `${write}`,
        checksum_errors: `${checksum}`,
        ...(device.children.length === 0 && { slow_ios: `${device.slow}` }),
        ...(device.state.aux !== undefined && { aux: device.state.aux }),
        ...(device.children.length > 0 && {
          vdevs: Object.fromEntries(device.children.map((child) => entry(child, kind))),
        }),
      },
    ];
  };
  const section = (key: string, devices: readonly Device[]): Record<string, unknown> =>
    devices.length === 0 ? {} : { [key]: Object.fromEntries(devices.map((device) => entry(device, key))) };
  const spares = pool.spares.map((name): [string, unknown] => [
    name,
    { name, vdev_type: 'disk', guid: '1', class: 'spare', state: 'AVAIL' },
  ]);
  return JSON.stringify({
    output_version: { command: 'zpool status', vers_major: 0, vers_minor: 1 },
    pools: {
      [pool.name]: {
        name: pool.name,
        state: pool.state,
        pool_guid: '11572288933639810675',
        ...(pool.message.length > 0 && {
          status: `${pool.message.join('\n\t')}\n`,
          action: 'Wait.\n\tOr not.\n',
        }),
        ...(pool.scan !== undefined && { scan_stats: scanJson(pool.scan) }),
        vdevs: Object.fromEntries([entry(pool.tree, 'normal')]),
        ...section('special', pool.special),
        ...section('logs', pool.logs),
        ...section('l2cache', pool.cache),
        ...(spares.length > 0 && { spares: Object.fromEntries(spares) }),
        error_count: `${pool.dataErrors}`,
      },
    },
  });
}

function spareDevice(name: string): Device {
  return { name, state: { text: 'AVAIL', json: 'AVAIL' }, errors: [0, 0, 0], slow: 0, children: [] };
}

function scanText(scan: ScanState): string {
  const word = scan.isScrub ? 'scrub' : 'resilver';
  const end = ctime(scan.start + scan.seconds);
  if (scan.outcome === 'CANCELED') return `${word} canceled on ${end}`;
  if (scan.outcome === 'FINISHED') {
    const done = scan.isScrub ? 'scrub repaired' : 'resilvered';
    return `${done} ${nicebytes(scan.processed)} in ${dhms(scan.seconds)} with ${scan.errors} errors on ${end}`;
  }
  const begin =
    scan.pausedAt === 0
      ? `${word} in progress since ${ctime(scan.start)}`
      : `scrub paused since ${ctime(scan.pausedAt)}\n\tscrub started on ${ctime(scan.start)}`;
  const percent = ((100 * scan.issued) / scan.toExamine).toFixed(2);
  return [
    begin,
    `\t${nicebytes(scan.toExamine)} / ${nicebytes(scan.toExamine)} scanned, ${nicebytes(scan.issued)} / ${nicebytes(scan.toExamine)} issued`,
    `\t${nicebytes(scan.processed)} ${scan.isScrub ? 'repaired' : 'resilvered'}, ${percent}% done${scan.pausedAt === 0 ? ', no estimated completion time' : ''}`,
  ].join('\n');
}

function scanJson(scan: ScanState): unknown {
  return {
    function: scan.isScrub ? 'SCRUB' : 'RESILVER',
    state: scan.outcome,
    start_time: `${scan.start}`,
    end_time: scan.outcome === 'SCANNING' ? '0' : `${scan.start + scan.seconds}`,
    to_examine: `${scan.toExamine + 4096}`,
    examined: `${scan.toExamine}`,
    skipped: '4096',
    processed: `${scan.processed}`,
    errors: `${scan.errors}`,
    scrub_pause: `${scan.pausedAt}`,
    issued: `${scan.issued}`,
  };
}

/** zfs_nicebytes(): as many decimals as fit five characters. */
function nicebytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10);
  const unit = 'BKMGTPE'[power];
  const value = bytes / 1024 ** power;
  if (Number.isInteger(value)) return `${value}${unit}`;
  const texts = [2, 1, 0].map((decimals) => `${value.toFixed(decimals)}${unit}`);
  return texts.find(({ length }) => length <= 5) ?? `${texts[2]}`;
}

function dhms(seconds: number): string {
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return seconds < 86_400 ? clock : `${Math.floor(seconds / 86_400)} days ${clock}`;
}

function ctime(seconds: number): string {
  const [weekday, day, month, year, time] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
