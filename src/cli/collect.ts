import { access, constants } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { formatUserAgent } from '../collect/ask.ts';
import { openApi } from '../collect/ask-api.ts';
import type { Collector } from '../collect/collector.ts';
import { runLocal } from '../collect/local.ts';
import { loadCollectors } from '../collect/registry.ts';
import { planRun, type RunPlan, type RunSummary, runCollectors, type SourceOutcome } from '../collect/run.ts';
import { openSsh } from '../collect/ssh.ts';
import { loadSshSettings } from '../collect/ssh-settings.ts';
import { defaultHostLimits } from '../collect/transport.ts';
import { ConfigurationError, type Fault, formatFault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { Vantage } from '../model/snapshot.ts';
import { addToDay, toInstant, toSeconds } from '../model/time.ts';
import { readFleet, shownPath } from '../store/fleet.ts';
import { listSnapshots, writeSnapshot } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';
import { type Progress, paint, printable, progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';
import { version } from './version.ts';

/** What to collect, and what to tell. */
export interface CollectOptions {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  readonly clock: () => Date;
  /** Only these collectors, due or not. */
  readonly only?: readonly string[];
  /** Only this host. */
  readonly host?: string;
  /** The name of this place, when several machines collect. */
  readonly vantage?: string;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** A run, and where its snapshots lie. */
export interface Collected extends RunSummary {
  readonly paths: readonly string[];
}

/**
 * Runs every collector that is due and writes a snapshot for each.
 * @throws ConfigurationError when nothing can be done: an unknown collector or host, an unreadable key.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { workspace, fleet, clock, vantage, progress, signal } = options;
  const plan = await planOf(options);
  const { settings, faults } = await loadSshSettings(fleet, workspace.data, process.env);
  if (faults.length > 0) throw new ConfigurationError(faults);
  for (const fault of settings.knownHosts.faults) progress?.line(formatFault(fault));
  // Before any host is asked: what they tell must have a place.
  await access(workspace.data, constants.W_OK);
  const ssh = openSsh(settings);
  const userAgent = formatUserAgent(version, fleet.contact);
  try {
    const summary = await runCollectors({
      fleet,
      plan,
      clock,
      userAgent,
      askApi: openApi({ dataFolder: workspace.data, env: process.env, userAgent, clock }),
      runScript: ({ reach }, question) => {
        const limits = { ...defaultHostLimits, seconds: question.seconds };
        return reach.kind === 'local'
          ? runLocal(question.script, limits, signal)
          : ssh.run(reach.address, question, limits, signal);
      },
      onOutcome: (outcome, { done, total }) => {
        if (outcome.errors.length > 0) progress?.line(describe(outcome));
        progress?.state(`${done}/${total} ${outcome.source}`);
      },
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
    const paths: string[] = [];
    for (const snapshot of summary.snapshots) {
      const named = vantage === undefined ? snapshot : { ...snapshot, vantage };
      paths.push(await writeSnapshot(workspace, named));
    }
    return { ...summary, paths };
  } finally {
    progress?.end();
    ssh.close();
  }
}

/** Which collectors are due, and for what. */
async function planOf({ workspace, fleet, clock, only, host, vantage }: CollectOptions): Promise<RunPlan> {
  const collectors = await loadCollectors();
  const faults: Fault[] = (only ?? [])
    .filter((name) => !collectors.has(name))
    .map((name) => ({
      file: '--only',
      found: `"${name}"`,
      expected: `one of ${[...collectors.keys()].join(', ')}`,
    }));
  if (host !== undefined && !fleet.hosts.has(host)) {
    faults.push({
      file: '--host',
      found: `"${host}"`,
      expected: `one of ${[...fleet.hosts.keys()].join(', ')}`,
    });
  }
  if (vantage !== undefined && !Vantage.safeParse(vantage).success) {
    const expected = 'lower-case letters, digits and hyphens, such as paris-2';
    faults.push({ file: '--vantage', found: `"${vantage}"`, expected });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  const now = toInstant(clock());
  const last = new Map(
    (await listSnapshots(workspace, [addToDay(now.slice(0, 10), -1), now.slice(0, 10)])).map(
      ({ source, at }) => [source, at],
    ),
  );
  const isDue = (name: string, { everySeconds = fleet.everySeconds }: Collector) => {
    if (only !== undefined) return only.includes(name);
    // A cron job starts a little early or late: a tenth of the interval is near enough. A run for one host is asked for by a person.
    const at = last.get(vantage === undefined ? name : `${name}-${vantage}`);
    if (host !== undefined || at === undefined) return true;
    const age = toSeconds(now) - toSeconds(at);
    // A snapshot dated ahead of our clock says nothing of what is due.
    return age < 0 || age >= 0.9 * everySeconds;
  };
  return planRun(fleet, collectors, { isDue, ...(host === undefined ? {} : { host }) });
}

interface Flags {
  readonly only?: string[];
  readonly host?: string;
  readonly vantage?: string;
  readonly json?: true;
  readonly dryRun?: true;
}

/** `vigie collect` */
export const command = new Command('collect')
  .description('read the hosts and services that are due, and write what they told to data/snapshots/')
  .option('--only <collectors...>', 'only these collectors, due or not')
  .option('--host <host>', 'only this host, due or not')
  .addOption(
    new Option('--vantage <name>', 'the name of this machine, where several collect for one fleet').env(
      'VIGIE_VANTAGE',
    ),
  )
  .option('--json', 'print the summary as JSON')
  .option('--dry-run', 'print what would run where, and run nothing')
  .addHelpText(
    'after',
    `
Examples:
  vigie collect                     what is due by the fleet's interval
  vigie collect --host hv1          one host, now
  vigie collect --only probe --json
  vigie collect --dry-run
  VIGIE_VANTAGE=lyon vigie collect  one of several machines that collect: its snapshots are …-lyon.json

Exit codes: 0 all sources were read, 1 some failed (each is named), 2 nothing could be done.
A service that is down was read: it is a result, not a failure.`,
  )
  .action(async (flags: Flags, self: Command) => {
    const workspace = workspaceOf(self);
    const fleet = await readFleet(workspace.data);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    process.once('SIGTERM', () => stop.abort());
    const options: CollectOptions = {
      workspace,
      fleet,
      clock: () => new Date(),
      progress: progressOn(),
      signal: stop.signal,
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.vantage === undefined ? {} : { vantage: flags.vantage }),
    };
    if (flags.dryRun) {
      console.log(describePlan(await planOf(options)));
      return;
    }
    try {
      const collected = await collect(options);
      console.log(flags.json ? asJson(collected) : asText(collected));
      process.exitCode = collected.outcomes.some(({ errors }) => errors.length > 0) ? 1 : 0;
    } catch (cause) {
      if (!stop.signal.aborted) throw cause;
      console.error('stopped: nothing was written');
      process.exitCode = 1;
    }
  });

function describe({ source, errors }: SourceOutcome): string {
  const [first, ...others] = errors;
  const part = first?.part === undefined ? '' : ` ${first.part}:`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${paint('red', 'failed')} ${printable(`${source}:${part} ${first?.message ?? ''}`)}${more}`;
}

function asText({ outcomes, seconds, paths, snapshots }: Collected): string {
  const failed = outcomes.filter(({ errors }) => errors.length > 0).length;
  const states = Map.groupBy(
    snapshots.flatMap(({ records }) => records.flatMap(({ state }) => state ?? [])),
    (state) => state,
  );
  const found = [...states].map(([state, list]) => `${list.length} ${state}`).join(', ');
  const checks = found === '' ? '' : `; checks: ${found}`;
  const sources = `${outcomes.length - failed} of ${outcomes.length} sources read in ${seconds.toFixed(1)} s${checks}`;
  return [paths.length === 0 ? 'nothing is due' : sources, ...paths.map(shownPath)].join('\n');
}

function asJson({ startedAt, seconds, outcomes, paths }: Collected): string {
  const failed = outcomes.filter(({ errors }) => errors.length > 0);
  return JSON.stringify(
    { startedAt, seconds, sources: outcomes.length, failed, snapshots: paths.map(shownPath) },
    null,
    2,
  );
}

/** A command as one line of a terminal. */
function shortened(run: string): string {
  return run.length > 120 ? `${run.slice(0, 119)}…` : run;
}

function describePlan(plan: RunPlan): string {
  const commands = [...plan.hostCollectors].flatMap(([name, collector]) =>
    Object.entries(collector.commands).map(
      ([section, { run, asRoot }]) => `    ${name}.${section}${asRoot ? ' (root)' : ''}: ${shortened(run)}`,
    ),
  );
  const hosts = plan.hosts.map(({ id, reach }) => {
    const via =
      reach.kind === 'ssh' && reach.address.via !== undefined ? ` through ${reach.address.via.host}` : '';
    return `  ${id}: ${reach.kind === 'local' ? 'this machine' : `ssh ${reach.address.user}@${reach.address.host} port ${reach.address.port}${via}`}`;
  });
  const questions = [...plan.requests].flatMap(([name, { requests }]) => [
    `${name}: ${requests.length} requests`,
    ...requests.map(
      ({ entity, check }) =>
        `  ${entity}: ${check.kind} ${'url' in check ? check.url : 'host' in check ? check.host : check.name}`,
    ),
  ]);
  const hostLines =
    commands.length === 0 || hosts.length === 0
      ? []
      : ['hosts:', ...hosts, '  each runs, in one script (`vigie agent HOST` prints it whole):', ...commands];
  const apis = [...plan.apis].flatMap(([name, { requests }]) => [
    `${name}: ${requests.length} requests`,
    ...requests.map(
      (request) => `  ${request.name}: ${request.form === undefined ? 'GET' : 'POST'} ${request.url}`,
    ),
  ]);
  return [...hostLines, ...questions, ...apis].join('\n') || 'nothing is due';
}
