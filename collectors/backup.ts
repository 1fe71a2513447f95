import type { Command, HostCollector, HostContext } from '../src/collect/collector.ts';
import { type Copy, dayFacts, secondsOfCopy } from '../src/collect/parse/backup-days.ts';
import {
  type BackupPlan,
  backupCommands,
  ownersOf,
  planOf,
  type RepositoryTarget,
} from '../src/collect/parse/backup-plan.ts';
import { type ColdState, parseColdCopies } from '../src/collect/parse/cold-copy.ts';
import { parseDumpFiles, type ServiceDumps } from '../src/collect/parse/dump-files.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { known } from '../src/collect/parse/known.ts';
import {
  type Archive,
  parseBorgArchives,
  parseBorgmatic,
  parsePbsSnapshots,
  parseResticSnapshots,
} from '../src/collect/parse/repositories.ts';
import {
  checkVerdict,
  failureOf,
  parseRepositoryAnswers,
  type RepositoryAnswer,
  type RepositoryCheck,
} from '../src/collect/parse/repository-answers.ts';
import type { RepositoryTool } from '../src/collect/parse/repository-script.ts';
import { type SectionReader, sectionReader } from '../src/collect/parse/sections.ts';
import type { Metric } from '../src/model/metric.ts';
import type { EntityRecord, SourceError } from '../src/model/snapshot.ts';
import { fromSeconds, toSeconds } from '../src/model/time.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

const metrics = {
  backup_count: gauge('Dumps, snapshots or archives of a service that are there, whatever their state.', 19),
  backup_bytes: gauge('Bytes of all dump files of a service together.', 6_341_787),
  backup_valid_count: gauge('Those that were read whole and found complete.', 18),
  backup_unverifiable_count: gauge(
    'Those that hold nothing by which one could tell whether they are complete.',
    0,
  ),
  backup_unverified_count: gauge('Those that were not read yet, or could not be.', 0),
  backup_bad_count: gauge('Those that were found cut, damaged, empty or without their closing line.', 1),
  newest_age_seconds: gauge('Time since the newest one was written.', 27_334),
  newest_bytes: gauge(
    'Bytes of the newest one; of restic and borg, bytes that went into it, where told.',
    334_001,
  ),
  newest_valid_age_seconds: gauge(
    'Time since the newest valid one was written: what would be lost today.',
    27_334,
  ),
  newest_valid_bytes: gauge('Bytes of the newest valid one.', 334_001),
  cold_files_count: gauge('Files in the manifest of a cold copy.', 812_345),
  cold_checked_count: gauge(
    'Files of them that were read again in the cycle under way, or the one just ended.',
    40_211,
  ),
  cold_bad_count: gauge('Files of these whose checksum differs from the manifest.', 0),
  cold_missing_count: gauge('Files of these that are gone.', 0),
  cold_unverified_count: gauge(
    'Files of these that could not be read, and lines of the manifest that are no checksum.',
    0,
  ),
} satisfies Record<string, Metric>;

const commands = {
  tools: {
    run: 'for tool in gzip xz zstd bzip2 tar sha256sum restic borg borgmatic proxmox-backup-client; do command -v $tool; done; true',
    isOptional: true,
  },
} satisfies Record<string, Command>;

/** What the parts of one reading share. */
interface Reading {
  readonly reader: SectionReader;
  readonly context: HostContext;
  /** Tells of a source that could not be looked at, or not whole. */
  readonly report: (part: string, message: string) => void;
}

export default {
  kind: 'host',
  reads:
    'Dumps, repositories of restic, borg, borgmatic and Proxmox Backup Server, and cold copies, as the backup policies of fleet.yaml name them, each file read whole once.',
  metrics,
  everySeconds: 3600,
  commands,
  commandsFor: (host, fleet) => backupCommands(planOf(host.id, fleet), host),
  parse(sections, context) {
    const host = context.fleet.hosts.get(context.host);
    const plan = planOf(context.host, context.fleet);
    const own = host === undefined ? {} : backupCommands(plan, host);
    const reader = sectionReader({ ...commands, ...own }, sections, context);
    const errors: SourceError[] = [];
    const report = (part: string, message: string): void => {
      errors.push({ source: `host:${context.host}`, part, message: message.slice(0, 1000) });
    };
    const reading = { reader, context, report };
    const tools = reader.read('tools', parseTools);
    if ('dumps' in own) keepDumps(reading, plan, tools);
    for (const [tool, targets] of plan.repositories)
      if (tool in own) keepRepositories(reading, tool, targets);
    if ('cold' in own) keepColdCopies(reading, plan);
    return { records: reader.parsed.records, errors: [...reader.parsed.errors, ...errors] };
  },
} satisfies HostCollector;

function keepDumps({ reader, context, report }: Reading, plan: BackupPlan, tools?: string): void {
  const found = reader.read('dumps', parseDumpFiles);
  if (found === undefined) return;
  if (!found.isKept)
    report('dumps', 'the host cannot keep what was verified, and reads the same dumps again in each run');
  for (const { service, pattern } of plan.dumps) {
    const dumps = found.services.get(service);
    if (dumps === undefined) {
      report('dumps', `${service}: ${outdated}`);
      continue;
    }
    const problem = problemOf(dumps, pattern);
    if (problem !== undefined) report('dumps', `${service}: ${problem}`);
    const record = copiesRecord(
      context,
      `${service}/dumps`,
      dumps.look === 'denied' ? undefined : dumps.files,
    );
    const [newest] = newestFirst(dumps.files, context.fleet.timeZone);
    reader.keep('dumps', {
      ...record,
      gauges: {
        ...record.gauges,
        ...(dumps.look !== 'denied' && {
          backup_bytes: dumps.files.reduce((sum, { bytes }) => sum + bytes, 0),
        }),
      },
      facts: known({
        ...record.facts,
        files: pattern,
        tools,
        problem,
        newest_completed_on: newest?.completedOn,
      }),
    });
  }
}

const outdated =
  'found no answer about it, expected one: the agent on the host was installed for other backups; install it again';

/** What stood in the way of looking; undefined when nothing did. */
function problemOf({ look, oddCount, files }: ServiceDumps, pattern: string): string | undefined {
  if (look === 'denied') return `no permission to look for ${pattern}`;
  if (look === 'absent') return `there is no folder for ${pattern}`;
  const unread = files.filter(
    ({ verdict, why }) => verdict === 'unverified' && why !== undefined && isLasting(why),
  );
  const [first] = unread;
  if (first !== undefined)
    return `${unread.length} of ${files.length} files: ${shown(first.name)}: ${first.why}`;
  return oddCount > 0 ? `${oddCount} files with control characters in their names are left out` : undefined;
}

/** Whether the next run will meet it again. */
function isLasting(why: string): boolean {
  return !/^(changed|not yet)/.test(why);
}

const parsers: Readonly<Record<RepositoryTool, (text: string) => Archive[]>> = {
  restic: parseResticSnapshots,
  borg: parseBorgArchives,
  borgmatic: parseBorgmatic,
  pbs: parsePbsSnapshots,
};

function keepRepositories(
  { reader, context, report }: Reading,
  tool: RepositoryTool,
  targets: readonly RepositoryTarget[],
): void {
  const found = reader.read(tool, parseRepositoryAnswers);
  if (found === undefined) return;
  for (const [index, { repository, owners }] of targets.entries()) {
    const answer = found.answers.find((one) => one.index === index && one.repository === repository);
    if (answer === undefined) {
      report(tool, `${repository}: ${outdated}`);
      continue;
    }
    const { archives, problem } = readAnswer(tool, answer);
    if (problem !== undefined) report(tool, `${repository}: ${problem}`);
    const check = answer.check && describeCheck(tool, answer.check);
    for (const owner of owners) {
      const own = archives?.filter(({ names }) => ownersOf(owners, names).includes(owner));
      const copies = own?.map((archive) => toCopy(archive, tool, answer.check));
      const record = copiesRecord(context, `${owner.service}/${tool}`, copies);
      reader.keep(tool, {
        ...record,
        facts: known({ ...record.facts, repository, tool_version: found.version, problem, ...check }),
      });
    }
  }
}

function readAnswer(
  tool: RepositoryTool,
  answer: RepositoryAnswer,
): { archives?: readonly Archive[]; problem?: string } {
  const failure = failureOf(tool, answer);
  if (failure !== undefined) return { problem: failure.message };
  try {
    return { archives: parsers[tool](answer.text) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return {
      problem: answer.notes === '' ? error.message : `${error.message} (${answer.notes.slice(-300)})`,
    };
  }
}

function toCopy({ seconds, bytes, verified }: Archive, tool: RepositoryTool, check?: RepositoryCheck): Copy {
  const checked = check && checkVerdict(tool, check);
  const verdict =
    verified ?? (checked === 'valid' && check !== undefined && seconds > check.seconds ? undefined : checked);
  return {
    name: '',
    series: '',
    seconds,
    verdict: verdict ?? 'unverified',
    ...(verdict === 'valid' ? {} : { why: verdict === 'bad' ? 'the check found errors' : 'not yet checked' }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

function describeCheck(tool: RepositoryTool, check: RepositoryCheck): Record<string, string> {
  const verdict = checkVerdict(tool, check) ?? 'unverified';
  const ending = check.complaint === '' ? `exit status ${check.status}` : check.complaint;
  return {
    check: verdict === 'valid' ? verdict : shown(`${verdict} ${ending}`),
    check_at: fromSeconds(check.seconds),
  };
}

function keepColdCopies({ reader, context, report }: Reading, { coldCopies }: BackupPlan): void {
  const found = reader.read('cold', parseColdCopies);
  if (found === undefined) return;
  for (const [index, { path, manifest, services }] of coldCopies.entries()) {
    const state = found.find((one) => one.index === index && one.path === path);
    const problem = state === undefined ? outdated : coldProblem(state, manifest);
    if (problem !== undefined) report('cold', `${path}: ${problem}`);
    if (state === undefined) continue;
    for (const service of services) {
      reader.keep('cold', {
        entity: `backup:${context.host}:${service}/cold`,
        at: context.at,
        ...(isCompared(state) && {
          gauges: {
            cold_files_count: state.files,
            cold_checked_count: state.checked,
            cold_bad_count: state.bad,
            cold_missing_count: state.missing,
            cold_unverified_count: state.skipped,
          },
        }),
        facts: known({
          path,
          problem,
          verdict: coldVerdict(state),
          ...(isCompared(state) && {
            cycle_started_at: fromSeconds(state.startedSeconds),
            cycle_finished_at: state.finished && fromSeconds(state.finished.seconds),
          }),
          first_bad: state.firstBad === '' ? undefined : shown(state.firstBad),
        }),
      });
    }
  }
}

const coldProblems: Readonly<Record<ColdState['look'], string | undefined>> = {
  ok: undefined,
  absent: 'there is no such folder',
  denied: 'no permission to look into the folder',
  'no-manifest': 'there is no manifest to compare with',
  'no-tool': 'the host has no program for checksums of this kind',
};

function coldProblem({ look }: ColdState, manifest: string): string | undefined {
  const problem = coldProblems[look];
  return look === 'no-manifest' ? `${problem}: ${manifest}` : problem;
}

function isCompared({ look, startedSeconds }: ColdState): boolean {
  return (look === 'ok' || look === 'no-tool') && startedSeconds > 631_152_000;
}

/** What was found so far: bad as soon as one file is, valid once a whole cycle found none. */
function coldVerdict({ look, files, bad, missing, finished }: ColdState): string {
  if (look === 'no-manifest' || (look === 'ok' && files === 0)) return 'unverifiable';
  if (bad + missing > 0) return 'bad';
  if (finished === undefined || look !== 'ok') return 'unverified';
  return finished.bad + finished.missing > 0 ? 'bad' : 'valid';
}

/** What is common to all that is made again and again; without gauges of what could not be looked at. */
function copiesRecord(
  { host, at, fleet }: HostContext,
  name: string,
  copies?: readonly Copy[],
): EntityRecord {
  const entity = `backup:${host}:${name}`;
  if (copies === undefined) return { entity, at };
  const sorted = newestFirst(copies, fleet.timeZone);
  const [newest] = sorted;
  const valid = sorted.find(({ verdict }) => verdict === 'valid');
  const bad = sorted.find(({ verdict }) => verdict === 'bad');
  const count = (wanted: Copy['verdict']) => copies.filter(({ verdict }) => verdict === wanted).length;
  const age = (copy?: Copy) =>
    copy?.seconds === undefined ? undefined : Math.max(0, toSeconds(at) - copy.seconds);
  const instant = (copy?: Copy) => (copy?.seconds === undefined ? undefined : fromSeconds(copy.seconds));
  return {
    entity,
    at,
    gauges: known({
      backup_count: copies.length,
      backup_valid_count: count('valid'),
      backup_unverifiable_count: count('unverifiable'),
      backup_unverified_count: count('unverified'),
      backup_bad_count: count('bad'),
      newest_age_seconds: age(newest),
      newest_bytes: newest?.bytes,
      newest_valid_age_seconds: age(valid),
      newest_valid_bytes: valid?.bytes,
    }),
    facts: known({
      newest_at: instant(newest),
      newest_name: newest?.name ? shown(newest.name) : undefined,
      newest_verdict: newest && [newest.verdict, newest.why].filter(Boolean).join(': '),
      newest_valid_at: instant(valid),
      newest_bad: bad && shown(`${bad.name}: ${bad.why}`),
      ...dayFacts(copies, at, fleet.timeZone),
    }),
  };
}

/** Each with the time at which it was made, as far as that can be told. */
function newestFirst<Made extends Copy>(copies: readonly Made[], timeZone: string): Made[] {
  return copies
    .map((copy) => {
      const seconds = secondsOfCopy(copy, timeZone);
      return seconds === undefined ? copy : { ...copy, seconds };
    })
    .toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
}

/** Names of programs, one path a line. */
function parseTools(text: string): string {
  const names = text
    .trimEnd()
    .split('\n')
    .map((path) => /^\/[\w./+-]{1,200}\/([\w-]{1,40})$/.exec(path)?.[1]);
  const bad = names.indexOf(undefined);
  if (bad !== -1) throw new FormatError('program', text.split('\n')[bad], 'an absolute path');
  return names.join(' ').slice(0, 500);
}

/** A text of a host, for people: one line, and not for ever. */
function shown(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD').slice(0, 400);
}
