import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import disk from '../../collectors/disk.ts';
import prometheus from '../../collectors/prometheus.ts';
import prometheusDisk from '../../collectors/prometheus-disk.ts';
import type { ApiAnswer } from '../../src/collect/collector.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { EntityRecord } from '../../src/model/snapshot.ts';
import { answerOf, anyAnswer, at, fleetOf, type Labels, now, type Series } from './prometheus-answers.ts';

const parse = (fleet: Fleet, answer: ApiAnswer) =>
  prometheusDisk.parse(new Map([['main.smartctl.1', answer]]), { at, fleet });

describe('a smartctl exporter', () => {
  const fleet = fleetOf(`prometheus: { main: { url: 'https://p', presets: [smartctl] } }
hosts: { hv1: { prometheus: main } }`);
  const disk = (device: string, info: Labels, ...series: Series[]): Series[] =>
    [['smartctl_device', 1, info] as Series, ...series].map(([name, value, more]) => [
      name,
      value,
      { instance: 'hv1:9633', device, ...more },
    ]);
  const parseDisks = (...disks: Series[][]) =>
    parse(fleet, answerOf([['part:seen', now, { instance: 'hv1:9633' }], ...disks.flat()])).records;

  test('that writes 0 for what a disk does not tell gives no zeros, and calls no disk failing for it', () => {
    const [record] = parseDisks(
      disk(
        'sda',
        { serial_number: 'ZFL1', protocol: 'ATA' },
        ['smartctl_device_percentage_used', 0],
        ['smartctl_device_bytes_written', 0],
        ['smartctl_device_power_on_seconds', 0],
        ['smartctl_device_capacity_bytes', 0],
        ['smartctl_device_smart_status', 0],
        ['smartctl_device_smartctl_exit_status', 4],
      ),
    );
    expect(record?.state).toBeUndefined();
    expect([record?.gauges, record?.counters]).toEqual([{ smartctl_exit_code: 4 }, {}]);
  });

  test('before 0.12 counts the traffic of NVMe in units that are none: it is left out', () => {
    const written = (bytes: number) =>
      parseDisks(
        disk('nvme0', { serial_number: 'S1', protocol: 'NVMe' }, ['smartctl_device_bytes_written', bytes]),
      )[0]?.counters;
    expect(written(299_239_460 * 512_000)).toEqual({ written_bytes_total: 299_239_460 * 512_000 });
    expect(written(299_239_461 * 512 * 1024)).toEqual({});
  });

  test('gives a disk that it reaches in two ways once, and none of which nobody knows which it is', () => {
    const records = parseDisks(
      disk('sda', { serial_number: ' ZFL1 ' }),
      disk('sdb', { serial_number: 'ZFL1' }),
      disk('sdc', { serial_number: '' }),
    );
    expect(records.map(({ entity }) => entity)).toEqual(['disk:hv1:ZFL1']);
  });
});

describe('what only some hosts have', () => {
  const fleetWith = (presets: string) =>
    fleetOf(`prometheus: { main: { url: 'https://p', presets: [${presets}] } }
hosts: { hv1: { prometheus: main } }`);

  test('is asked for as seldom as on the hosts themselves, and not by the collector of each run', () => {
    const fleet = fleetWith('node, smartctl');
    expect(prometheusDisk.everySeconds).toBe(disk.everySeconds);
    expect(prometheusDisk.requests(fleet).map(({ name }) => name)).toEqual(['main.smartctl.1']);
    expect(prometheus.requests(fleet).map(({ name }) => name)).toEqual(['main.node.1']);
  });

  test('is missed only where nothing else is read', () => {
    const none = answerOf([]);
    expect(parse(fleetWith('node, smartctl'), none).errors).toEqual([]);
    expect(parse(fleetWith('zfs, smartctl'), none).errors).toEqual([]);
    expect(parse(fleetWith('smartctl'), none).errors).toEqual([
      { source: 'host:hv1', message: 'no data in prometheus:main: no series is of this host' },
    ]);
  });
});

test('whatever a server answers, records are valid disks of our hosts, each once', () => {
  const fleet = fleetOf(`prometheus: { main: { url: 'https://p', presets: [smartctl] } }
hosts: { hv1: { prometheus: main }, hv2: { prometheus: main } }`);
  const queries = prometheusDisk.requests(fleet).map(({ form }) => form?.query ?? '');
  const names = new Set(queries.flatMap((query) => query.match(/\bsmartctl_\w+/g) ?? []));
  fc.assert(
    fc.property(anyAnswer([...names]), (answer) => {
      const { records } = parse(fleet, answer);
      for (const record of records) expect(EntityRecord.safeParse(record).error).toBeUndefined();
      for (const { entity } of records) expect(entity).toMatch(/^disk:hv[12]:/);
      expect(new Set(records.map(({ entity }) => entity)).size).toBe(records.length);
    }),
    { numRuns: 300 },
  );
});
