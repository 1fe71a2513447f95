import type { ApiAnswer, ApiCollector, ApiRequest } from '../src/collect/collector.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { icingaAttributes, icingaKinds, parseIcingaAnswer } from '../src/collect/parse/icinga2.ts';
import {
  checkMetrics,
  type Monitored,
  unknownRecord,
  type WatchedCheck,
  watchedRecord,
  watchOf,
} from '../src/collect/parse/monitored.ts';
import { createRecordKeeper } from '../src/collect/parse/record-keeper.ts';
import type { Rows } from '../src/collect/parse/rows.ts';
import type { Fleet } from '../src/model/fleet.ts';
import { checksOfKind } from '../src/model/fleet-checks.ts';
import type { IcingaSource } from '../src/model/icinga2.ts';
import { toSeconds } from '../src/model/time.ts';

/** What an Icinga 2 watches for us: the hosts and services that fleet.yaml names, asked for by their names. */
export default {
  kind: 'api',
  reads:
    'The states of hosts and services as an Icinga 2 knows them, through its API, as answers to the checks that fleet.yaml leaves to it.',
  metrics: checkMetrics,

  requests: (fleet) => questionsOf(fleet).map(requestOf),

  parse(answers, { at, fleet }) {
    const keeper = createRecordKeeper();
    const questions = Map.groupBy(questionsOf(fleet), ({ source }) => source);
    for (const [source, own] of questions) {
      const looks = own.map((question) => {
        const part = nameOf(question);
        const look = lookAt(question, answers.get(part) ?? { at, failure: 'not asked' });
        for (const message of look.faults) keeper.fault({ source: sourceOf(source), part, message });
        return look;
      });
      // What a service is depends on its host, too: an answer without the other is none.
      const failure = looks.find((look) => look.failure !== undefined)?.failure;
      const seenAt = looks[0]?.at ?? at;
      const found = looks.flatMap(({ rows }) => rows);
      const watch = watchOf('Icinga 2', toSeconds(seenAt), found);
      for (const check of checksOf(source, fleet)) {
        const record =
          failure === undefined
            ? watchedRecord(check, watch, { at: seenAt, fleetSeconds: fleet.everySeconds })
            : unknownRecord(check.entity, seenAt, failure);
        keeper.keep(record, { source: sourceOf(source) });
      }
    }
    return keeper.parsed;
  },
} satisfies ApiCollector;

/** So many objects are asked for at once: an answer has some kilobytes of each, and one that is too long is refused. */
const namesAtOnce = 500;

/** What is asked of one Icinga 2 about objects of one kind. */
interface Question {
  readonly source: IcingaSource;
  readonly kind: keyof typeof icingaKinds;
  /** Counts those of one kind, from 1. */
  readonly group: number;
  /** As the Icinga 2 has them, a service as `host!service`. */
  readonly names: readonly string[];
}

function questionsOf(fleet: Fleet): Question[] {
  return [...fleet.icinga2.values()].flatMap((source) => {
    const checks = checksOf(source, fleet).map(({ check }) => check);
    const hosts = new Set(checks.map(({ host }) => host));
    const services = new Set(
      checks.flatMap(({ host, service }) => (service === undefined ? [] : [`${host}!${service}`])),
    );
    return [...inGroups(source, 'hosts', [...hosts]), ...inGroups(source, 'services', [...services])];
  });
}

function inGroups(source: IcingaSource, kind: Question['kind'], names: readonly string[]): Question[] {
  return Array.from({ length: Math.ceil(names.length / namesAtOnce) }, (_, index) => ({
    source,
    kind,
    group: index + 1,
    names: names.slice(index * namesAtOnce, (index + 1) * namesAtOnce),
  }));
}

/** A filter's names travel beside it, not in it: nothing of them is read as a part of the filter. */
function requestOf(question: Question): ApiRequest {
  const { source, kind, names } = question;
  return {
    name: nameOf(question),
    source: sourceOf(source),
    url: `${source.url}/v1/objects/${kind}`,
    headers: { 'X-HTTP-Method-Override': 'GET' },
    json: { filter: `${icingaKinds[kind]} in names`, filter_vars: { names }, attrs: icingaAttributes[kind] },
    access: source.access,
    timeoutSeconds: source.timeoutSeconds,
  };
}

interface Look extends Rows<Monitored> {
  readonly at: string;
  /** Why nothing is known. */
  readonly failure?: string;
}

function lookAt({ kind }: Question, { at, failure, status, body = '' }: ApiAnswer): Look {
  if (failure !== undefined) return { at, rows: [], faults: [], failure };
  try {
    return { at, ...parseIcingaAnswer(kind, status ?? 0, body) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { at, rows: [], faults: [error.message], failure: error.message };
  }
}

function checksOf({ id }: IcingaSource, fleet: Fleet): WatchedCheck[] {
  return checksOfKind(fleet, 'icinga2').filter(({ check }) => check.source === id);
}

function nameOf({ source, kind, group }: Question): string {
  return `${source.id}.${kind}.${group}`;
}

function sourceOf({ id }: IcingaSource): string {
  return `icinga:${id}`;
}
