import { seedOf } from './chance.ts';
import { type DriveMoment, drivesAt, wornPercent } from './drives.ts';
import type { Place } from './place.ts';

/** What the script for disks prints: the list of `smartctl --scan-open`, and the document of `smartctl --json=c -x` of each. */
export function smartText(place: Place): string {
  const drives = drivesAt(place);
  const scan = drives.map((drive) => `${pathOf(drive)} -d ${typeOf(drive)} # ${pathOf(drive)}, a device\n`);
  const answers = drives.map(
    (drive) => `== ${pathOf(drive)} ${typeOf(drive)}\n${JSON.stringify(documentOf(drive))}\n\n`,
  );
  return `== scan\n${scan.join('')}== end 0\n${answers.join('')}`;
}

/** What `lsblk -dnPo NAME,SERIAL,WWN` prints; virtual disks have neither. */
export function lsblkText(place: Place): string {
  const drives = drivesAt(place);
  return place.moment.machine.disks
    .map(({ device }) => device)
    .concat(drives.map(({ device }) => device))
    .filter((device, index, all) => all.indexOf(device) === index)
    .map((device) => {
      const drive = drives.find((one) => one.device === device);
      const wwn = drive === undefined ? '' : wwnText(drive);
      return `NAME="${device}" SERIAL="${drive?.serial ?? ''}" WWN="${wwn}"\n`;
    })
    .join('');
}

function documentOf(drive: DriveMoment): object {
  const { serial, model, isAsleep, poweredHours, cycles, celsius, seconds } = drive;
  const isNvme = model.medium === 'nvme';
  const path = pathOf(drive);
  const rest = isNvme ? nvmePart(drive) : ataPart(drive);
  const status = isAsleep ? 3 : rest.exitStatus;
  const head = {
    json_format_version: [1, 0],
    smartctl: {
      version: [7, 3],
      argv: ['smartctl', '-n', 'standby,3', '--json=c', '-x', '-d', typeOf(drive), path],
      ...(isAsleep && {
        messages: [{ string: 'Device is in STANDBY mode, exit(3)', severity: 'information' }],
      }),
      exit_status: status,
    },
    local_time: { time_t: Math.floor(seconds) },
    device: isNvme
      ? { name: path, info_name: path, type: 'nvme', protocol: 'NVMe' }
      : { name: path, info_name: `${path} [SAT]`, type: 'sat', protocol: 'ATA' },
  };
  if (isAsleep) return head;
  return {
    ...head,
    ...(model.family === undefined ? {} : { model_family: model.family }),
    model_name: model.name,
    serial_number: serial,
    firmware_version: model.firmware,
    smart_status: { passed: (status & 8) === 0 },
    ...rest.members,
    power_on_time: { hours: poweredHours },
    power_cycle_count: cycles,
    temperature: { current: celsius },
  };
}

/** Of an NVMe disk the controller is asked, not its namespace. */
function pathOf({ device, model }: DriveMoment): string {
  return `/dev/${model.medium === 'nvme' ? device.replace(/n\d+$/, '') : device}`;
}

function typeOf({ model }: DriveMoment): string {
  return model.medium === 'nvme' ? 'nvme' : 'sat';
}

interface Part {
  readonly exitStatus: number;
  readonly members: object;
}

function nvmePart(drive: DriveMoment): Part {
  const { model, celsius, cycles, poweredHours, trouble, testedHours } = drive;
  const spare = 100 - Math.floor(97 * trouble ** 2);
  const mediaErrors = Math.floor(57 * trouble ** 2);
  const isFailing = spare < 10;
  return {
    exitStatus: isFailing ? 8 : 0,
    members: {
      user_capacity: { blocks: model.bytes / 512, bytes: model.bytes },
      logical_block_size: 512,
      nvme_total_capacity: model.bytes,
      nvme_smart_health_information_log: {
        critical_warning: isFailing ? 1 : 0,
        temperature: celsius,
        available_spare: spare,
        available_spare_threshold: 10,
        percentage_used: wornPercent(drive) ?? 0,
        data_units_read: Math.ceil(drive.readBytes / 512_000),
        data_units_written: Math.ceil(drive.writtenBytes / 512_000),
        power_cycles: cycles,
        power_on_hours: poweredHours,
        unsafe_shutdowns: Math.ceil(cycles / 4),
        media_errors: mediaErrors,
        num_err_log_entries: mediaErrors,
      },
      nvme_self_test_log: {
        table: [
          {
            self_test_code: { value: 1, string: 'Short' },
            self_test_result: { value: 0, string: 'Completed without error' },
            power_on_hours: testedHours,
          },
        ],
      },
    },
  };
}

function ataPart(drive: DriveMoment): Part {
  const { model, trouble, testedHours } = drive;
  const worn = wornPercent(drive);
  const attributes = attributesOf(drive);
  const isFailing = attributes.some(({ when_failed }) => when_failed === 'now');
  const errors = Math.floor(48 * trouble ** 2);
  const hasFailedTest = trouble > 0.6;
  const statistics = [
    { offset: 24, name: 'Logical Sectors Written', value: Math.floor(drive.writtenBytes / 512) },
    { offset: 40, name: 'Logical Sectors Read', value: Math.floor(drive.readBytes / 512) },
  ].map((row) => ({ ...row, size: 6, flags: { value: 192, string: 'V---', valid: true } }));
  const wear = { offset: 8, name: 'Percentage Used Endurance Indicator', value: worn, size: 1 };
  return {
    // Failing, an attribute at its threshold, errors in the log, errors in the log of self-tests.
    exitStatus: (isFailing ? 8 + 16 : 0) + (errors > 0 ? 64 : 0) + (hasFailedTest ? 128 : 0),
    members: {
      wwn: wwnOf(drive),
      user_capacity: { blocks: model.bytes / 512, bytes: model.bytes },
      logical_block_size: 512,
      rotation_rate: model.medium === 'platter' ? 7200 : 0,
      form_factor: model.medium === 'platter' ? { name: '3.5 inches' } : { name: '2.5 inches' },
      ata_smart_attributes: { revision: 16, table: attributes },
      ata_device_statistics: {
        pages: [
          { number: 1, name: 'General Statistics', table: statistics },
          ...(worn === undefined
            ? []
            : [
                {
                  number: 7,
                  name: 'Solid State Device Statistics',
                  table: [{ ...wear, flags: { value: 192, string: 'V---', valid: true } }],
                },
              ]),
        ],
      },
      ata_smart_error_log: { extended: { revision: 1, sectors: 5, count: errors } },
      ata_smart_self_test_log: {
        extended: {
          revision: 1,
          table: [
            {
              type: { value: 1, string: 'Short offline' },
              status: hasFailedTest
                ? { value: 121, string: 'Completed: read failure', passed: false }
                : { value: 0, string: 'Completed without error', passed: true },
              lifetime_hours: testedHours,
            },
          ],
          error_count_total: hasFailedTest ? Math.ceil((trouble - 0.6) * 10) : 0,
        },
      },
    },
  };
}

function attributesOf(drive: DriveMoment): ReturnType<typeof attribute>[] {
  const { model, trouble, poweredHours, cycles, celsius } = drive;
  const aged = Math.max(1, 100 - Math.floor(poweredHours / 1000));
  const common = [
    attribute(
      5,
      'Reallocated_Sector_Ct',
      100 - Math.floor(54 * trouble ** 2),
      50,
      Math.floor(1912 * trouble ** 2),
    ),
    attribute(9, 'Power_On_Hours', model.medium === 'ssd' ? 100 : aged, 0, poweredHours),
    attribute(12, 'Power_Cycle_Count', 100, 0, cycles),
    attribute(187, 'Reported_Uncorrect', 100, 0, Math.floor(21 * trouble ** 2)),
    attribute(194, 'Temperature_Celsius', 100, 0, celsius),
    attribute(197, 'Current_Pending_Sector', 100, 0, Math.floor(40 * trouble ** 1.5)),
    attribute(199, 'UDMA_CRC_Error_Count', 100, 0, 0),
  ];
  if (model.medium === 'platter')
    return [...common, attribute(198, 'Offline_Uncorrectable', 100, 0, Math.floor(24 * trouble ** 2))];
  const written = Math.floor(drive.writtenBytes / (32 * 2 ** 20));
  return [
    ...common,
    attribute(225, 'Host_Writes_32MiB', 100, 0, written),
    attribute(233, 'Media_Wearout_Indicator', 100 - (wornPercent(drive) ?? 0), 0, 0),
    attribute(241, 'Host_Writes_32MiB', 100, 0, written),
    attribute(242, 'Host_Reads_32MiB', 100, 0, Math.floor(drive.readBytes / (32 * 2 ** 20))),
  ];
}

function attribute(id: number, name: string, value: number, threshold: number, raw: number) {
  return {
    id,
    name,
    value,
    worst: value,
    thresh: threshold,
    when_failed: threshold > 0 && value <= threshold ? 'now' : '',
    raw: { value: raw, string: String(raw) },
  };
}

function wwnOf({ model, serial }: DriveMoment): { naa: number; oui: number; id: number } {
  return { naa: 5, oui: model.oui, id: seedOf(0, serial) };
}

function wwnText(drive: DriveMoment): string {
  const { naa, oui, id } = wwnOf(drive);
  if (drive.model.medium === 'nvme') return `eui.00253852${id.toString(16).padStart(8, '0')}`;
  return `0x${naa.toString(16)}${oui.toString(16).padStart(6, '0')}${id.toString(16).padStart(9, '0')}`;
}
