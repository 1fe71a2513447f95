import { uniform } from '../src/demo/chance.ts';
import { fromSeconds, toSeconds } from '../src/model/time.ts';

// What the programs of a large host print, word for word in the formats of smartctl 7.4, OpenZFS 2.3, LXD 5.0 and Linux 6.

/** How much there is on a host. */
export interface MachineSize {
  readonly containers: number;
  readonly disks: number;
  readonly pools: number;
  readonly zfsSnapshots: number;
  readonly dumps: number;
}

/** When all of it is as it is. */
export const now = '2026-11-22T09:35:00Z';
const nowSeconds = toSeconds(now);
const day = 86_400;
const GiB = 2 ** 30;

/** The n-th number of a sequence that is always the same. */
function any(position: number, below: number): number {
  return Math.floor(uniform(1, position) * below);
}

function list<Item>(length: number, make: (index: number) => Item): Item[] {
  return Array.from({ length }, (_, index) => make(index));
}

/** `koha-001`, of which each is a container, a service and the name of its dumps. */
export function containerNames({ containers }: MachineSize): string[] {
  return list(containers, (index) => `koha-${String(index + 1).padStart(3, '0')}`);
}

function poolNames({ pools }: MachineSize): string[] {
  return list(pools, (index) => `tank${index + 1}`);
}

export function devices({ disks }: MachineSize): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return list(disks, (index) => `/dev/sd${index < 26 ? '' : 'a'}${letters[index % 26]}`);
}

// ZFS

/** `zpool status -jp`: RAID-Z2 of an equal share of the disks each, scrubbed. */
export function zpoolStatus(size: MachineSize): string {
  const counts = { read_errors: '0', write_errors: '0', checksum_errors: '0' };
  const names = poolNames(size);
  const disks = devices(size);
  const pools = names.map((name, index) => {
    const own = disks.filter((_, at) => at % names.length === index).map((path) => path.slice(5));
    const leaves = own.map((disk, at) => [
      disk,
      {
        name: disk,
        vdev_type: 'disk',
        guid: `${13286598237105623000n + BigInt(at)}`,
        path: `/dev/${disk}1`,
        class: 'normal',
        state: 'ONLINE',
        rep_dev_size: '3840755982336',
        phys_space: '3840755982336',
        ...counts,
        slow_ios: '0',
      },
    ]);
    const group = { name: 'raidz2-0', vdev_type: 'raidz', class: 'normal', state: 'ONLINE', ...counts };
    const root = { name, vdev_type: 'root', class: 'normal', state: 'ONLINE', ...counts };
    return [
      name,
      {
        name,
        state: 'ONLINE',
        pool_guid: '11572288933639810675',
        txg: '4711',
        spa_version: '5000',
        zpl_version: '5',
        scan_stats: {
          function: 'SCRUB',
          state: 'FINISHED',
          start_time: `${nowSeconds - 8 * day}`,
          end_time: `${nowSeconds - 8 * day + 43_200}`,
          to_examine: '9210088960000',
          examined: '9210088960000',
          skipped: '0',
          processed: '0',
          errors: '0',
          bytes_per_scan: '0',
          pass_start: `${nowSeconds - 8 * day}`,
          scrub_pause: '0',
          scrub_spent_paused: '0',
          issued_bytes_per_scan: '9210088960000',
          issued: '9210088960000',
        },
        vdevs: {
          [name]: { ...root, vdevs: { 'raidz2-0': { ...group, vdevs: Object.fromEntries(leaves) } } },
        },
        error_count: '0',
      },
    ];
  });
  return `${JSON.stringify({
    output_version: { command: 'zpool status', vers_major: 0, vers_minor: 1 },
    pools: Object.fromEntries(pools),
  })}\n`;
}

/** `zpool list -Hp`. */
export function zpoolList(size: MachineSize): string {
  return poolNames(size)
    .map((name) => `${name}\t23044535894016\t9210088960000\t13834446934016\t-\t-\t17\t39\t1.00\tONLINE\t-\n`)
    .join('');
}

/** Every pool's root, its folder of containers, and the containers. */
function datasets(size: MachineSize): string[] {
  const pools = poolNames(size);
  const folders = pools.flatMap((pool) => [pool, `${pool}/containers`]);
  return [...folders, ...containerDatasets(size)];
}

function containerDatasets(size: MachineSize): string[] {
  const pools = poolNames(size);
  return containerNames(size).map((name, index) => `${pools[index % pools.length]}/containers/${name}`);
}

/** `zfs list -Hp -t filesystem,volume -o …`, in the columns of the zfs collector. */
export function zfsList(size: MachineSize): string {
  return datasets(size)
    .map((name, index) => {
      const used = any(index, 90 * GiB);
      const columns = [name, 'filesystem', used, 900 * GiB, used, used / 2, used / 2, 0, 0, used * 2, used]
        .map((value) => (typeof value === 'number' ? Math.floor(value) : value))
        .concat([0, 100 * GiB, 0, 0, '-', `/${name}`, '-', nowSeconds - 700 * day]);
      return `${columns.join('\t')}\n`;
    })
    .join('');
}

/** `zfs list -Hp -t snapshot -o name,creation`, as sanoid names them: the newest ones hourly, others daily. */
export function zfsSnapshots(size: MachineSize): string {
  const owners = containerDatasets(size);
  const each = Math.ceil(size.zfsSnapshots / owners.length);
  return owners
    .flatMap((owner) =>
      list(each, (index) => {
        const isHourly = index < 48;
        const seconds = nowSeconds - index * (isHourly ? 3600 : day) - 2099;
        const time = fromSeconds(seconds).replace('T', '_').slice(0, 19);
        return `${owner}@autosnap_${time}_${isHourly ? 'hourly' : 'daily'}\t${seconds}\n`;
      }),
    )
    .slice(0, size.zfsSnapshots)
    .join('');
}

/** /proc/spl/kstat/zfs/POOL/objset-*, by path below zfs/. */
export function objsets(size: MachineSize): Map<string, string> {
  return new Map(
    datasets(size).map((name, index): [string, string] => {
      const lines = [
        `${23 + index} 1 0x01 7 2160 ${221578688875 + index} 6665999035587${index}`,
        'name                            type data',
        `dataset_name                    7    ${name}`,
        ...['writes', 'nwritten', 'reads', 'nread', 'nunlinks', 'nunlinked'].map(
          (counter, at) => `${counter.padEnd(32)}4    ${any(index + at, 1e9)}`,
        ),
      ];
      return [`${name.split('/')[0]}/objset-0x${(index + 1).toString(16)}`, `${lines.join('\n')}\n`];
    }),
  );
}

// Disks

/** `smartctl --scan-open`. */
export function smartScan(size: MachineSize): string {
  return devices(size)
    .map((path) => `${path} -d sat # ${path} [SAT], ATA device\n`)
    .join('');
}

/** `lsblk -dnPo NAME,SERIAL,WWN`. */
export function lsblk(size: MachineSize): string {
  return devices(size)
    .map((path) => `NAME="${path.slice(5)}" SERIAL="${serialOf(path)}" WWN="0x55cd2e41${hexOf(path)}"\n`)
    .join('');
}

function serialOf(path: string): string {
  return `BTYF${hexOf(path).toUpperCase()}960CGN`;
}

function hexOf(path: string): string {
  return Buffer.from(path.slice(-4)).toString('hex');
}

const attributes: readonly (readonly [id: number, name: string])[] = [
  [5, 'Reallocated_Sector_Ct'],
  [9, 'Power_On_Hours'],
  [12, 'Power_Cycle_Count'],
  [170, 'Available_Reservd_Space'],
  [171, 'Program_Fail_Count'],
  [172, 'Erase_Fail_Count'],
  [174, 'Unsafe_Shutdown_Count'],
  [175, 'Power_Loss_Cap_Test'],
  [183, 'SATA_Downshift_Count'],
  [184, 'End-to-End_Error_Count'],
  [187, 'Uncorrectable_Error_Cnt'],
  [190, 'Drive_Temperature'],
  [192, 'Unsafe_Shutdown_Count'],
  [194, 'Temperature_Celsius'],
  [197, 'Pending_Sector_Count'],
  [199, 'CRC_Error_Count'],
  [225, 'Host_Writes_32MiB'],
  [226, 'Workld_Media_Wear_Indic'],
  [227, 'Workld_Host_Reads_Perc'],
  [228, 'Workload_Minutes'],
  [232, 'Available_Reservd_Space'],
  [233, 'Media_Wearout_Indicator'],
  [234, 'Thermal_Throttle_Status'],
  [241, 'Host_Writes_32MiB'],
  [242, 'Host_Reads_32MiB'],
  [243, 'NAND_Writes_32MiB'],
];

/** `smartctl --json=c -x -d sat DEVICE`, of an SSD with all its logs. */
export function smartAnswer(path: string): string {
  const hours = 30_000 + any(path.charCodeAt(path.length - 1), 12_000);
  const statistic = (offset: number, name: string, value: number) => ({
    offset,
    name,
    size: 4,
    value,
    flags: { value: 192, string: 'V--- ', valid: true, normalized: false, supports_dsn: false },
  });
  return `${JSON.stringify({
    json_format_version: [1, 0],
    smartctl: {
      version: [7, 4],
      pre_release: false,
      svn_revision: '5530',
      platform_info: 'x86_64-linux-6.1.0-28-amd64',
      build_info: '(local build)',
      argv: ['smartctl', '-n', 'standby,3', '--json=c', '-x', '-d', 'sat', path],
      drive_database_version: { string: '7.3/5528' },
      exit_status: 0,
    },
    local_time: { time_t: nowSeconds, asctime: 'Sun Nov 22 09:35:00 2026 UTC' },
    device: { name: path, info_name: `${path} [SAT]`, type: 'sat', protocol: 'ATA' },
    model_family: 'Intel S4510/S4610/S4500/S4600 Series SSDs',
    model_name: 'INTEL SSDSC2KB038T8',
    serial_number: serialOf(path),
    wwn: { naa: 5, oui: 6083300, id: Number.parseInt(hexOf(path), 16) },
    firmware_version: 'XCV10132',
    user_capacity: { blocks: 7501476528, bytes: 3840755982336 },
    logical_block_size: 512,
    physical_block_size: 4096,
    rotation_rate: 0,
    form_factor: { ata_value: 3, name: '2.5 inches' },
    in_smartctl_database: true,
    smart_status: { passed: true },
    ata_smart_attributes: {
      revision: 1,
      table: attributes.map(([id, name]) => ({
        id,
        name,
        value: 100,
        worst: 100,
        thresh: 0,
        when_failed: '',
        flags: {
          value: 50,
          string: '-O--CK ',
          prefailure: false,
          updated_online: true,
          performance: false,
          error_rate: false,
          event_count: true,
          auto_keep: true,
        },
        raw: { value: id === 9 ? hours : id * 100, string: String(id === 9 ? hours : id * 100) },
      })),
    },
    power_on_time: { hours },
    power_cycle_count: 42,
    temperature: { current: 31 },
    ata_log_directory: {
      gp_dir_version: 1,
      smart_dir_version: 1,
      smart_dir_multi_sector: false,
      table: list(100, (address) => ({
        address,
        name: 'Host vendor specific log',
        read: true,
        write: true,
        gp_sectors: 16,
        smart_sectors: 16,
      })),
    },
    ata_smart_error_log: { extended: { revision: 1, sectors: 1, count: 0 } },
    ata_smart_self_test_log: {
      extended: {
        revision: 1,
        sectors: 1,
        table: list(19, (index) => ({
          type: { value: 1, string: 'Short offline' },
          status: { value: 0, string: 'Completed without error', passed: true },
          lifetime_hours: hours - index * 168,
        })),
        count: 19,
        error_count_total: 0,
        error_count_outdated: 0,
      },
    },
    ata_sct_temperature_history: {
      version: 2,
      sampling_period_minutes: 1,
      logging_interval_minutes: 10,
      size: 478,
      index: 23,
      table: list(478, (index) => 28 + (index % 7)),
    },
    ata_device_statistics: {
      pages: [
        {
          number: 1,
          name: 'General Statistics',
          revision: 3,
          table: [
            statistic(8, 'Lifetime Power-On Resets', 42),
            statistic(16, 'Power-on Hours', hours),
            statistic(24, 'Logical Sectors Written', 156_000_000_000),
            statistic(32, 'Number of Write Commands', 4_200_000_000),
            statistic(40, 'Logical Sectors Read', 100_045_000_000),
            statistic(48, 'Number of Read Commands', 3_100_000_000),
          ],
        },
        {
          number: 7,
          name: 'Solid State Device Statistics',
          revision: 1,
          table: [statistic(8, 'Percentage Used Endurance Indicator', 7)],
        },
      ],
    },
    sata_phy_event_counters: {
      table: list(10, (id) => ({ id, name: 'Command failed due to ICRC error', size: 2, value: 0 })),
      reset: false,
    },
  })}\n`;
}
