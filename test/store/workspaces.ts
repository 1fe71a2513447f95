import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Column, type History, listOf } from '../../src/model/history.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { type CompactSummary, compact } from '../../src/store/compact.ts';
import type { BrokenFile } from '../../src/store/documents.ts';
import { readHistory } from '../../src/store/history.ts';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';

/** How a compaction of a test differs from that of a fleet in Paris which looks once an hour and keeps snapshots for two weeks. */
export interface Fleet {
  readonly timeZone?: string;
  readonly retentionDays?: number;
  readonly now?: string;
}

/** In memory where there is such a folder: each rollup is flushed, and a disk takes its time for that. */
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** An empty workspace in a folder of its own. */
export function emptyWorkspace(): Workspace {
  return workspaceAt(mkdtempSync(join(scratch, 'vigie-store-')));
}

/** Removes all of a workspace. */
export function removeWorkspace(workspace: Workspace): void {
  rmSync(workspace.root, { recursive: true, force: true });
}

/** A run that read these records. */
export function runOf(
  at: string,
  records: readonly EntityRecord[],
  { collector = 'probe', vantage }: { collector?: string; vantage?: string } = {},
): Snapshot {
  const common = { schema: 'vigie/snapshot@1' as const, collector, at, records: [...records], errors: [] };
  return vantage === undefined ? common : { ...common, vantage };
}

/** What a check found. */
export function check(at: string, state: EntityRecord['state'] = 'up', service = 's'): EntityRecord {
  return { entity: `check:${service}:page`, at, state, gauges: { check_duration_seconds: 0.1 } };
}

/** An instant so many hours (parts of them too) after another. */
export function later(at: string, hours: number): string {
  return new Date(Date.parse(at) + hours * 3_600_000).toISOString().replace('.000', '');
}

/** Puts snapshots in their places, as another machine does that copies them; without the cost of flushing each. Gives their paths. */
export function arrive(workspace: Workspace, snapshots: readonly Snapshot[]): string[] {
  return snapshots.map((snapshot) =>
    putFile(join(workspace.data, snapshotPath(snapshot)), formatSnapshot(snapshot)),
  );
}

/** Writes a file and the folders that lead to it. */
export function putFile(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Compacts, and gathers what is set aside. */
export async function compactAll(
  workspace: Workspace,
  { timeZone = 'Europe/Paris', retentionDays = 14, now = '2027-06-01T00:00:00Z' }: Fleet = {},
): Promise<{ summary: CompactSummary; broken: BrokenFile[] }> {
  const broken: BrokenFile[] = [];
  const summary = await compact({
    workspace,
    timeZone,
    everySeconds: 3600,
    retentionSeconds: retentionDays * 86_400,
    now,
    onBroken: (file) => broken.push(file),
  });
  return { summary, broken };
}

/** The text of each file below some folders of `data/`, by path. */
export function textsBelow(
  workspace: Workspace,
  ...folders: readonly ('daily' | 'monthly' | 'snapshots' | 'imports')[]
): Record<string, string> {
  return Object.fromEntries(
    folders
      .flatMap((folder) => pathsBelow(join(workspace.data, folder)))
      .map((path): [string, string] => [path.slice(workspace.data.length + 1), readFileSync(path, 'utf8')]),
  );
}

/** All that the history says, as plain values. */
export async function tellHistory(
  workspace: Workspace,
  timeZone = 'Europe/Paris',
  onBroken: (broken: BrokenFile) => void = ({ file, message }) => {
    throw new Error(`${file}: ${message}`);
  },
  now = '2027-06-01T00:00:00Z',
): Promise<ReturnType<typeof tell>> {
  const history = await readHistory({ workspace, timeZone, now, onBroken });
  const told = tell(history);
  await history.close();
  return told;
}

function tell({ days, entities }: History) {
  return {
    days,
    entities: Object.fromEntries(
      [...entities].map(([name, entity]) => [
        name,
        {
          samples: listOf(entity.samples),
          gauges: mapValues(entity.gauges, ({ count, min, mean, p50, p95, max, last }) =>
            listsOf({ count, min, mean, p50, p95, max, last }),
          ),
          sketches: mapValues(entity.sketches, (read) => read()),
          counters: mapValues(entity.counters, ({ total, covered_seconds, p95, max }) =>
            listsOf({ total, covered_seconds, p95, max }),
          ),
          timeline: entity.timeline,
          facts: entity.facts,
          factChanges: mapValues(entity.factChanges, (changes) => changes),
          restarts: entity.restarts,
        },
      ]),
    ),
  };
}

function listsOf<Stat extends string>(columns: Record<Stat, Column>): Record<Stat, (number | null)[]> {
  const entries = Object.entries<Column>(columns).map(([stat, column]) => [stat, listOf(column)]);
  return Object.fromEntries(entries) as Record<Stat, (number | null)[]>;
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries([...map].map(([name, value]) => [name, to(value)]));
}

function pathsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}
