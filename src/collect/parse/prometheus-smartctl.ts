import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { known } from './known.ts';
import {
  type HostMoment,
  type HostSeries,
  labelsOf,
  type Preset,
  type SeriesRow,
} from './prometheus-series.ts';
import { familyOf, readBytesOf, type SmartAttribute, wearOf, writtenBytesOf } from './smart-attributes.ts';

// The exporter of smartctl (https://github.com/prometheus-community/smartctl_exporter). Before 0.12 it writes 0 for what a disk does not
// tell, and traffic in units that no disk has.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const names = [
  'smartctl_device',
  'smartctl_device_capacity_bytes',
  'smartctl_device_power_on_seconds',
  'smartctl_device_power_cycle_count',
  'smartctl_device_percentage_used',
  'smartctl_device_available_spare',
  'smartctl_device_available_spare_threshold',
  'smartctl_device_critical_warning',
  'smartctl_device_media_errors',
  'smartctl_device_num_err_log_entries',
  'smartctl_device_bytes_read',
  'smartctl_device_bytes_written',
  'smartctl_device_smart_status',
  'smartctl_device_smartctl_exit_status',
  'smartctl_device_rotation_rate',
  'smartctl_scsi_grown_defect_list',
];
const logs = ['smartctl_device_error_log_count', 'smartctl_device_self_test_log_error_count'];
const attributeName = 'smartctl_device_attribute';
const statistics = ['Percentage Used Endurance Indicator', 'Logical Sectors Written', 'Logical Sectors Read'];

/** The bit of smartctl's exit status that says: the disk's own assessment is that it fails (smartctl(8)). */
const failingBit = 8;

/** What NVMe counts traffic in: thousands of 512 bytes, whatever its block size. */
const nvmeUnitBytes = 512_000;

/** smartctl's metrics as the records of the disk collector. */
export const smartctlPreset: Preset = {
  metrics: {
    disk_size_bytes: gauge('How much the disk holds (smartctl_device_capacity_bytes).', 3_840_755_982_336),
    rotation_rate_count: gauge('Turns a minute (smartctl_device_rotation_rate).', 7200),
    temperature_celsius: gauge('Its temperature (smartctl_device_temperature).', 36),
    power_on_seconds: gauge(
      'How long it was under power in its life (smartctl_device_power_on_seconds).',
      157_680_000,
    ),
    power_cycles_count: gauge('How often it was switched on (smartctl_device_power_cycle_count).', 42),
    wear_used_ratio: gauge(
      'The share of its rated life that is gone; above 1 beyond it. By standards where the disk keeps to them, else by its vendor’s attribute (see the fact wear_source).',
      0.07,
    ),
    lifetime_written_bytes: gauge(
      'What hosts wrote to it in its life; of NVMe from exporter 0.12 on.',
      79_872_512_000_000,
    ),
    lifetime_read_bytes: gauge('What hosts read from it in its life.', 51_223_040_000_000),
    spare_available_ratio: gauge('NVMe: the share of spare blocks that is left.', 1),
    spare_threshold_ratio: gauge('NVMe: at or below this share of spare blocks the disk warns.', 0.1),
    critical_warning_code: gauge('NVMe’s bit mask of critical warnings.', 0),
    media_errors_count: gauge('NVMe: how often data could not be recovered.', 0),
    reallocated_sectors_count: gauge('Sectors that were replaced by spare ones (attribute 5).', 0),
    reported_uncorrectable_count: gauge('Errors that could not be corrected (attribute 187).', 0),
    pending_sectors_count: gauge('Sectors that cannot be read and wait to be replaced (attribute 197).', 0),
    offline_uncorrectable_count: gauge('Sectors that a scan could not read (attribute 198).', 0),
    crc_errors_count: gauge('Transfers that were damaged on the way; mostly a cable (attribute 199).', 0),
    grown_defects_count: gauge('SCSI: defects that came since it was made.', 0),
    error_log_count: gauge('Entries in its error log.', 3),
    self_test_errors_count: gauge('Failed self-tests in its log.', 0),
    smartctl_exit_code: gauge('The exit status of smartctl, a bit mask: 8 the disk is failing.', 0),
    written_bytes_total: counter(
      'The same as lifetime_written_bytes, to see what a day adds.',
      79_872_512_000_000,
    ),
    read_bytes_total: counter('The same as lifetime_read_bytes.', 51_223_040_000_000),
    ...Object.fromEntries(
      Array.from({ length: 255 }, (_, index) => index + 1).flatMap((id): [string, Metric][] => [
        [`smart_${id}_raw_count`, gauge(`Raw value of the ATA attribute ${id}; its vendor’s to define.`, 0)],
        [`smart_${id}_value_count`, gauge(`Normalised value of the attribute ${id}.`, 100)],
        [`smart_${id}_worst_count`, gauge(`The worst normalised value that the attribute ${id} had.`, 100)],
        [`smart_${id}_threshold_count`, gauge(`At or below this value the attribute ${id} has failed.`, 0)],
      ]),
    ),
  },
  names: [...names, ...logs, attributeName],
  parts: {
    temperature: (select) => select('smartctl_device_temperature', 'temperature_type="current"'),
    block: (select) => select('smartctl_device_block_size', 'blocks_type="logical"'),
    statistic: (select) =>
      select(
        'smartctl_device_statistics',
        `statistic_name=~"${statistics.join('|')}",statistic_flags_short=~"V.*"`,
      ),
  },
  anchor: 'smartctl_device',
  // A disk has a hundred series.
  hostsAtOnce: 10,
  records(series, moment) {
    const attributes = attributesByDevice(series);
    const told = statisticsByDevice(series);
    const records = new Map<string, EntityRecord>();
    for (const row of series.rows([...names, 'temperature', 'block'], ['device'])) {
      const device = row.label('device');
      const disk = {
        row,
        attributes: attributes.get(device) ?? [],
        told: told.get(device) ?? new Map(),
        series,
      };
      const record = diskRecord(disk, moment);
      // Two ways to one disk: both tell the same.
      if (record !== undefined && !records.has(record.entity)) records.set(record.entity, record);
    }
    return [...records.values()];
  },
};

/** All that is known of a disk. */
interface Disk {
  readonly row: SeriesRow;
  readonly attributes: readonly SmartAttribute[];
  /** Its device statistics, by name. */
  readonly told: ReadonlyMap<string, number>;
  readonly series: HostSeries;
}

function diskRecord(
  { row, attributes, told, series }: Disk,
  { host, at }: HostMoment,
): EntityRecord | undefined {
  const info = labelsOf(row.all('smartctl_device')[0]);
  const serial = info('serial_number');
  // Without one nobody can say which disk it is: RAID controllers, USB bridges.
  if (serial === undefined) return undefined;
  const device = row.label('device');
  const protocol = info('protocol') ?? '';
  const isNvme = /nvme/i.test(protocol);
  const family = info('model_family');
  const value = (name: string) => row.value(`smartctl_device_${name}`);
  const notZero = (name: string) => value(name) || undefined;
  const nvme = (name: string) => (isNvme ? value(name) : undefined);
  const raw = (id: number, name: RegExp) =>
    attributes.find((attribute) => attribute.id === id && name.test(attribute.name))?.raw;
  const blockBytes = row.value('block') || 512;
  // Of a disk that is in no database the names are those of other disks.
  const meaning = familyOf(family, info('model_name'));
  const trusted = meaning === undefined ? [] : attributes;
  const wear = wearToldBy(nvme('percentage_used'), told) ?? wearOf(trusted, meaning ?? '');
  const traffic = (bytes: number | undefined, statistic: string) =>
    bytesToldBy(protocol, bytes) ??
    (told.has(statistic) ? (told.get(statistic) ?? 0) * blockBytes : undefined);
  const written =
    traffic(value('bytes_written'), 'Logical Sectors Written') ?? writtenBytesOf(trusted, blockBytes)?.value;
  const read =
    traffic(value('bytes_read'), 'Logical Sectors Read') ?? readBytesOf(trusted, blockBytes)?.value;
  const ratio = (percent: number | undefined) => (percent === undefined ? undefined : percent / 100);
  const exit = value('smartctl_exit_status');
  const rotation = notZero('rotation_rate');
  return {
    entity: `disk:${host}:${serial}`,
    at,
    ...verdictOf(value('smart_status'), exit),
    gauges: known({
      disk_size_bytes: notZero('capacity_bytes'),
      rotation_rate_count: rotation,
      temperature_celsius: row.value('temperature'),
      power_on_seconds: notZero('power_on_seconds'),
      power_cycles_count: notZero('power_cycle_count'),
      wear_used_ratio: wear?.value,
      lifetime_written_bytes: written,
      lifetime_read_bytes: read,
      spare_available_ratio: ratio(nvme('available_spare')),
      spare_threshold_ratio: ratio(nvme('available_spare_threshold')),
      critical_warning_code: nvme('critical_warning'),
      media_errors_count: nvme('media_errors'),
      reallocated_sectors_count: raw(5, /^(Reallocat|Retired)/),
      reported_uncorrectable_count: raw(187, /Uncorrect/),
      pending_sectors_count: raw(197, /Pending/),
      offline_uncorrectable_count: raw(198, /Uncorrect/),
      crc_errors_count: raw(199, /CRC/),
      grown_defects_count: row.value('smartctl_scsi_grown_defect_list'),
      error_log_count: nvme('num_err_log_entries') ?? logOf(series, device, 'error_log', 'summary'),
      self_test_errors_count: logOf(series, device, 'self_test_log', 'standard'),
      smartctl_exit_code: exit,
      ...Object.fromEntries(
        attributes.flatMap((attribute): [string, number | undefined][] => [
          [`smart_${attribute.id}_raw_count`, attribute.raw],
          [`smart_${attribute.id}_value_count`, attribute.value],
          [`smart_${attribute.id}_worst_count`, attribute.worst],
          [`smart_${attribute.id}_threshold_count`, attribute.threshold],
        ]),
      ),
    }),
    counters: known({ written_bytes_total: written, read_bytes_total: read }),
    facts: known({
      device: /^[a-z][a-z0-9]*$/.test(device) ? `/dev/${device}` : device,
      model: info('model_name'),
      family,
      serial,
      firmware: info('firmware_version'),
      protocol: info('protocol'),
      medium: rotation === undefined ? undefined : 'rotating',
      form_factor: info('form_factor'),
      wear_source: wear?.source,
      ...Object.fromEntries(attributes.map(({ id, name }) => [`smart_${id}_name`, name])),
    }),
  };
}

/** A disk that says that it is failing still works. One that says nothing is told as 0 as well, and known by the exit status. */
function verdictOf(
  status: number | undefined,
  exit: number | undefined,
): Pick<EntityRecord, 'state' | 'reason'> {
  if (((exit ?? 0) & failingBit) !== 0)
    return { state: 'degraded', reason: 'the disk says that it is failing (SMART)' };
  return status === 1 ? { state: 'up' } : {};
}

function wearToldBy(
  nvme: number | undefined,
  told: ReadonlyMap<string, number>,
): { value: number; source: string } | undefined {
  if (nvme !== undefined) return { value: nvme / 100, source: 'NVMe percentage used' };
  const ata = told.get('Percentage Used Endurance Indicator');
  return ata === undefined ? undefined : { value: ata / 100, source: 'device statistics' };
}

function bytesToldBy(protocol: string, bytes: number | undefined): number | undefined {
  if (!bytes) return undefined;
  if (/scsi/i.test(protocol)) return bytes;
  return /nvme/i.test(protocol) && bytes % nvmeUnitBytes === 0 ? bytes : undefined;
}

/** The count of a log, of the extended one where there is one. */
function logOf(series: HostSeries, device: string, log: string, plain: string): number | undefined {
  const name = log === 'error_log' ? logs[0] : logs[1];
  const rows = series
    .rows(name === undefined ? [] : [name], ['device', `${log}_type`])
    .filter((row) => row.label('device') === device);
  const of = (type: string) => rows.find((row) => row.label(`${log}_type`) === type)?.value(name ?? '');
  return of('extended') ?? of(plain);
}

function attributesByDevice(series: HostSeries): Map<string, SmartAttribute[]> {
  const rows = series.rows([attributeName], ['device', 'attribute_id', 'attribute_value_type']);
  const byDevice = Map.groupBy(rows, (row) => row.label('device'));
  return new Map(
    [...byDevice].map(([device, own]): [string, SmartAttribute[]] => [
      device,
      [...Map.groupBy(own, (row) => row.label('attribute_id'))].flatMap(
        ([text, values]): SmartAttribute[] => {
          const id = Number(text);
          if (!/^\d{1,3}$/.test(text) || id < 1 || id > 255) return [];
          const of = (type: string) =>
            values.find((row) => row.label('attribute_value_type') === type)?.value(attributeName);
          const numbers = { value: of('value'), worst: of('worst'), threshold: of('thresh'), raw: of('raw') };
          return [{ id, name: values[0]?.label('attribute_name') ?? '', ...known(numbers) }];
        },
      ),
    ]),
  );
}

function statisticsByDevice(series: HostSeries): Map<string, Map<string, number>> {
  const rows = series.rows(['statistic'], ['device', 'statistic_name']);
  return new Map(
    [...Map.groupBy(rows, (row) => row.label('device'))].map(([device, own]) => [
      device,
      new Map(
        own.flatMap((row): [string, number][] => {
          const value = row.value('statistic');
          return value === undefined ? [] : [[row.label('statistic_name'), value]];
        }),
      ),
    ]),
  );
}
