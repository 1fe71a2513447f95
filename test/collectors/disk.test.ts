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
  const asked = answers.map((one, index) => {
    const { name, type } =
      typeof one === 'string' ? { name: `/dev/text${index}`, type: 'sat' } : deviceOf(one);
    return { name, type, text: typeof one === 'string' ? one : JSON.stringify(one) };
  });
  const scan = asked.map(({ name, type }) => `${name} -d ${type} # ${name}, ATA device\n`);
  const parts = asked.map(({ name, type, text }) => `== ${name} ${type}\n${text}\n\n`);
  return parseText(`== scan\n${scan.join('')}== end 0\n${parts.join('')}`, block);
}

function deviceOf(answer: object): { name: string; type: string } {
  return 'device' in answer
    ? (answer.device as { name: string; type: string })
    : { name: '/dev/x', type: 'sat' };
}

function parseText(smart: string, block = '') {
  const ok = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });
  const { records, errors } = disk.parse(
    new Map([
      ['smart', ok(smart)],
      ['block', ok(block)],
    ]),
    context,
  );
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

  test('a raw value beyond 2^53 is left out, not rounded, and kept as smartctl prints it', () => {
    const raw = { value: 13_997_186_748_561_226, string: '46922h+54m+18.974s' };
    const table = [attribute(240, 'Head_Flying_Hours', 100, 0, { raw })];
    const { entities, errors } = parse([answer('/dev/sda', { ...ssd, ata_smart_attributes: { table } })]);
    expect(errors).toEqual([]);
    expect(entities.get('disk:hv1:PHYS1')?.gauges).not.toHaveProperty('smart_240_raw_count');
    expect(entities.get('disk:hv1:PHYS1')?.facts?.smart_240_raw).toBe('46922h+54m+18.974s');
  });

  test('what is packed above a count is not counted', () => {
    // As smartctl prints the format raw16(raw16): 0x3095_0000_083f.
    const raw = { value: 0x3095_0000_083f, string: '2111 (12437 0)' };
    const table = [attribute(5, 'Reallocated_Sector_Ct', 100, 0, { raw })];
    const { gauges } =
      parse([answer('/dev/sda', { ...ssd, ata_smart_attributes: { table } })]).records[0] ?? {};
    expect(gauges?.reallocated_sectors_count).toBe(2111);
    expect(gauges?.smart_5_raw_count).toBe(0x3095_0000_083f);
  });
});

test('an NVMe disk tells wear, spare and traffic by its standard; one that says that it is failing is degraded, and still read', () => {
  const { entities, errors } = parse([answer('/dev/nvme0', nvme, { type: 'nvme', status: 8 })]);
  expect(errors).toEqual([]);
  expect(entities.get('disk:hv1:S64GNE0R')).toMatchObject({
    state: 'degraded',
    reason: 'the disk says that it is failing (SMART): unreliable for errors of its medium',
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
      'SandForce, whose raw value is 0',
      'SandForce Driven SSDs',
      [attribute(231, 'SSD_Life_Left', 96, 0), attribute(241, 'Lifetime_Writes_GiB', 0, 16_979)],
      0.04,
      16_979 * 1_073_741_824,
    ],
    [
      // Kingston: UV400-SMART-attribute.pdf.
      'Kingston’s UV400, whose raw value counts up',
      'Kingston SSDNow UV400/500',
      [attribute(231, 'SSD_Life_Left', 80, 20), attribute(241, 'Host_Writes_GiB', 100, 7)],
      0.2,
      7_516_192_768,
    ],
    [
      'Seagate, whose raw value is packed',
      'Seagate Nytro SATA SSD',
      [
        attribute(231, 'SSD_Life_Left', 93, 0x64_5d_00),
        attribute(233, 'Lifetime_Wts_To_Flsh_GB', 100, 163_817),
        attribute(241, 'Lifetime_Wts_Frm_Hst_GB', 100, 141_921),
      ],
      0.07,
      141_921 * 1_073_741_824,
    ],
    [
      'WD, which counts up, and says so twice',
      'WD Blue / Red / Green SSDs',
      [
        attribute(230, 'Media_Wearout_Indicator', 4, 0x0445_0132_0445),
        attribute(241, 'Host_Writes_GiB', 253, 173_833),
      ],
      0.04,
      173_833 * 1_073_741_824,
    ],
    [
      'WD, where the two contradict each other',
      'WD Blue / Red / Green SSDs',
      [attribute(230, 'Media_Wearout_Indicator', 100, 0x2f24_2314_2f24)],
      undefined,
      undefined,
    ],
    [
      'Micron beyond its rated life',
      'Crucial/Micron Client SSDs',
      [attribute(202, 'Percent_Lifetime_Remain', 0, 112)],
      1.12,
      undefined,
    ],
    [
      'one whose two values contradict each other',
      'SK hynix SATA SSDs',
      [attribute(231, 'SSD_Life_Left', 90, 55)],
      undefined,
      undefined,
    ],
    [
      'Swissbit, which tells the lower half of a number',
      'Swissbit X-600m Series Industrial mSATA SSD',
      [attribute(241, 'Total_LBAs_Written_Low', 100, 5), attribute(243, 'Total_LBAs_Written_High', 100, 1)],
      undefined,
      undefined,
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

  test('of a Samsung for servers that the database does not know yet', () => {
    const table = [
      attribute(177, 'Wear_Leveling_Count', 98, 129),
      attribute(241, 'Total_LBAs_Written', 99, 1000),
    ];
    const own = {
      ...ssd,
      model_family: undefined,
      model_name: 'SAMSUNG MZ7L3480HCHQ-00A07',
      ata_smart_attributes: { table },
    };
    const { gauges } = parse([answer('/dev/sda', own)]).records[0] ?? expect.fail();
    expect(gauges).toMatchObject({ wear_used_ratio: 0.02, lifetime_written_bytes: 512_000 });
  });

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
  const behind = (bay: number, serial: string, hours = 1000) =>
    answer(
      '/dev/sda',
      { serial_number: serial, model_name: 'A', power_on_time: { hours } },
      { type: `megaraid,${bay}` },
    );
  const { entities, errors } = parse([
    behind(0, 'S0'),
    behind(1, 'S1'),
    behind(2, 'S1'),
    // As USB bridges do that have one serial number for all.
    behind(3, '000000000000'),
    behind(4, '000000000000', 7000),
  ]);
  expect([...entities.keys()]).toEqual(['disk:hv1:S0', 'disk:hv1:S1']);
  expect(entities.get('disk:hv1:S1')?.facts?.device).toBe('/dev/sda megaraid,1');
  expect(errors.map(({ message }) => message)).toEqual([
    '/dev/sda megaraid,3 and /dev/sda megaraid,4 both claim to be 000000000000',
  ]);
});

test('what is no answer of a disk is refused by name, and costs no other', () => {
  const denied = answer('/dev/sdz', {}, { status: 2, messages: ['open failed: Permission denied'] });
  const { records, errors } = parse([
    answer('/dev/sda', ssd),
    denied,
    '{"half":',
    '{"schema":"other"}',
    answer('/dev/sdy', { ...ssd, serial_number: 'X', temperature: { current: 'warm' } }),
    answer('/dev/sdx', { model_name: 'A' }),
  ]);
  expect(records).toHaveLength(1);
  expect(errors.map(({ message }) => message)).toEqual([
    '/dev/sdz: found "open failed: Permission denied", expected the answer of a disk',
    '/dev/text2 sat: smartctl: found "{\\"half\\":", expected JSON',
    '/dev/text3 sat: smartctl.version: found nothing, expected a document of smartctl --json',
    '/dev/sdy sat: temperature.current: found "\\"warm\\"", expected a number',
    '/dev/sdx: found nothing, expected a serial number or a WWN',
  ]);
});

test('a smartctl without JSON is told once, with the version that is needed', () => {
  const text = 'smartctl 6.6 2017-11-05 r4594 [x86_64-linux]\n\n=======> UNRECOGNIZED OPTION: json=c\n';
  const { records, errors } = parse([text, text, text]);
  expect(records).toEqual([]);
  expect(errors.map(({ message }) => message)).toEqual([
    'smartctl: found "version 6.6", expected an answer in JSON, which it gives from 7.0 on',
  ]);
});

test('a disk of the list that did not answer, was not asked, or could not be opened is told; the drives of RAID controllers are none', () => {
  const { records, errors } = parseText(
    [
      '== scan',
      '/dev/sda -d sat # /dev/sda [SAT], ATA device',
      '/dev/sdb -d sat # /dev/sdb [SAT], ATA device',
      '/dev/sdc -d sat # /dev/sdc [SAT], ATA device',
      '# /dev/sdd -d scsi # /dev/sdd, SCSI device open failed: No such device',
      "# /dev/sde -d scsi # /dev/sde, SCSI device open failed: DELL or MegaRaid controller, please try adding '-d megaraid,N'",
      '== end 0',
      '== /dev/sda sat',
      JSON.stringify(answer('/dev/sda', ssd)),
      '== /dev/sdb sat',
      '',
    ].join('\n'),
  );
  expect(records).toHaveLength(1);
  expect(errors.map(({ message }) => message)).toEqual([
    '/dev/sdb sat: found "nothing in 20 s", expected the answer of a disk',
    '/dev/sdc sat: found "not asked", expected the answer of a disk',
    '/dev/sdd scsi: found "No such device", expected the answer of a disk',
  ]);
});

test('a list that did not come to its end is told: no disk is not the same', () => {
  expect(parseText('== scan\n').errors.map(({ message }) => message)).toEqual([
    'scan: found nothing, expected its end',
  ]);
  expect(parseText('== scan\n== end 0\n').errors).toEqual([]);
});

test('disks that a hypervisor makes are none', () => {
  const virtual = answer('/dev/sda', { ...ssd, model_family: undefined, model_name: 'QEMU HARDDISK' });
  const bare = answer('/dev/sdb', { vendor: 'VMware', product: 'Virtual disk' }, { type: 'scsi', status: 4 });
  expect(parse([virtual, bare])).toMatchObject({ records: [], errors: [] });
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
    expect(lines.slice(lines.indexOf('== end 0') + 1)).toEqual([
      '== /dev/sda sat',
      '-n|standby,3|--json=c|-x|-d|sat|/dev/sda|',
      '== /dev/bus/0 megaraid,3',
      '-n|standby,3|--json=c|-x|-d|megaraid,3|/dev/bus/0|',
      '== /dev/nvme0 nvme',
      '-n|standby,3|--json=c|-x|-d|nvme|/dev/nvme0|',
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
    expect(run(evil.join('\n'))).toEqual({ lines: ['== scan', ...evil, '== end 0'], status: 0 });
  });

  test('goes on past a disk that hangs so that not even its smartctl can be killed', () => {
    const program = `#!/bin/sh
case "$*" in --scan-open) echo '/dev/sda -d sat # a'; echo '/dev/sdb -d sat # b' ;; *sda) setsid sleep 9 ;; *) echo answered ;; esac
`;
    writeFileSync(join(folder, 'smartctl'), program, { mode: 0o755 });
    const patient = disk.commands.smart.run;
    const { stdout } = spawnSync('sh', ['-c', patient.replaceAll(/timeout -k \d 2\d/g, 'timeout -k 1 1')], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}` },
      timeout: 8000,
    });
    expect(stdout).toMatch(/== \/dev\/sda sat\n\n== \/dev\/sdb sat\nanswered\n/);
  });

  test('is silent where smartctl is not', () => {
    const { stdout, status } = spawnSync('/bin/sh', ['-c', disk.commands.smart.run], {
      encoding: 'utf8',
      env: { PATH: `${folder}/none` },
    });
    expect([stdout, status]).toEqual(['absent\n', 0]);
    expect(parseText(stdout)).toMatchObject({ records: [], errors: [] });
  });
});
