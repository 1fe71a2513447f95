import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { simulate } from '../demo/simulate.ts';
import { ConfigurationError } from '../model/fault.ts';
import { addToDay, dayOf, Instant, toInstant, toSeconds } from '../model/time.ts';
import { isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import { workspaceAt } from '../store/workspace.ts';
import { printable, progressOn } from './progress.ts';

interface Flags {
  readonly hosts: number;
  readonly services: number;
  readonly containers?: number;
  readonly days: number;
  readonly seed: number;
  readonly now?: Instant;
  readonly rawDays: number;
  readonly json?: true;
}

/** `vigie simulate DIR` */
export const command = new Command('simulate')
  .description('write the workspace of an invented fleet, with years of history and the truth about it')
  .argument('<folder>', 'an empty folder, or one that is made')
  .option('--hosts <number>', 'hosts; of three or more the last one is the reverse proxy', whole(1, 500), 4)
  .option('--services <number>', 'services', whole(0, 5000), 20)
  .option('--containers <number>', 'containers (default: one for each service)', whole(0, 5000))
  .option('--days <number>', 'whole days of history, today besides', whole(1, 7320), 400)
  .option('--seed <number>', 'another fleet: the same seed gives the same one', whole(0, 999_999_999), 1)
  .option('--now <instant>', 'the last moment that is told (default: the present one)', instant)
  .option('--raw-days <number>', 'last days as raw snapshots, today included; or `all`', rawDays, 2)
  .option('--json', 'print the summary as JSON')
  .addHelpText(
    'after',
    `
Writes data/fleet.yaml, data/hardware.csv, and what Vigie would have kept by then: months, the days of the months that are still
open, and snapshots of the last days. truth.json beside data/ tells what is planted: trends, level shifts, seasons, outages, reboots,
moves of containers, disks that die, missing data, and when capacities will be exceeded if trends go on. Nothing in it exists: the
addresses never resolve. The same arguments give the same bytes.

Examples:
  vigie simulate /tmp/fleet
  vigie simulate --hosts 10 --services 200 --days 1826 --seed 7 --now 2026-11-22T09:30:00Z /tmp/fleet
  vigie simulate --days 10 --raw-days all /tmp/fleet
  vigie --root /tmp/fleet build

Exit codes: 0 written, 2 nothing was written.`,
  )
  .action(async (folder: string, flags: Flags) => {
    const { hosts, services, days, seed } = flags;
    const workspace = workspaceAt(folder);
    await refuseFull(folder);
    const now = flags.now ?? toInstant(new Date());
    refuseEarly(now, days);
    const progress = progressOn();
    const started = performance.now();
    const written = await simulate({
      workspace,
      hosts,
      services,
      containers: flags.containers ?? services,
      days,
      seed,
      now: toSeconds(now),
      rawDays: flags.rawDays,
      onProgress: (done, total) => progress.state(`part ${done} of ${total}`),
    });
    progress.end();
    const summary = {
      root: workspace.root,
      now,
      months: written.months,
      days: written.days,
      snapshotDays: written.snapshotDays,
      entities: Object.keys(written.truth.series).length,
      outages: written.truth.outages.length,
      seconds: Number(((performance.now() - started) / 1000).toFixed(3)),
    };
    const truth = shownPath(join(workspace.root, 'truth.json'));
    console.log(
      flags.json
        ? JSON.stringify(summary, null, 2)
        : `${summary.months} months, ${summary.days} days, ${summary.snapshotDays} days of snapshots, in ${summary.seconds} s\n${printable(truth)}`,
    );
  });

/** A simulation is written where nothing of anybody's can be overwritten. */
async function refuseFull(folder: string): Promise<void> {
  try {
    const [first] = await readdir(folder);
    if (first === undefined) return;
    throw new ConfigurationError([
      { file: printable(folder), found: printable(first), expected: 'an empty folder, or one that is made' },
    ]);
  } catch (cause) {
    if (!isAbsence(cause)) throw cause;
  }
}

/** Instants have four digits of a year, and counters begin some years before the first day. */
function refuseEarly(now: Instant, days: number): void {
  if (addToDay(dayOf(now, 'UTC'), -days) >= '1980-01-01') return;
  throw new ConfigurationError([
    { file: '--now', found: now, expected: `${days} days after 1980-01-01 at the earliest` },
  ]);
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    return Number(text);
  };
}

function rawDays(text: string): number {
  if (text === 'all') return Number.MAX_SAFE_INTEGER;
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError('expected a whole number from 1 to 9999, or `all`.');
  return Number(text);
}

function instant(text: string): Instant {
  const parsed = Instant.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('expected a UTC instant such as 2026-11-22T09:30:00Z.');
  return parsed.data;
}
