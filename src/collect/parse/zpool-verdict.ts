import type { State } from '../../model/state.ts';
import type { PoolSpace } from './zpool-list.ts';
import type { ErrorCounts, PoolStatus, Vdev } from './zpool-status.ts';
import { poolStates } from './zpool-words.ts';

/** A state, and why it is not `up`. */
export interface Verdict {
  readonly state: State;
  readonly reason?: string;
}

/** All that ZFS says of the health of a pool. */
export interface PoolEvidence {
  readonly status: PoolStatus | undefined;
  readonly space: PoolSpace | undefined;
  /** What `zpool status -x` says of it; it names none but the pools that need attention. */
  readonly explained: PoolStatus | undefined;
  /** `zpool status -x` could be read, so that its silence means something. */
  readonly isCrossChecked: boolean;
}

const working = ['ONLINE', 'DEGRADED'];

/**
 * The gravest word that ZFS has for a pool: what works least, by `zpool status`, `status -x` or `list`. One of `poolStates`, which begin
 * with what works best.
 */
export function poolHealth({ status, space, explained }: PoolEvidence): string {
  const words = [status?.health, space?.health, explained?.health].filter((word) => word !== undefined);
  return words.toSorted((a, b) => poolStates.indexOf(b) - poolStates.indexOf(a))[0] ?? 'UNAVAIL';
}

/**
 * The verdict of ZFS on a pool. ONLINE says no more than that it can be opened: it is `up` when `zpool status -x` was asked and has
 * nothing to say of it, and no device counts an error.
 */
export function poolVerdict(evidence: PoolEvidence): Verdict {
  const { status, explained, isCrossChecked } = evidence;
  const health = poolHealth(evidence);
  const message = explained?.message ?? status?.message ?? '';
  const because = (more: string): string => [health, more].filter((part) => part !== '').join(': ');
  if (!working.includes(health)) return { state: 'down', reason: because(message) };
  if (health === 'DEGRADED' || explained !== undefined)
    return { state: 'degraded', reason: because(message) };
  const trouble = troubleOf(status);
  if (trouble !== undefined) return { state: 'degraded', reason: because(trouble) };
  if (status === undefined) return { state: 'unknown', reason: because('zpool status could not be read') };
  if (!isCrossChecked) return { state: 'unknown', reason: because('zpool status -x could not be read') };
  return { state: 'up' };
}

/** The verdict of ZFS on a device or a group. */
export function vdevVerdict({ health, note, ...counts }: Vdev): Verdict {
  const errors = describeErrors(counts);
  const details = [note, errors].filter((part) => part !== undefined).join(', ');
  const reason = details === '' ? health : `${health}: ${details}`;
  if (health === 'UNKNOWN') return { state: 'unknown', reason };
  if (health === 'DEGRADED') return { state: 'degraded', reason };
  if (!['ONLINE', 'AVAIL', 'INUSE'].includes(health)) return { state: 'down', reason };
  return errors === undefined ? { state: 'up' } : { state: 'degraded', reason };
}

function troubleOf(status: PoolStatus | undefined): string | undefined {
  if (status === undefined) return undefined;
  const devices = status.vdevs.filter((vdev) => describeErrors(vdev) !== undefined);
  if ((status.dataErrorCount ?? 0) > 0) return `${status.dataErrorCount} data errors`;
  const [first] = devices;
  if (first !== undefined) return `${describeErrors(first)} of ${first.path}`.slice(0, 400);
  return status.root && describeErrors(status.root);
}

function describeErrors(counts: Partial<ErrorCounts>): string | undefined {
  const { readErrorCount = 0, writeErrorCount = 0, checksumErrorCount = 0 } = counts;
  if (readErrorCount + writeErrorCount + checksumErrorCount === 0) return undefined;
  return `${readErrorCount} read, ${writeErrorCount} write, ${checksumErrorCount} checksum errors`;
}
