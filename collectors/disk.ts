import type { Command, HostCollector } from '../src/collect/collector.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { known } from '../src/collect/parse/known.ts';
import type { Rows } from '../src/collect/parse/rows.ts';
import { sectionReader } from '../src/collect/parse/sections.ts';
import { asleepStatus, parseSmart, type SmartDisk } from '../src/collect/parse/smart.ts';
import { parseSmartAnswers } from '../src/collect/parse/smart-answers.ts';
import type { Metric } from '../src/model/metric.ts';
import type { EntityRecord } from '../src/model/snapshot.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });
const counter = (meaning: string, example: number): Metric => ({ type: 'counter', meaning, example });

/** Attributes are kept as the disk holds them, so that old data can be read anew when more is known of a vendor. */
const attributeMetrics = Object.fromEntries(
  Array.from({ length: 255 }, (_, index) => index + 1).flatMap((id) => [
    [
      `smart_${id}_raw_count`,
      gauge(`Raw value of the ATA attribute ${id}; what it counts is its vendor's.`, 0),
    ],
    [`smart_${id}_value_count`, gauge(`Normalised value of the attribute ${id}.`, 100)],
    [`smart_${id}_worst_count`, gauge(`The worst normalised value that the attribute ${id} had.`, 100)],
    [`smart_${id}_threshold_count`, gauge(`At or below this value the attribute ${id} has failed.`, 0)],
  ]),
);

const metrics = {
  disk_size_bytes: gauge('How much the disk holds.', 3_840_755_982_336),
  rotation_rate_count: gauge('Turns a minute; 0 of a disk without moving parts.', 7200),
  temperature_celsius: gauge('Its temperature.', 36),
  power_on_seconds: gauge('How long it was under power in its life, to the hour or the minute.', 157_680_000),
  power_cycles_count: gauge('How often it was switched on.', 42),
  wear_used_ratio: gauge(
    'The share of its rated life that is gone, in whole percents; above 1 beyond it. By standards where the disk keeps to them, else by its vendor’s attribute (see the fact wear_source).',
    0.07,
  ),
  lifetime_written_bytes: gauge(
    'What hosts wrote to it in its life (see the fact written_source).',
    79_872_512_000_000,
  ),
  lifetime_read_bytes: gauge('What hosts read from it in its life.', 51_223_040_000_000),
  spare_available_ratio: gauge('The share of spare blocks that is left.', 1),
  spare_threshold_ratio: gauge('At or below this share of spare blocks the disk warns.', 0.1),
  critical_warning_code: gauge('NVMe’s bit mask of critical warnings.', 0),
  media_errors_count: gauge('NVMe: how often data could not be recovered.', 0),
  unsafe_shutdowns_count: gauge('NVMe: how often it lost power unprepared.', 12),
  temperature_warning_seconds: gauge('NVMe: how long in its life it was hotter than it should be.', 0),
  temperature_critical_seconds: gauge('NVMe: how long in its life it was too hot to work well.', 0),
  reallocated_sectors_count: gauge('Sectors that were replaced by spare ones (attribute 5).', 0),
  reported_uncorrectable_count: gauge('Errors that could not be corrected (attribute 187).', 0),
  pending_sectors_count: gauge(
    'Sectors that cannot be read and wait to be replaced (attribute 197, or the pending defects of SCSI).',
    0,
  ),
  offline_uncorrectable_count: gauge('Sectors that a scan could not read (attribute 198).', 0),
  crc_errors_count: gauge('Transfers that were damaged on the way; mostly a cable (attribute 199).', 0),
  grown_defects_count: gauge('SCSI: defects that came since it was made.', 0),
  uncorrected_errors_count: gauge(
    'SCSI: errors of reads, writes and verifications that could not be corrected.',
    0,
  ),
  error_log_count: gauge('Entries in its error log.', 3),
  self_test_errors_count: gauge('Failed self-tests in its log.', 0),
  last_self_test_power_on_seconds: gauge('How long it had run when the last self-test ended.', 140_000_400),
  smartctl_exit_code: gauge(
    'The exit status of smartctl, a bit mask: 8 the disk is failing, 64 errors in its log.',
    0,
  ),
  written_bytes_total: counter(
    'The same as lifetime_written_bytes, to see what a day adds.',
    79_872_512_000_000,
  ),
  read_bytes_total: counter('The same as lifetime_read_bytes.', 51_223_040_000_000),
  ...attributeMetrics,
} satisfies Record<string, Metric>;

// Names and types come from the host's own kernel; only such as smartctl prints are passed on, each as one word. A disk that sleeps is
// left asleep. What hangs in the kernel cannot even be killed: its reader gives up on it, and the others are still asked. Each answer
// stands below a line that says whose it is.
const askEach = [
  'command -v smartctl >/dev/null || { echo absent; exit 0; }',
  'scan=$({ { timeout -k 2 25 smartctl --scan-open; echo "== end $?"; } </dev/null 2>/dev/null & } | timeout -k 1 29 head -c 65536)',
  'echo "== scan"; echo "$scan"',
  'late=$(($(date +%s) + 180))',
  'echo "$scan" | head -n 300 | while read -r device option type rest; do case $device in /dev/*) ;; *) continue ;; esac',
  'case $device$type in *[!A-Za-z0-9/_.,:+-]*) continue ;; esac',
  'case $option in -d) ;; *) continue ;; esac',
  '[ "$(date +%s)" -lt "$late" ] || break',
  'echo "== $device $type"',
  `{ timeout -k 2 20 smartctl -n standby,${asleepStatus} --json=c -x -d "$type" "$device" </dev/null 2>/dev/null & } | timeout -k 1 24 head -c 262144`,
  'echo',
  'done',
].join('; ');

const commands = {
  smart: { run: askEach, asRoot: true, timeoutSeconds: 240, maxBytes: 8 * 1024 * 1024 },
  // From udev's memory, without waking any: who sleeps is known by it.
  block: { run: 'lsblk -dnPo NAME,SERIAL,WWN', isOptional: true },
} satisfies Record<string, Command>;

export default {
  kind: 'host',
  reads:
    'Health, wear, errors and traffic of disks by SMART, without waking those that sleep, from smartctl 7 and later.',
  everySeconds: 3600,
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(commands, sections, context);
    const names = reader.read('block', parseBlockNames) ?? new Map<string, string>();
    for (const { identity, disk } of reader.readRows('smart', (text) => parseAnswers(text, names)))
      reader.keep('smart', recordOf(context.host, context.at, identity, disk));
    return reader.parsed;
  },
} satisfies HostCollector;

/** A disk, and what it is known by. */
interface KnownDisk {
  readonly identity: string;
  readonly disk: SmartDisk;
}

/** The disks that answered, each once. Those of hypervisors are none. */
function parseAnswers(text: string, names: ReadonlyMap<string, string>): Rows<KnownDisk> {
  const disks: KnownDisk[] = [];
  const faults: string[] = [];
  for (const { device, answer, fault } of parseSmartAnswers(text)) {
    try {
      if (answer === undefined) throw new FormatError(device, fault, 'the answer of a disk');
      const disk = parseSmart(answer);
      const identity = disk.isAsleep ? names.get(disk.device) : disk.identity;
      if (disk.isVirtual) continue;
      if (identity === undefined)
        throw new FormatError(disk.device, disk.facts.power_mode, 'a serial number or a WWN');
      disks.push({ identity, disk });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(error.message.startsWith('/dev/') ? error.message : `${device}: ${error.message}`);
    }
  }
  const rows = [...Map.groupBy(disks, ({ identity }) => identity).values()].flatMap((claimants) => {
    const [first, ...others] = claimants.toSorted(
      (a, b) => Number(a.disk.isAsleep) - Number(b.disk.isAsleep),
    );
    const other = others.find(({ disk }) => first !== undefined && !isSameDisk(first.disk, disk));
    if (first === undefined || other === undefined) return first ?? [];
    faults.push(`${first.disk.device} and ${other.disk.device} both claim to be ${first.identity}`);
    return [];
  });
  return { rows, faults };
}

/** Whether two answers are of one disk, by two ways (multipath); else their serial number is none: some USB bridges have one for all. */
function isSameDisk(one: SmartDisk, other: SmartDisk): boolean {
  if (one.isAsleep || other.isAsleep) return true;
  const hours = [one, other].map(({ gauges }) => (gauges.power_on_seconds ?? 0) / 3600);
  return (
    one.facts.model === other.facts.model &&
    one.facts.wwn === other.facts.wwn &&
    one.gauges.disk_size_bytes === other.gauges.disk_size_bytes &&
    Math.abs((hours[0] ?? 0) - (hours[1] ?? 0)) <= 1
  );
}

/** By device (`/dev/sda`): what the record of a disk is called that does not tell itself, its serial number or else its WWN. */
function parseBlockNames(text: string): Map<string, string> {
  const rows = text.matchAll(/^NAME="([^"]*)" SERIAL="([^"]*)" WWN="([^"]*)"$/gm);
  return new Map(
    [...rows].flatMap(([, name, serial = '', wwn = '']): [string, string][] => {
      const identity = serial.trim() || wwn.trim().replace(/^0x/, '');
      return identity === '' ? [] : [[`/dev/${name}`, identity]];
    }),
  );
}

function recordOf(host: string, at: string, identity: string, disk: SmartDisk): EntityRecord {
  const attributes = disk.attributes.flatMap(
    ({ id, raw, value, worst, threshold }): [string, number | undefined][] => [
      [`smart_${id}_raw_count`, raw],
      [`smart_${id}_value_count`, value],
      [`smart_${id}_worst_count`, worst],
      [`smart_${id}_threshold_count`, threshold],
    ],
  );
  const texts = disk.attributes.flatMap(({ id, name, raw, text }): [string, string | undefined][] => [
    [`smart_${id}_name`, name],
    [`smart_${id}_raw`, raw === undefined ? text : undefined],
  ]);
  return {
    entity: `disk:${host}:${identity}`,
    at,
    // What is counted in another unit, or by another page, counts anew.
    ...(disk.facts.written_source !== undefined && { epoch: disk.facts.written_source.slice(0, 200) }),
    ...(disk.isWell === undefined ? {} : verdictOf(disk.isWell, disk.complaint)),
    gauges: known({ ...disk.gauges, ...Object.fromEntries(attributes) }),
    counters: known(disk.counters),
    facts: known({ ...disk.facts, ...Object.fromEntries(texts) }),
  };
}

/** A disk that says that it is failing still works: it is not down. */
function verdictOf(isWell: boolean, complaint = ''): Pick<EntityRecord, 'state' | 'reason'> {
  if (isWell) return { state: 'up' };
  const reason = `the disk says that it is failing (SMART)${complaint === '' ? '' : `: ${complaint}`}`;
  return { state: 'degraded', reason: reason.slice(0, 500) };
}
