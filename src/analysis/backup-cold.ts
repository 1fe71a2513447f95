import type { BackupState } from '../model/reports-file.ts';
import { type Instant, toSeconds } from '../model/time.ts';

/**
 * The state of a cold copy from the facts of its record: `valid` once every file was compared with its checksum and none differed, `late`
 * when that is longer ago than the policy allows.
 */
export function coldState(
  facts: Readonly<Record<string, string>> | undefined,
  checkEverySeconds: number,
  now: Instant,
): BackupState {
  if (facts === undefined) return 'unseen';
  const { problem, verdict, cycle_started_at: started, cycle_finished_at: finished } = facts;
  // The one problem that says more than that nobody could look.
  if (problem === 'there is no such folder') return 'missing';
  if (verdict === 'bad') return 'bad';
  if (verdict === undefined || (problem !== undefined && started === undefined)) return 'unseen';
  if (verdict !== 'valid' || finished === undefined) return 'unverified';
  return toSeconds(now) - toSeconds(finished) > checkEverySeconds ? 'late' : 'valid';
}
