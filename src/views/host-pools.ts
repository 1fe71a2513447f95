import type { PoolReport } from '../model/reports-file.ts';
import { fromSeconds, Instant, toSeconds } from '../model/time.ts';
import { gaugesOn, type LastSeen, lastVerdict, type PartsInput, partsOf } from './last-seen.ts';

/** A pool is read whole each month; Debian's cron does it on second Sundays, which lie five weeks apart at most. */
const scrubEveryDays = 35;

/** The ZFS pools of a host. */
export function hostPools(host: string, input: PartsInput): PoolReport[] {
  const devices = partsOf(host, 'vdev', input).filter(({ isCurrent }) => isCurrent);
  return partsOf(host, 'pool', input).map((seen) => {
    const gauge = gaugesOn(seen);
    const { facts, name } = seen;
    const scrubbedAt = instantOf(facts.scrub_ended_at);
    const scan = scanOf(facts.scan, gauge('scan_progress_ratio'));
    const scrubIsDue = fromSeconds(toSeconds(input.now) - scrubEveryDays * 86_400);
    return {
      seenOn: seen.seenOn,
      isCurrent: seen.isCurrent,
      name,
      health: facts.health ?? null,
      ...lastVerdict(seen),
      used_bytes: gauge('used_bytes'),
      available_bytes: gauge('available_bytes'),
      read_errors_count: gauge('read_errors_count'),
      write_errors_count: gauge('write_errors_count'),
      checksum_errors_count: gauge('checksum_errors_count'),
      data_errors_count: gauge('data_errors_count'),
      scrubbedAt,
      scrub_errors_count: lastScrubErrors(seen),
      isScrubLate: scrubbedAt !== null && scrubbedAt < scrubIsDue && scan?.state !== 'running',
      scan,
      devices: devices.filter((device) => device.name.startsWith(`${name}/`)).flatMap(troubleOf),
    };
  });
}

/** Of the scrub that ended last, also where a resilver hides it by now. */
function lastScrubErrors({ entity }: LastSeen): number | null {
  return entity.gauges.get('scrub_errors_count')?.last.findLast((value) => !Number.isNaN(value)) ?? null;
}

/** `resilver running 2026-11-22T18:51:43Z`; what has finished is told as the last scrub, or is over. */
function scanOf(text: string | undefined, progress: number | null): PoolReport['scan'] {
  const [, what, state, at] = /^(.+) (running|paused|canceled)(?: (\S+))?$/.exec(text ?? '') ?? [];
  if (state !== 'running' && state !== 'paused' && state !== 'canceled') return null;
  const kind = what === 'resilver' || what === 'rebuild' ? 'resilver' : 'scrub';
  return { kind, state, at: instantOf(at), progress_ratio: state === 'canceled' ? null : progress };
}

function troubleOf(device: LastSeen): PoolReport['devices'] {
  const { state, reason } = lastVerdict(device);
  return state === 'up' || reason === null ? [] : [{ name: device.name, state, reason }];
}

function instantOf(text: string | undefined): Instant | null {
  const instant = Instant.safeParse(text);
  return instant.success ? instant.data : null;
}
