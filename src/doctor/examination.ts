import type { Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Daily } from '../model/rollup.ts';
import type { Day, Instant } from '../model/time.ts';
import type { BrokenFile } from '../store/documents.ts';
import type { Workspace } from '../store/workspace.ts';
import type { Recent } from './recent.ts';

/** Something that a person should know, and what to do about it. */
export interface Finding {
  /** `error`: data are lost or wrong, or nothing works. `warning`: it will come to that. `note`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  /** The file or the entity. */
  readonly where: string;
  readonly found: string;
  readonly expected?: string;
  readonly advice: string;
}

/** What all examinations look at, read once. */
export interface Context {
  readonly workspace: Workspace;
  readonly now: Instant;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Undefined when fleet.yaml cannot be used; `faults` says why. */
  readonly fleet: Fleet | undefined;
  readonly faults: readonly Fault[];
  /** That of the fleet, or what stands for it while fleet.yaml cannot be used. */
  readonly retentionSeconds: number;
  readonly recent: Recent;
  /** All days that have a rollup, in files of their own or in months. */
  readonly daysWithData: readonly Day[];
  readonly newest: Daily | undefined;
  /** The paths of all rollups, of imports too. */
  readonly rollups: readonly string[];
  /** Rollups that cannot be read, and folders. */
  readonly broken: readonly BrokenFile[];
}

/** One thing to look at. */
export interface Examination {
  readonly name: string;
  /** In one sentence. */
  readonly looksFor: string;
  examine(context: Context): Finding[] | Promise<Finding[]>;
}
