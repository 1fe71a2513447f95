import { FormatError } from './field.ts';
import { fieldAt, flagAt, listAt, numberAt, textAt } from './json-fields.ts';
import {
  familyOf,
  readBytesOf,
  type SmartAttribute,
  type Sourced,
  wearOf,
  writtenBytesOf,
} from './smart-attributes.ts';

/** What smartctl tells of one disk; what it does not tell is absent. */
export interface SmartDisk {
  /** `/dev/sda`, with the number behind a RAID controller: `/dev/sda megaraid,3`. */
  readonly device: string;
  /** It sleeps, and was not woken: nothing else is known. */
  readonly isAsleep: boolean;
  /** It is made by a hypervisor: it does not wear, and its serial number may be that of others. */
  readonly isVirtual: boolean;
  /** The serial number, else the WWN; undefined when it tells neither. */
  readonly identity: string | undefined;
  /** The disk's own verdict: false when it says that it is failing. */
  readonly isWell: boolean | undefined;
  /** What it says of its failing. */
  readonly complaint: string | undefined;
  readonly facts: Readonly<Record<string, string | undefined>>;
  readonly gauges: Readonly<Record<string, number | undefined>>;
  readonly counters: Readonly<Record<string, number | undefined>>;
  readonly attributes: readonly SmartAttribute[];
}

/** More attributes than any disk has: the table has room for thirty. */
const maxAttributes = 64;

/** What smartctl is told to end with when a disk sleeps; it ends so for no other reason. */
export const asleepStatus = 3;

/** The bits of NVMe's critical warning (NVM Express Base Specification 2.0, figure 207). */
const nvmeWarnings = [
  'spare blocks run out',
  'too hot or too cold',
  'unreliable for errors of its medium',
  'read-only',
  'the backup of its volatile memory failed',
  'its persistent memory is read-only',
];

/**
 * A document of `smartctl --json -x` to what it says of its disk. Its exit status is data: a disk that is failing still answers.
 * @throws FormatError when it is no such document, or tells why the disk could not be asked.
 */
export function parseSmart(text: string): SmartDisk {
  const document = parseSmartDocument(text);
  const device = textAt(document, 'device', 'name');
  if (device === undefined) throw failureOf(document);
  const type = textAt(document, 'device', 'type') ?? '';
  const shown = type.includes(',') ? `${device} ${type}` : device;
  const status = numberAt(document, 'smartctl', 'exit_status') ?? 0;
  const asleep = messagesOf(document).find((message) => /Device is in \S+ mode/.test(message));
  if (asleep !== undefined || status === asleepStatus)
    return sleeping(shown, /Device is in (\S+) mode/.exec(asleep ?? '')?.[1] ?? 'standby');
  const serial = textAt(document, 'serial_number');
  const wwn = wwnOf(document);
  // Bits 0 and 1: the command line was wrong, or the disk could not be opened.
  if ((status & 3) !== 0 && serial === undefined) throw failureOf(document);
  const attributes = attributesOf(document);
  const family = textAt(document, 'model_family');
  const blockBytes = numberAt(document, 'logical_block_size') ?? 512;
  const model = modelOf(document);
  const meaning = familyOf(family, model);
  const known = meaning === undefined ? [] : attributes;
  const wear = wearToldBy(document) ?? wearOf(known, meaning ?? '');
  const written = writtenToldBy(document, blockBytes) ?? writtenBytesOf(known, blockBytes);
  const read = readToldBy(document, blockBytes) ?? readBytesOf(known, blockBytes);
  const hours = numberAt(document, 'power_on_time', 'hours');
  const minutes = numberAt(document, 'power_on_time', 'minutes') ?? 0;
  const rotation = numberAt(document, 'rotation_rate');
  const test = selfTestOf(document);
  const raw = (id: number, name: RegExp) => {
    const attribute = attributes.find((candidate) => candidate.id === id && name.test(candidate.name));
    return attribute && countOf(attribute);
  };
  const nvme = (field: string) => numberAt(document, 'nvme_smart_health_information_log', field);
  const ratio = (percent: number | undefined) => (percent === undefined ? undefined : percent / 100);
  if ((serial ?? wwn ?? model) === undefined && attributes.length === 0)
    throw new FormatError(shown, messagesOf(document)[0], 'what tells which disk it is');
  const minutesAt = (field: string) => {
    const told = nvme(field);
    return told === undefined ? undefined : told * 60;
  };
  const failing = failingOf(document);
  const warnings = nvmeWarnings.filter((_, bit) => ((nvme('critical_warning') ?? 0) & (1 << bit)) !== 0);
  return {
    device: shown,
    isAsleep: false,
    isVirtual: /^(QEMU|VMware|VBOX|Msft|Virtual |Google|Amazon Elastic Block Store|nvme_card)/i.test(
      model ?? '',
    ),
    identity: serial ?? wwn,
    isWell: flagAt(document, 'smart_status', 'passed'),
    complaint: failing ?? (warnings.join(', ') || undefined),
    facts: {
      device: shown,
      model,
      family,
      serial,
      wwn,
      firmware:
        textAt(document, 'firmware_version') ??
        textAt(document, 'scsi_revision') ??
        textAt(document, 'revision'),
      protocol: textAt(document, 'device', 'protocol'),
      medium: rotation === undefined ? undefined : rotation === 0 ? 'solid' : 'rotating',
      form_factor: textAt(document, 'form_factor', 'name'),
      wear_source: wear?.source,
      written_source: written?.source,
      last_self_test: test?.text,
      failing,
    },
    gauges: {
      disk_size_bytes:
        numberAt(document, 'user_capacity', 'bytes') ?? numberAt(document, 'nvme_total_capacity'),
      rotation_rate_count: rotation,
      temperature_celsius: numberAt(document, 'temperature', 'current'),
      power_on_seconds: hours === undefined ? undefined : hours * 3600 + minutes * 60,
      power_cycles_count: numberAt(document, 'power_cycle_count'),
      wear_used_ratio: wear?.value,
      lifetime_written_bytes: written?.value,
      lifetime_read_bytes: read?.value,
      spare_available_ratio: ratio(
        nvme('available_spare') ?? numberAt(document, 'spare_available', 'current_percent'),
      ),
      spare_threshold_ratio: ratio(nvme('available_spare_threshold')),
      critical_warning_code: nvme('critical_warning'),
      media_errors_count: nvme('media_errors'),
      unsafe_shutdowns_count: nvme('unsafe_shutdowns'),
      temperature_warning_seconds: minutesAt('warning_temp_time'),
      temperature_critical_seconds: minutesAt('critical_comp_time'),
      reallocated_sectors_count: raw(5, /^(Reallocat|Retired)/),
      reported_uncorrectable_count: raw(187, /Uncorrect/),
      pending_sectors_count: raw(197, /Pending/) ?? numberAt(document, 'scsi_pending_defects', 'count'),
      offline_uncorrectable_count: raw(198, /Uncorrect/),
      crc_errors_count: raw(199, /CRC/),
      grown_defects_count: numberAt(document, 'scsi_grown_defect_list'),
      uncorrected_errors_count: uncorrectedOf(document),
      error_log_count:
        nvme('num_err_log_entries') ??
        numberAt(document, 'ata_smart_error_log', 'extended', 'count') ??
        numberAt(document, 'ata_smart_error_log', 'summary', 'count'),
      self_test_errors_count:
        numberAt(document, 'ata_smart_self_test_log', 'extended', 'error_count_total') ??
        numberAt(document, 'ata_smart_self_test_log', 'standard', 'error_count_total'),
      last_self_test_power_on_seconds: test?.powerOnSeconds,
      smartctl_exit_code: status,
    },
    counters: { written_bytes_total: written?.value, read_bytes_total: read?.value },
    attributes,
  };
}

/**
 * Any document of smartctl.
 * @throws FormatError when it is none.
 */
export function parseSmartDocument(text: string): unknown {
  refuseOldSmartctl(text);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError('smartctl', text.slice(0, 40), 'JSON');
  }
  if (fieldAt(document, 'smartctl', 'version') === undefined)
    throw new FormatError('smartctl.version', undefined, 'a document of smartctl --json');
  return document;
}

/**
 * Before 7.0 smartctl knows no JSON, and answers in its own words, which begin with its version.
 * @throws FormatError when it did.
 */
export function refuseOldSmartctl(text: string): void {
  const version = /^smartctl (?:version )?(\d+\.\d+)/.exec(text)?.[1];
  if (version !== undefined)
    throw new FormatError('smartctl', `version ${version}`, 'an answer in JSON, which it gives from 7.0 on');
}

function sleeping(device: string, mode: string): SmartDisk {
  return {
    device,
    isAsleep: true,
    isVirtual: false,
    identity: undefined,
    isWell: undefined,
    complaint: undefined,
    facts: { device, power_mode: mode.toLowerCase() },
    gauges: {},
    counters: {},
    attributes: [],
  };
}

function messagesOf(document: unknown): string[] {
  return listAt(document, 'smartctl', 'messages').flatMap((message) => textAt(message, 'string') ?? []);
}

/** What smartctl said instead of an answer, by the device that it said it of. */
function failureOf(document: unknown): FormatError {
  const expected = 'the answer of a disk';
  if (fieldAt(document, 'devices') !== undefined)
    return new FormatError('smartctl', 'a list of devices', expected);
  const message = messagesOf(document)[0];
  const [, device, reason = message] =
    /^(?:Smartctl open device: )?(\/dev\/\S+?(?: \[[^\]]*\])?)(?: failed)?: (.*)$/.exec(message ?? '') ?? [];
  return new FormatError(device ?? textAt(document, 'device', 'name') ?? 'smartctl', reason, expected);
}

/** SCSI disks have a vendor beside the name of the product, older smartctls no model of both. */
function modelOf(document: unknown): string | undefined {
  const parts = ['vendor', 'product'].flatMap(
    (part) => textAt(document, `scsi_${part}`) ?? textAt(document, part) ?? [],
  );
  return (
    textAt(document, 'model_name') ??
    textAt(document, 'scsi_model_name') ??
    (parts.length > 0 ? parts.join(' ') : undefined)
  );
}

/** `5000c500a1b2c3d4`, as the operating system names it; NVMe disks have an EUI-64 of their namespace. */
function wwnOf(document: unknown): string | undefined {
  const [naa, oui, id] = ['naa', 'oui', 'id'].map((part) => numberAt(document, 'wwn', part));
  if (naa !== undefined && oui !== undefined && id !== undefined)
    return `${hex(naa, 1)}${hex(oui, 6)}${hex(id, 9)}`;
  return textAt(document, 'logical_unit_id')?.replace(/^0x/, '');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function attributesOf(document: unknown): SmartAttribute[] {
  const table = listAt(document, 'ata_smart_attributes', 'table');
  if (table.length > maxAttributes)
    throw new FormatError(
      'ata_smart_attributes.table',
      `${table.length} attributes`,
      `at most ${maxAttributes}`,
    );
  return table.map((row) => {
    const id = numberAt(row, 'id');
    if (id === undefined || !Number.isInteger(id) || id < 1 || id > 255)
      throw new FormatError('ata_smart_attributes.table.id', String(id), 'a number from 1 to 255');
    const text = textAt(row, 'raw', 'string');
    const [value, worst, threshold, raw] = [
      numberAt(row, 'value'),
      numberAt(row, 'worst'),
      numberAt(row, 'thresh'),
      numberAt(row, 'raw', 'value'),
    ];
    return {
      id,
      name: textAt(row, 'name') ?? '',
      ...(value !== undefined && { value }),
      ...(worst !== undefined && { worst }),
      ...(threshold !== undefined && { threshold }),
      ...(raw !== undefined && { raw }),
      ...(text !== undefined && { text }),
    };
  });
}

/** Vendors pack other numbers above the count into one raw value; smartctl, which knows where, prints the count first: `2111 (12437 0)`. */
function countOf({ raw, text }: SmartAttribute): number | undefined {
  const count = /^(\d{1,15}) \(/.exec(text ?? '')?.[1];
  return count === undefined ? raw : Number(count);
}

/** The share of life that is gone as standards define it, which no vendor bends. */
function wearToldBy(document: unknown): Sourced | undefined {
  const nvme = numberAt(document, 'nvme_smart_health_information_log', 'percentage_used');
  if (nvme !== undefined) return { value: nvme / 100, source: 'NVMe percentage used' };
  const scsi = numberAt(document, 'scsi_percentage_used_endurance_indicator');
  if (scsi !== undefined) return { value: scsi / 100, source: 'SCSI percentage used endurance indicator' };
  const ata = statisticOf(document, 7, 8);
  return ata === undefined ? undefined : { value: ata / 100, source: 'device statistics' };
}

function writtenToldBy(document: unknown, blockBytes: number): Sourced | undefined {
  return bytesToldBy(document, 'written', 24, 'write', blockBytes);
}

function readToldBy(document: unknown, blockBytes: number): Sourced | undefined {
  return bytesToldBy(document, 'read', 40, 'read', blockBytes);
}

function bytesToldBy(
  document: unknown,
  direction: 'written' | 'read',
  statistic: number,
  counter: 'write' | 'read',
  blockBytes: number,
): Sourced | undefined {
  const units = numberAt(document, 'nvme_smart_health_information_log', `data_units_${direction}`);
  // Thousands of 512 bytes, rounded up.
  if (units !== undefined) return { value: units * 512_000, source: 'NVMe data units' };
  const sectors = statisticOf(document, 1, statistic);
  if (sectors !== undefined) return { value: sectors * blockBytes, source: 'device statistics' };
  const processed = textAt(document, 'scsi_error_counter_log', counter, 'gigabytes_processed');
  if (processed === undefined) return undefined;
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(processed))
    throw new FormatError('gigabytes_processed', processed, 'a number');
  return { value: Math.round(Number(processed) * 1e9), source: 'SCSI error counter log' };
}

/** A valid value of the ATA device statistics (ACS-4, 9.5), by page and offset. */
function statisticOf(document: unknown, page: number, offset: number): number | undefined {
  const pages = listAt(document, 'ata_device_statistics', 'pages');
  const rows = pages.flatMap((own) => (numberAt(own, 'number') === page ? listAt(own, 'table') : []));
  const row = rows.find((own) => numberAt(own, 'offset') === offset);
  return flagAt(row, 'flags', 'valid') === true ? numberAt(row, 'value') : undefined;
}

function uncorrectedOf(document: unknown): number | undefined {
  const counts = ['read', 'write', 'verify'].map((direction) =>
    numberAt(document, 'scsi_error_counter_log', direction, 'total_uncorrected_errors'),
  );
  return counts.some((count) => count !== undefined)
    ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    : undefined;
}

/** The newest self-test: its kind and its result, and how long the disk had run when it ended. */
function selfTestOf(document: unknown): { text: string; powerOnSeconds: number | undefined } | undefined {
  const ata =
    listAt(document, 'ata_smart_self_test_log', 'extended', 'table')[0] ??
    listAt(document, 'ata_smart_self_test_log', 'standard', 'table')[0];
  const nvme = listAt(document, 'nvme_self_test_log', 'table')[0];
  const scsi = fieldAt(document, 'scsi_self_test_0');
  const [kind, result, hours] = [
    textAt(ata, 'type', 'string') ??
      textAt(nvme, 'self_test_code', 'string') ??
      textAt(scsi, 'code', 'string'),
    textAt(ata, 'status', 'string') ??
      textAt(nvme, 'self_test_result', 'string') ??
      textAt(scsi, 'result', 'string'),
    numberAt(ata, 'lifetime_hours') ??
      numberAt(nvme, 'power_on_hours') ??
      numberAt(scsi, 'power_on_time', 'hours'),
  ];
  if (kind === undefined || result === undefined) return undefined;
  return { text: `${kind}: ${result}`, powerOnSeconds: hours === undefined ? undefined : hours * 3600 };
}

/** Which attributes are at or below their threshold, now or in the past, by the disk's own account. */
function failingOf(document: unknown): string | undefined {
  const names = listAt(document, 'ata_smart_attributes', 'table').flatMap((row) => {
    const when = textAt(row, 'when_failed');
    return when === undefined ? [] : [`${textAt(row, 'name') ?? ''} ${when}`];
  });
  return names.length === 0 ? undefined : names.join(', ').slice(0, 500);
}
