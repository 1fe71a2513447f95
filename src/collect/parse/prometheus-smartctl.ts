import type { Metric } from '../../model/metric.ts';
import type { EntityRecord } from '../../model/snapshot.ts';
import { type HostMoment, known, type Preset, type SeriesRow } from './prometheus-series.ts';

// The exporter of smartctl (https://github.com/prometheus-community/smartctl_exporter). It writes 0 for what a disk does not tell.

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

const names = [
  'smartctl_device',
  'smartctl_device_capacity_bytes',
  'smartctl_device_power_on_seconds',
  'smartctl_device_power_cycle_count',
  'smartctl_device_percentage_used',
  'smartctl_device_available_spare',
  'smartctl_device_media_errors',
  'smartctl_device_bytes_read',
  'smartctl_device_bytes_written',
  'smartctl_device_smart_status',
  'smartctl_device_smartctl_exit_status',
  'smartctl_device_rotation_rate',
];

/** The bit of smartctl's exit status that says: the disk's own assessment is that it fails (smartctl(8)). */
const failingBit = 8;

/** smartctl's metrics as the records of the disk collector. */
export const smartctlPreset: Preset = {
  metrics: {
    capacity_bytes: gauge('What the disk can hold (smartctl_device_capacity_bytes).', 1_920_383_410_176),
    temperature_celsius: gauge('Its temperature now (smartctl_device_temperature).', 38),
    power_on_seconds: gauge('How long it ran in its life (smartctl_device_power_on_seconds).', 158_000_400),
    power_cycles_count: gauge('How often it was switched on (smartctl_device_power_cycle_count).', 27),
    wear_used_ratio: gauge(
      'Share of its rated life that is gone, by its own account; may pass 1 (NVMe: smartctl_device_percentage_used).',
      0.07,
    ),
    spare_available_ratio: gauge('Share of its spare blocks that is left (NVMe).', 1),
    media_errors_count: gauge('Errors of data that it could not correct in its life (NVMe).', 0),
    read_bytes_total: counter(
      'Bytes read in its life (NVMe: smartctl_device_bytes_read).',
      91_226_112_000_000,
    ),
    written_bytes_total: counter('Bytes written in its life (NVMe).', 153_210_880_000_000),
  },
  names,
  parts: {
    temperature: (select) => select('smartctl_device_temperature', 'temperature_type="current"'),
  },
  anchor: 'smartctl_device',
  records(series, moment) {
    const serials = new Map<string, EntityRecord[]>();
    for (const row of series.rows([...names, 'temperature'], ['device'])) {
      const record = diskRecord(row, moment);
      if (record !== undefined) serials.set(record.entity, [...(serials.get(record.entity) ?? []), record]);
    }
    // Two paths to one disk: each tells the same.
    return [...serials.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  },
};

function diskRecord(row: SeriesRow, { host, at }: HostMoment): EntityRecord | undefined {
  const serial = row.label('serial_number').trim();
  // Without one nobody can say which disk it is: RAID controllers, USB bridges.
  if (serial === '' || row.all('smartctl_device').length === 0) return undefined;
  const isNvme = /nvme/i.test(row.label('protocol')) || /nvme/i.test(row.label('interface'));
  const told = (name: string) => row.value(`smartctl_device_${name}`) || undefined;
  const nvme = (name: string) => (isNvme ? row.value(`smartctl_device_${name}`) : undefined);
  const percent = (value: number | undefined) => (value === undefined ? undefined : value / 100);
  const isPassed = row.value('smartctl_device_smart_status') === 1;
  const isFailing = ((row.value('smartctl_device_smartctl_exit_status') ?? 0) & failingBit) !== 0;
  const counters = known({
    read_bytes_total: isNvme ? told('bytes_read') : undefined,
    written_bytes_total: isNvme ? told('bytes_written') : undefined,
  });
  return {
    entity: `disk:${host}:${serial}`,
    at,
    ...(isFailing
      ? { state: 'down' as const, reason: 'the disk says that it fails' }
      : isPassed
        ? { state: 'up' as const }
        : {}),
    gauges:
      known({
        capacity_bytes: told('capacity_bytes'),
        temperature_celsius: row.value('temperature'),
        power_on_seconds: told('power_on_seconds'),
        power_cycles_count: told('power_cycle_count'),
        wear_used_ratio: percent(nvme('percentage_used')),
        spare_available_ratio: percent(nvme('available_spare')),
        media_errors_count: nvme('media_errors'),
      }) ?? {},
    ...(counters !== undefined && { counters }),
    facts:
      known({
        device: row.label('device'),
        model: row.label('model_name'),
        serial,
        firmware: row.label('firmware_version'),
        protocol: row.label('protocol'),
      }) ?? {},
  };
}
