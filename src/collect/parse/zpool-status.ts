import type { Rows } from './rows.ts';
import { parseZpoolStatusJson } from './zpool-status-json.ts';
import { parseZpoolStatusText } from './zpool-status-text.ts';

/** What `zpool status` tells of a pool. */
export interface PoolStatus {
  readonly name: string;
  /** One of `poolStates`. */
  readonly health: string;
  /** What is the matter with it, in a few sentences of zpool; absent when it has nothing to say. */
  readonly message?: string;
  /** The last scans that it remembers: mostly one, none when there never was one. */
  readonly scans: readonly Scan[];
  /** The pool as its own device: errors that no device of it accounts for. Absent when the configuration is unknown. */
  readonly root?: ErrorCounts;
  /** Its devices and groups of them, by path. */
  readonly vdevs: readonly Vdev[];
  /** Files and objects that are lost; absent when zpool does not tell how many. */
  readonly dataErrorCount?: number;
}

/** Since the pool was imported, the device replaced or `zpool clear`. */
export interface ErrorCounts {
  readonly readErrorCount: number;
  readonly writeErrorCount: number;
  readonly checksumErrorCount: number;
}

/** A device of a pool, or a group of them. */
export interface Vdev extends Partial<ErrorCounts> {
  /** From the pool's name down, e.g. `tank/mirror-0/sda`, `tank/cache/nvme0n1p4`. */
  readonly path: string;
  readonly kind: VdevKind;
  /** One of `vdevStates`. */
  readonly health: string;
  /** What zpool adds to it, e.g. `too many errors`, `was /dev/sdb1`. */
  readonly note?: string;
  /** Of a device, not of a group; absent where zpool does not tell (before 0.8). */
  readonly slowCount?: number;
}

export type VdevKind = 'data' | 'log' | 'cache' | 'spare' | 'special' | 'dedup';

/** What reads the whole pool: to verify it (scrub), or to fill a new device (resilver, rebuild). */
export interface Scan {
  /** `rebuild` is the resilver of dRAID and mirrors that goes through space, not data; `error scrub` looks again at known errors alone. */
  readonly kind: 'scrub' | 'resilver' | 'rebuild' | 'error scrub';
  readonly state: 'running' | 'paused' | 'finished' | 'canceled';
  /** Seconds since 1970. Of one that runs or is paused; old versions do not tell. */
  readonly startSeconds?: number;
  /** Of one that ended. */
  readonly endSeconds?: number;
  /** Of a finished one but a rebuild. */
  readonly durationSeconds?: number;
  /** Of one that runs or is paused: how much is done. */
  readonly progressRatio?: number;
  /** Of a finished one: what could not be repaired. */
  readonly errorCount?: number;
  /** Of a finished scrub: what was repaired, in as many digits as zpool prints. Old versions do not tell. */
  readonly repairedBytes?: number;
}

/**
 * Reads what `zpool status` prints, as text of any version or as JSON (`-j`): the same values from both. A pool that cannot be read costs
 * itself alone.
 */
export function parseZpoolStatus(text: string): Rows<PoolStatus> {
  return text.trimStart().startsWith('{') ? parseZpoolStatusJson(text) : parseZpoolStatusText(text);
}
