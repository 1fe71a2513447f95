import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Announcements } from '../model/announcement.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import type { HardwareRow } from '../model/hardware.ts';
import { type Instant, toInstant } from '../model/time.ts';
import { readAnnouncements } from '../store/announcements.ts';
import { compact } from '../store/compact.ts';
import { type BrokenFile, writeDocument } from '../store/documents.ts';
import { readFleet, shownPath } from '../store/fleet.ts';
import { readHardware } from '../store/hardware.ts';
import { readHistory, type StoredHistory } from '../store/history.ts';
import type { Workspace } from '../store/workspace.ts';
import { type Present, readPresent } from '../views/present.ts';
import { reportsFile } from '../views/reports.ts';
import { statusFile } from '../views/status.ts';
import { type Progress, progressOn } from './progress.ts';
import { render, type Site } from './render.ts';
import { workspaceOf } from './root.ts';
import { gatherSetAside, type SetAside } from './set-aside.ts';

/** What to build, as of when. */
export interface BuildOptions {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  /** The pages are as of this instant: the same data and instant give the same bytes. */
  readonly now: Instant;
  /** Makes the addresses of what is unlisted unguessable; without it that has no page. */
  readonly pageSecret?: string;
  readonly progress?: Progress;
}

/** How a build went; the durations in seconds. */
export interface Built {
  readonly compactSeconds: number;
  readonly analyseSeconds: number;
  /** Of each site; they are rendered side by side where there is room for both. */
  readonly renderSeconds: Readonly<Record<Site, number>>;
  readonly daysWritten: number;
  readonly monthsWritten: number;
  /** Rollups, months and days after them, that were parsed, and those that were not, since the cache knows what they hold. */
  readonly rollupsParsed: number;
  readonly rollupsCached: number;
  readonly broken: readonly BrokenFile[];
}

/** What two renderings take at once. */
const roomForBoth_bytes = 2 * 2 ** 30;

/** Compacts the data, writes `.vigie/status.json` and `.vigie/reports.json`, and renders both sites into `dist/`. */
export async function build(options: BuildOptions): Promise<Built> {
  const { workspace, fleet, progress } = options;
  const aside = gatherSetAside(progress);
  // Read before anything is written: a mistake in it stops the build as one in fleet.yaml does.
  const hardware = await readHardware(workspace.data, fleet);
  // Whatever the pages are as of: what is dated in the future of the clock itself is of a clock that is wrong.
  const clock = toInstant(new Date());
  const [compacted, compactSeconds] = await timed(
    compact({
      workspace,
      timeZone: fleet.timeZone,
      everySeconds: fleet.everySeconds,
      retentionSeconds: fleet.retentionSeconds,
      now: clock,
      onBroken: aside.onBroken,
      onProgress: (text) => progress?.state(text),
    }),
  );
  progress?.state('analysing');
  const [known, statusSeconds] = await timed(analyseStatus(options, clock, aside));
  progress?.state('rendering');
  // The public site takes longest: the reports are made meanwhile.
  const status = timed(render(workspace, 'status'));
  const reports = timed(analyseReports(options, known, hardware, aside)).then(async ([, analyseSeconds]) => {
    if (process.availableMemory() < roomForBoth_bytes) await status;
    const [, renderSeconds] = await timed(render(workspace, 'reports'));
    return { analyseSeconds, renderSeconds };
  });
  // One that fails does not leave the other one running.
  await Promise.allSettled([status, reports]);
  const [[, statusRenderSeconds], { analyseSeconds, renderSeconds }] = await Promise.all([status, reports]);
  progress?.end();
  return {
    compactSeconds,
    analyseSeconds: rounded(statusSeconds + analyseSeconds),
    renderSeconds: { status: statusRenderSeconds, reports: renderSeconds },
    daysWritten: compacted.daysWritten.length,
    monthsWritten: compacted.monthsWritten.length,
    rollupsParsed: known.history.rollups.parsed,
    rollupsCached: known.history.rollups.cached,
    broken: aside.files(),
  };
}

/** What both files are made from. */
interface Known {
  readonly history: StoredHistory;
  readonly announcements: Announcements;
  readonly present: Present;
}

async function analyseStatus(
  { workspace, fleet, now, pageSecret, progress }: BuildOptions,
  clock: Instant,
  { onBroken }: SetAside,
): Promise<Known> {
  const history = await readHistory({ workspace, timeZone: fleet.timeZone, now: clock, onBroken });
  const present = await readPresent(workspace, now, fleet.everySeconds, onBroken);
  let unknown = 0;
  const announcements = await readAnnouncements({
    dataFolder: workspace.data,
    fleet,
    now: clock,
    onBroken,
    onUnknown: () => {
      unknown += 1;
    },
  });
  if (unknown > 0)
    progress?.line(
      `names in incidents and maintenance that fleet.yaml does not know, left out: ${unknown} (vigie doctor tells them)`,
    );
  const { status, untold } = statusFile({
    fleet,
    history,
    announcements,
    present,
    now,
    unlistedAddress: (kind, id) => unlistedAddress(kind, id, pageSecret),
  });
  await writeDocument(workspace.statusFile, `${JSON.stringify(status)}\n`);
  await writeDocument(workspace.untoldFile, `${JSON.stringify(untold)}\n`);
  return { history, announcements, present };
}

async function analyseReports(
  { workspace, fleet, now }: BuildOptions,
  { history, announcements, present }: Known,
  hardware: readonly HardwareRow[],
  { files }: SetAside,
): Promise<void> {
  const broken = files().map(({ file, message }) => ({ file: shownPath(file), message }));
  const reports = reportsFile({ fleet, hardware, history, announcements, present, now, broken });
  await writeDocument(workspace.reportsFile, `${JSON.stringify(reports)}\n`);
  await history.close();
}

/** What some work gives, and how many seconds it took from now on. */
async function timed<Value>(work: Promise<Value>): Promise<[Value, number]> {
  const started = performance.now();
  const value = await work;
  return [value, rounded((performance.now() - started) / 1000)];
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}

/** 80 bits of an HMAC: stable as long as the secret is, and not to be guessed from a name. */
function unlistedAddress(kind: string, id: string, secret: string | undefined): string | null {
  if (secret === undefined) return null;
  return createHmac('sha256', secret).update(`${kind} page ${id}`).digest('hex').slice(0, 20);
}

/** `vigie build` */
export const command = new Command('build')
  .description('compact the data, and build the public status page and the internal reports into dist/')
  .option('--json', 'print the summary as JSON')
  .addHelpText(
    'after',
    `
Environment:
  VIGIE_PAGE_SECRET   makes the addresses of what is unlisted; without it that gets no page
  SOURCE_DATE_EPOCH   build as of this instant (seconds since 1970): the same data give the same bytes

Examples:
  vigie build
  SOURCE_DATE_EPOCH=1795338000 vigie build

Exit codes: 0 built, 1 built, but some data files were set aside (each is named), 2 nothing could be done.`,
  )
  .action(async (flags: { json?: true }, self: Command) => {
    const workspace = workspaceOf(self);
    const fleet = await readFleet(workspace.data);
    const pageSecret = process.env.VIGIE_PAGE_SECRET;
    const progress = progressOn();
    if (pageSecret === undefined && [...fleet.libraries.values()].some(({ isListed }) => !isListed)) {
      progress.line('unlisted libraries, and services of theirs alone, get no page: set VIGIE_PAGE_SECRET');
    }
    const built = await build({
      workspace,
      fleet,
      now: buildInstant(),
      progress,
      ...(pageSecret ? { pageSecret } : {}),
    });
    console.log(flags.json ? JSON.stringify(built, null, 2) : describe(built, workspace, fleet));
    process.exitCode = built.broken.length > 0 ? 1 : 0;
  });

/** Now, or the instant of https://reproducible-builds.org/specs/source-date-epoch/. */
function buildInstant(): Instant {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === '') return toInstant(new Date());
  if (!/^\d{1,12}$/.test(epoch))
    throw new ConfigurationError([
      { file: 'SOURCE_DATE_EPOCH', found: `"${epoch}"`, expected: 'seconds since 1970' },
    ]);
  return toInstant(new Date(Number(epoch) * 1000));
}

function describe(built: Built, workspace: Workspace, { url }: Fleet): string {
  const parts = [
    `days compacted: ${built.daysWritten}, months: ${built.monthsWritten}, in ${built.compactSeconds} s`,
    `rollups parsed: ${built.rollupsParsed}, known from before: ${built.rollupsCached}, analysed in ${built.analyseSeconds} s`,
    `rendered in ${built.renderSeconds.status} s and ${built.renderSeconds.reports} s`,
  ];
  const lines = [
    parts.join(', '),
    shownPath(join(workspace.dist, 'status')),
    shownPath(join(workspace.dist, 'reports')),
    ...(url === undefined
      ? ['no feeds, calendars and API: they name addresses, and fleet.url says none']
      : []),
  ];
  return lines.join('\n');
}
