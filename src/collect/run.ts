import pLimit from 'p-limit';
import type { Fleet, Host } from '../model/fleet.ts';
import { EntityRecord, type Snapshot, type SourceError } from '../model/snapshot.ts';
import { type Instant, toInstant } from '../model/time.ts';
import { type ApiPlan, runApi } from './api-run.ts';
import type { AskApi } from './ask-api.ts';
import type { Collector, HostCollector, Parsed, Request, RequestCollector } from './collector.ts';
import { type HostCollectors, parseAnswer, questionOf } from './host-run.ts';
import { runRequests } from './requests.ts';
import type { HostAnswer, HostQuestion } from './transport.ts';

/** How many hosts are read at once. */
const hostConcurrency = 24;

/** A host that answers to our script itself. */
export type ScriptHost = Host & {
  readonly reach: Exclude<Host['reach'], { readonly kind: 'prometheus' | 'lxd' }>;
};

/** What a run is going to do: which collectors, on which hosts, with which questions. */
export interface RunPlan {
  readonly hosts: readonly ScriptHost[];
  /** Set when the run is for this host alone. */
  readonly onlyHost?: string;
  readonly hostCollectors: HostCollectors;
  readonly requests: ReadonlyMap<
    string,
    { readonly collector: RequestCollector; readonly requests: readonly Request[] }
  >;
  readonly apis: ReadonlyMap<string, ApiPlan>;
}

/** One source that was read, or was not. */
export interface SourceOutcome {
  readonly collector: string;
  /** `host:hv1`, `check:koha-mulhouse:page`, `prometheus:main`. */
  readonly source: string;
  /** What failed; empty when all was read. A service that is down was read. */
  readonly errors: readonly SourceError[];
  readonly seconds: number;
}

/** What a run did. */
export interface RunSummary {
  readonly startedAt: Instant;
  readonly seconds: number;
  readonly outcomes: readonly SourceOutcome[];
  /** The snapshots, in the order of the collectors' names. */
  readonly snapshots: readonly Snapshot[];
}

export interface RunOptions {
  readonly fleet: Fleet;
  readonly plan: RunPlan;
  readonly clock: () => Date;
  /** Runs a script on a host. Never rejects for what the host does. */
  readonly runScript: (host: ScriptHost, question: HostQuestion, signal?: AbortSignal) => Promise<HostAnswer>;
  readonly askApi: AskApi;
  readonly userAgent: string;
  /** Told of each source as it is done. */
  readonly onOutcome?: (
    outcome: SourceOutcome,
    progress: { readonly done: number; readonly total: number },
  ) => void;
  readonly signal?: AbortSignal;
}

/** Which collectors, hosts and questions a run is for: all, less the collectors that are not due, and the hosts other than `host`. */
export function planRun(
  fleet: Fleet,
  collectors: ReadonlyMap<string, Collector>,
  {
    host,
    isDue = () => true,
  }: { readonly host?: string; readonly isDue?: (name: string, collector: Collector) => boolean } = {},
): RunPlan {
  const due = [...collectors].filter(([name, collector]) => isDue(name, collector));
  const hosts = [...fleet.hosts.values()].filter(
    (one): one is ScriptHost =>
      one.reach.kind !== 'prometheus' && one.reach.kind !== 'lxd' && (host === undefined || one.id === host),
  );
  return {
    hosts,
    ...(host === undefined ? {} : { onlyHost: host }),
    hostCollectors: new Map(
      due.flatMap(([name, collector]): [string, HostCollector][] =>
        collector.kind === 'host' ? [[name, collector]] : [],
      ),
    ),
    requests: new Map(
      due.flatMap(([name, collector]) => {
        // Questions are asked of services: a run for one host asks none.
        if (collector.kind !== 'request' || host !== undefined) return [];
        const requests = collector.requests(fleet);
        return requests.length === 0 ? [] : [[name, { collector, requests }] as const];
      }),
    ),
    apis: new Map(
      due.flatMap(([name, collector]) => {
        if (collector.kind !== 'api') return [];
        const known = host === undefined ? fleet : only(fleet, host);
        const requests = collector.requests(known);
        return requests.length === 0 ? [] : [[name, { collector, fleet: known, requests }] as const];
      }),
    ),
  };
}

/** The fleet as if it had this host alone, and no service. */
function only(fleet: Fleet, host: string): Fleet {
  const hosts = new Map([...fleet.hosts].filter(([id]) => id === host));
  return { ...fleet, hosts, services: new Map() };
}

/** Reads everything that is planned, hosts and services side by side, and gives a snapshot for each collector. Writes nothing. */
export async function runCollectors(options: RunOptions): Promise<RunSummary> {
  const { plan, clock } = options;
  const started = clock();
  const startedAt = toInstant(started);
  const hostCount = plan.hostCollectors.size === 0 ? 0 : plan.hosts.length;
  const counts = [
    hostCount,
    ...[...plan.requests.values()].map(({ requests }) => requests.length),
    ...[...plan.apis.values()].map(({ requests }) => new Set(requests.map(({ source }) => source)).size),
  ];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const outcomes: SourceOutcome[] = [];
  const report = (outcome: SourceOutcome) => {
    outcomes.push(outcome);
    options.onOutcome?.(outcome, { done: outcomes.length, total });
  };
  const [byHost, ...asked] = await Promise.all([
    hostCount === 0 ? new Map<string, Parsed>() : readHosts(options, report),
    ...[...plan.requests].map(
      async ([name, { collector, requests }]): Promise<[string, Parsed]> => [
        name,
        await askServices(name, collector, requests, options, report),
      ],
    ),
    ...[...plan.apis].map(
      async ([name, api]): Promise<[string, Parsed]> => [name, await askPrograms(name, api, options, report)],
    ),
  ]);
  const snapshots = [...byHost, ...asked]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([collector, parsed]): Snapshot => ({
        schema: 'vigie/snapshot@1',
        collector,
        at: startedAt,
        ...(plan.onlyHost === undefined ? {} : { onlyHost: plan.onlyHost }),
        ...accepted(parsed),
      }),
    );
  return { startedAt, seconds: (clock().getTime() - started.getTime()) / 1000, outcomes, snapshots };
}

async function readHosts(
  { fleet, plan, clock, runScript, signal }: RunOptions,
  report: (outcome: SourceOutcome) => void,
): Promise<Map<string, Parsed>> {
  const limit = pLimit(hostConcurrency);
  const answers = await Promise.all(
    plan.hosts.map((host) =>
      limit(async () => {
        const began = clock();
        const answer = await runScript(host, questionOf(plan.hostCollectors, host, fleet), signal);
        const parsed = parseAnswer(plan.hostCollectors, host, answer, { at: toInstant(began), fleet });
        const seconds = (clock().getTime() - began.getTime()) / 1000;
        const errors = [...parsed.values()].flatMap((part) => part.errors);
        report({
          collector: [...plan.hostCollectors.keys()].join('+'),
          source: `host:${host.id}`,
          errors,
          seconds,
        });
        return parsed;
      }),
    ),
  );
  return new Map(
    [...plan.hostCollectors.keys()].map((name) => {
      const parts = answers.map((answer) => answer.get(name) ?? { records: [], errors: [] });
      return [
        name,
        { records: parts.flatMap(({ records }) => records), errors: parts.flatMap(({ errors }) => errors) },
      ];
    }),
  );
}

async function askServices(
  name: string,
  collector: RequestCollector,
  requests: readonly Request[],
  { fleet, clock, userAgent, signal }: RunOptions,
  report: (outcome: SourceOutcome) => void,
): Promise<Parsed> {
  const parsed = await runRequests(collector, requests, {
    userAgent,
    clock,
    controls: fleet.controls,
    ...(signal === undefined ? {} : { signal }),
    onDone: (record) =>
      report({
        collector: name,
        source: record.entity,
        errors: [],
        seconds: record.gauges?.check_duration_seconds ?? 0,
      }),
  });
  for (const error of parsed.errors)
    report({ collector: name, source: error.source, errors: [error], seconds: 0 });
  return parsed;
}

async function askPrograms(
  name: string,
  api: ApiPlan,
  { clock, askApi, signal }: RunOptions,
  report: (outcome: SourceOutcome) => void,
): Promise<Parsed> {
  const began = clock();
  const parsed = await runApi(api, { askApi, clock, signal });
  const seconds = (clock().getTime() - began.getTime()) / 1000;
  const failed = Map.groupBy(parsed.errors, ({ source }) => source);
  for (const source of new Set([...api.requests.map((request) => request.source), ...failed.keys()]))
    report({ collector: name, source, errors: failed.get(source) ?? [], seconds });
  return parsed;
}

/** What a collector made of hostile text is checked before it is kept; a record that the schema refuses becomes an error. */
function accepted({ records, errors }: Parsed): Pick<Snapshot, 'records' | 'errors'> {
  const good: EntityRecord[] = [];
  const bad: SourceError[] = [];
  for (const record of records) {
    const checked = EntityRecord.safeParse(record);
    if (checked.success) good.push(checked.data);
    else {
      const [issue] = checked.error.issues;
      const source = record.entity.replaceAll(/[\p{Cc}\p{Cs}]/gu, '�').slice(0, 200);
      bad.push({
        source,
        part: issue?.path.join('.').slice(0, 200) ?? '',
        message: `refused: ${issue?.message ?? ''}`.slice(0, 1000),
      });
    }
  }
  return { records: good, errors: [...errors, ...bad].map(shortened) };
}

/** What a host says at length is not worth losing the others' snapshot for. */
function shortened({ source, part, message }: SourceError): SourceError {
  return {
    source,
    ...(part === undefined ? {} : { part: part.slice(0, 200) }),
    message: message.slice(0, 1000),
  };
}
