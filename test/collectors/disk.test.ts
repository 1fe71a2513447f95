import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import disk from '../../collectors/disk.ts';
import type { Section } from '../../src/collect/collector.ts';
import { EntityRecord } from '../../src/model/snapshot.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const context = {
  host: 'hv1',
  at: '2026-11-22T09:35:00Z',
  fleet: parseFleet('fleet: { name: Test }', 'fleet.yaml'),
};

/** The head that smartctl puts before each answer, and the device. */
function answer(device: string, rest: object, { type = 'sat', status = 0, messages = [] as string[] } = {}) {
  return {
    json_format_version: [1, 0],
    smartctl: {
      version: [7, 3],
      exit_status: status,
      ...(messages.length > 0 && { messages: messages.map((string) => ({ string, severity: 'error' })) }),
    },
    device: { name: device, info_name: device, type, protocol: type === 'nvme' ? 'NVMe' : 'ATA' },
    ...rest,
  };
}

function attribute(id: number, name: string, value: number, raw: number, more: object = {}) {
  return {
    id,
    name,
    value,
    worst: value,
    thresh: 10,
    when_failed: '',
    raw: { value: raw, string: String(raw) },
    ...more,
  };
}

const ssd = {
  model_family: 'Intel S4510/S4610/S4500/S4600 Series SSDs',
  model_name: 'INTEL SSDSC2KB480G7',
  serial_number: 'PHYS1',
  wwn: { naa: 5, oui: 6083300, id: 5637205884 },
  firmware_version: 'SCV10111',
  user_capacity: { blocks: 937_703_088, bytes: 480_103_981_056 },
  logical_block_size: 512,
  rotation_rate: 0,
  smart_status: { passed: true },
  ata_smart_attributes: {
    table: [
      attribute(5, 'Reallocated_Sector_Ct', 100, 3),
      attribute(225, 'Host_Writes_32MiB', 100, 1000),
      attribute(233, 'Media_Wearout_Indicator', 97, 0),
      attribute(241, 'Host_Writes_32MiB', 100, 1000),
    ],
  },
  power_on_time: { hours: 100, minutes: 30 },
  power_cycle_count: 12,
  temperature: { current: 31 },
};

const nvme = {
  model_name: 'SAMSUNG MZQL21T9HCJR-00A07',
  serial_number: 'S64GNE0R',
  smart_status: { passed: false, nvme: { value: 4 } },
  nvme_total_capacity: 1_920_383_410_176,
  nvme_smart_health_information_log: {
    critical_warning: 4,
    temperature: 40,
    available_spare: 9,
    available_spare_threshold: 10,
    percentage_used: 104,
    data_units_read: 10,
    data_units_written: 2_000_000,
    media_errors: 2,
    num_err_log_entries: 7,
    unsafe_shutdowns: 5,
  },
  power_on_time: { hours: 43_800 },
  temperature: { current: 40 },
};

function parse(answers: readonly (object | string)[], block = '') {
  const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });
  const lines = answers.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
  const sections = new Map([
    ['smart', ok(lines.join(''))],
    ['block', ok(block)],
  ]);
  const { records, errors } = disk.parse(sections, context);
  return { errors, records, entities: new Map(records.map((record) => [record.entity, record])) };
}

describe('of an SSD behind SATA', () => {
  const record = () => parse([answer('/dev/sda', ssd)]).entities.get('disk:hv1:PHYS1') ?? expect.fail();

  test('what it says of itself is known by its serial number, wherever it is plugged', () => {
    expect(record().facts).toMatchObject({
      device: '/dev/sda',
      model: 'INTEL SSDSC2KB480G7',
      wwn: '55cd2e415000ef7c',
      firmware: 'SCV10111',
      medium: 'solid',
    });
    expect(record().gauges).toMatchObject({
      disk_size_bytes: 480_103_981_056,
      power_on_seconds: 361_800,
      temperature_celsius: 31,
      reallocated_sectors_count: 3,
      wear_used_ratio: 0.03,
      // 1000 times 32 MiB.
      lifetime_written_bytes: 33_554_432_000,
    });
    expect(record().state).toBe('up');
  });

  test('attributes are kept as they are, by id', () => {
    expect(record().gauges).toMatchObject({
      smart_233_value_count: 97,
      smart_233_raw_count: 0,
      smart_233_worst_count: 97,
      smart_233_threshold_count: 10,
    });
    expect(record().facts).toMatchObject({ smart_233_name: 'Media_Wearout_Indicator' });
  });

  test('a raw value beyond 2^53 is left out, not rounded', () => {
    const table = [attribute(188, 'Command_Timeout', 100, 0, { raw: { value: 2 ** 64 } })];
    const { entities, errors } = parse([answer('/dev/sda', { ...ssd, ata_smart_attributes: { table } })]);
    expect(errors).toEqual([]);
    expect(entities.get('disk:hv1:PHYS1')?.gauges).not.toHaveProperty('smart_188_raw_count');
  });
});

test('an NVMe disk tells wear, spare and traffic by its standard; one that says that it is failing is degraded, and still read', () => {
  const { entities, errors } = parse([answer('/dev/nvme0', nvme, { type: 'nvme', status: 8 })]);
  expect(errors).toEqual([]);
  expect(entities.get('disk:hv1:S64GNE0R')).toMatchObject({
    state: 'degraded',
    reason: expect.stringContaining('failing'),
    gauges: {
      wear_used_ratio: 1.04,
      spare_available_ratio: 0.09,
      spare_threshold_ratio: 0.1,
      // 2,000,000 units of 512,000 bytes.
      lifetime_written_bytes: 1.024e12,
      media_errors_count: 2,
      critical_warning_code: 4,
      smartctl_exit_code: 8,
    },
    counters: { written_bytes_total: 1.024e12 },
  });
});

test('a SAS disk tells decimal gigabytes, grown defects and errors of all kinds together', () => {
  const sas = {
    scsi_model_name: 'SEAGATE ST4000NM0023',
    serial_number: 'Z1Z9',
    logical_unit_id: '0x5000c5005e4b1234',
    rotation_rate: 7200,
    scsi_grown_defect_list: 4,
    scsi_error_counter_log: {
      read: { gigabytes_processed: '12345.678', total_uncorrected_errors: 1 },
      write: { gigabytes_processed: '500.5', total_uncorrected_errors: 2 },
      verify: { gigabytes_processed: '0.000', total_uncorrected_errors: 3 },
    },
  };
  const { entities } = parse([answer('/dev/sdc', sas, { type: 'scsi' })]);
  expect(entities.get('disk:hv1:Z1Z9')).toMatchObject({
    gauges: { grown_defects_count: 4, uncorrected_errors_count: 6, lifetime_written_bytes: 500_500_000_000 },
    facts: { wwn: '5000c5005e4b1234', medium: 'rotating' },
  });
  expect(entities.get('disk:hv1:Z1Z9')).not.toHaveProperty('state');
});

describe('wear and bytes written are read as the vendor means them', () => {
  // Unit and meaning by smartmontools' drivedb.h.
  const cases: readonly [
    string,
    string,
    ReturnType<typeof attribute>[],
    number | undefined,
    number | undefined,
  ][] = [
    [
      'Samsung',
      'Samsung based SSDs',
      [attribute(177, 'Wear_Leveling_Count', 90, 300), attribute(241, 'Total_LBAs_Written', 99, 2_000_000)],
      0.1,
      1_024_000_000,
    ],
    [
      'Micron',
      'Micron 5100 / 52x0 / 5300 / 5400 SSDs',
      [attribute(202, 'Percent_Lifetime_Remain', 94, 6), attribute(246, 'Total_LBAs_Written', 100, 1000)],
      0.06,
      512_000,
    ],
    [
      'old Crucial',
      'Crucial/Micron RealSSD m4/C400/P400',
      [attribute(202, 'Perc_Rated_Life_Used', 98, 2)],
      0.02,
      undefined,
    ],
    [
      'Phison, whose value stays 100',
      'Phison Driven SSDs',
      [attribute(231, 'SSD_Life_Left', 100, 74), attribute(241, 'Lifetime_Writes_GiB', 100, 10)],
      0.26,
      10_737_418_240,
    ],
    [
      'Silicon Motion',
      'Silicon Motion based SSDs',
      [attribute(169, 'Remaining_Lifetime_Perc', 100, 88), attribute(241, 'Host_Writes_32MiB', 100, 3)],
      0.12,
      100_663_296,
    ],
    [
      'an Intel sold by Dell, which counts 32 MiB under the name of LBAs',
      'Dell Certified Intel S3520 Series SSDs',
      [
        attribute(225, 'Host_Writes_32MiB', 100, 129_493),
        attribute(241, 'Total_LBAs_Written', 100, 129_493),
        attribute(245, 'Percent_Life_Remaining', 99, 99),
      ],
      0.01,
      129_493 * 33_554_432,
    ],
    [
      'one whose model is not in the database',
      '',
      [attribute(177, 'Wear_Leveling_Count', 90, 300), attribute(241, 'Total_LBAs_Written', 99, 2_000_000)],
      undefined,
      undefined,
    ],
  ];
  for (const [what, family, table, wear, written] of cases) {
    test(`of ${what}`, () => {
      const own = { ...ssd, model_family: family, ata_smart_attributes: { table } };
      const { gauges = {} } = parse([answer('/dev/sda', own)]).records[0] ?? expect.fail();
      if (wear === undefined) expect(gauges).not.toHaveProperty('wear_used_ratio');
      else expect(gauges.wear_used_ratio).toBeCloseTo(wear, 10);
      expect(gauges.lifetime_written_bytes).toBe(written);
    });
  }

  test('but by the device statistics where the disk has them, and says that they are valid', () => {
    const statistics = (valid: boolean) => ({
      ata_device_statistics: {
        pages: [
          {
            number: 1,
            table: [
              { offset: 24, value: 1000, flags: { valid } },
              { offset: 40, value: 10, flags: { valid } },
            ],
          },
          { number: 7, table: [{ offset: 8, value: 11, flags: { valid } }] },
        ],
      },
    });
    const told = (valid: boolean) =>
      parse([answer('/dev/sda', { ...ssd, ...statistics(valid) })]).records[0]?.gauges;
    expect(told(true)).toMatchObject({
      wear_used_ratio: 0.11,
      lifetime_written_bytes: 512_000,
      lifetime_read_bytes: 5120,
    });
    expect(told(false)).toMatchObject({ wear_used_ratio: 0.03, lifetime_written_bytes: 33_554_432_000 });
  });
});

test('a disk that sleeps is told as asleep, by the serial number that the system remembers', () => {
  const asleep = answer('/dev/sdb', {}, { messages: ['Device is in STANDBY mode, exit(0)'] });
  const { entities, errors } = parse(
    [asleep],
    'NAME="sda" SERIAL="A" WWN=""\nNAME="sdb" SERIAL="WD-1" WWN="0x50014ee2"\n',
  );
  expect(errors).toEqual([]);
  expect(entities.get('disk:hv1:WD-1')).toMatchObject({
    facts: { power_mode: 'standby', device: '/dev/sdb' },
    gauges: {},
  });
});

test('disks behind one controller are told apart; one disk by two ways is told once; two that claim to be one are told', () => {
  const behind = (bay: number, serial: string, model = 'A') =>
    answer('/dev/sda', { serial_number: serial, model_name: model }, { type: `megaraid,${bay}` });
  const { entities, errors } = parse([
    behind(0, 'S0'),
    behind(1, 'S1'),
    behind(2, 'S1'),
    behind(3, 'S1', 'B'),
  ]);
  expect([...entities.keys()]).toEqual(['disk:hv1:S0', 'disk:hv1:S1']);
  expect(entities.get('disk:hv1:S1')?.facts?.device).toBe('/dev/sda megaraid,1');
  expect(errors.map(({ message }) => message)).toEqual([
    '/dev/sda megaraid,1 and /dev/sda megaraid,3 both claim to be S1',
  ]);
});

test('what is no answer of a disk is refused by name, and costs no other', () => {
  const denied = answer('/dev/sdz', {}, { status: 2, messages: ['open failed: Permission denied'] });
  const { records, errors } = parse([
    answer('/dev/sda', ssd),
    denied,
    '{"half":',
    '{"schema":"other"}',
    'smartctl 6.6 2017-11-05 r4594 [x86_64-linux]',
    answer('/dev/sdy', { ...ssd, serial_number: 'X', temperature: { current: 'warm' } }),
    answer('/dev/sdx', { model_name: 'A' }),
  ]);
  expect(records).toHaveLength(1);
  expect(errors.map(({ message }) => message)).toEqual([
    '/dev/sdz: found "open failed: Permission denied", expected the answer of a disk',
    'smartctl: found "{\\"half\\":", expected JSON',
    'smartctl.version: found nothing, expected a document of smartctl --json',
    'smartctl: found "version 6.6", expected an answer in JSON, which it gives from 7.0 on',
    'temperature.current: found "\\"warm\\"", expected a number',
    '/dev/sdx: it tells neither a serial number nor a WWN',
  ]);
});

test('whatever stands in an answer, records are valid', () => {
  const paths = [
    'serial_number',
    'wwn',
    'temperature',
    'ata_smart_attributes',
    'smart_status',
    'model_name',
  ] as const;
  fc.assert(
    fc.property(fc.record({ path: fc.constantFrom(...paths), value: fc.jsonValue() }), ({ path, value }) => {
      const { records, errors } = parse([answer('/dev/sda', { ...ssd, [path]: value })]);
      for (const record of records) EntityRecord.parse(record);
      expect(records.length + errors.length).toBeGreaterThan(0);
    }),
  );
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-smartctl-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it with a smartctl that prints this scan, and for each disk the words that it was asked with. */
  function run(scan: string) {
    const program = `#!/bin/sh\nif [ "$1" = --scan-open ]; then cat <<'end'\n${scan}\nend\nelse printf '%s|' "$@"; fi\n`;
    writeFileSync(join(folder, 'smartctl'), program);
    chmodSync(join(folder, 'smartctl'), 0o755);
    const { stdout, status } = spawnSync('sh', ['-c', disk.commands.smart.run], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}` },
    });
    return { lines: stdout.split('\n').filter(Boolean), status };
  }

  test('asks each disk of the scan by its type, and does not wake it', () => {
    const { lines, status } = run(
      '/dev/sda -d sat # /dev/sda [SAT], ATA device\n/dev/bus/0 -d megaraid,3 # x\n# /dev/sdb -d scsi # open failed\n/dev/nvme0 -d nvme # NVMe',
    );
    expect(status).toBe(0);
    expect(lines).toEqual([
      '-n|standby,0|--json=c|-x|-d|sat|/dev/sda|',
      '-n|standby,0|--json=c|-x|-d|megaraid,3|/dev/bus/0|',
      '-n|standby,0|--json=c|-x|-d|nvme|/dev/nvme0|',
    ]);
  });

  test('passes on no word that is no name of a disk or of a type', () => {
    const evil = [
      '/dev/$(id) -d sat',
      '/dev/sda -d `id`',
      '/dev/sda;id -d sat',
      '--help -d sat',
      '/dev/sda -x sat',
      'sda -d sat',
    ];
    expect(run(evil.join('\n'))).toEqual({ lines: [], status: 0 });
  });

  test('is silent where smartctl is not', () => {
    const { stdout, status } = spawnSync('/bin/sh', ['-c', disk.commands.smart.run], {
      encoding: 'utf8',
      env: { PATH: `${folder}/none` },
    });
    expect([stdout, status]).toEqual(['', 0]);
  });
});
