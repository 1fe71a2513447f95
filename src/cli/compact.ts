import { Command } from 'commander';
import { toInstant } from '../model/time.ts';
import { type CompactSummary, compact } from '../store/compact.ts';
import { readFleet } from '../store/fleet.ts';
import { progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';
import { gatherSetAside } from './set-aside.ts';

/** `vigie compact`: what a build does first, alone. */
export const command = new Command('compact')
  .description('turn snapshots into days, closed days into months, and drop what is kept twice')
  .option('--json', 'print the summary as JSON')
  .addHelpText(
    'after',
    `
A build does the same first. Only what has new input is read and written; it can be killed at any point, and of two at once one waits.
A snapshot that comes late re-opens its day as long as fleet.yaml's retention; snapshots older than that are removed once their day
has been read back, and daily files once their month says all that they say. Files that cannot be read are named and never removed.

Examples:
  vigie compact
  vigie compact --json | jq .daysWritten

Exit codes: 0 done, 1 done, but some files were set aside (each is named), 2 nothing could be done.`,
  )
  .action(async (flags: { json?: true }, self: Command) => {
    const workspace = workspaceOf(self);
    const fleet = await readFleet(workspace.data);
    const progress = progressOn();
    const aside = gatherSetAside(progress);
    const summary = await compact({
      workspace,
      timeZone: fleet.timeZone,
      everySeconds: fleet.everySeconds,
      retentionSeconds: fleet.retentionSeconds,
      now: toInstant(new Date()),
      onBroken: aside.onBroken,
      onProgress: (text) => progress.state(text),
    });
    progress.end();
    const files = aside.files();
    console.log(flags.json ? JSON.stringify({ ...summary, broken: files }, null, 2) : describe(summary));
    process.exitCode = files.length > 0 ? 1 : 0;
  });

function describe({
  daysWritten,
  daysUnchanged,
  monthsWritten,
  snapshotsDropped,
  daysDropped,
}: CompactSummary): string {
  return [
    `days written: ${daysWritten.length} (unchanged: ${daysUnchanged})`,
    `months written: ${monthsWritten.length}`,
    `dropped: ${snapshotsDropped} snapshots, ${daysDropped} daily files`,
  ].join(', ');
}
