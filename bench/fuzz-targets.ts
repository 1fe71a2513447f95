import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type {
  ApiAnswer,
  ApiCollector,
  ApiRequest,
  HostCollector,
  RequestCollector,
  Section,
} from '../src/collect/collector.ts';
import { sectionCommandsOf } from '../src/collect/host-run.ts';
import { FormatError } from '../src/collect/parse/field.ts';
import { loadCollectors } from '../src/collect/registry.ts';
import type { Fleet } from '../src/model/fleet.ts';
import { parseFleet } from '../src/store/fleet.ts';
import { formats } from '../test/corpora/formats.ts';
import { icingaSeed } from './fuzz-monitored.ts';
import type { Chance } from './fuzz-mutations.ts';
import { fuzzFleet, metricsSeed, pageSeeds, sectionSeeds } from './fuzz-seeds.ts';
import { now } from './parse-texts.ts';

/** What reads texts that others wrote. */
export interface Target {
  /** `zfs.status`, `format zpool list`. */
  readonly name: string;
  /** Whole texts of the kind that it reads, else of other kinds. */
  readonly seeds: readonly string[];
  /** Whatever it throws is a crash. */
  parse(text: string, chance: Chance): void;
}

/** A capture that is longer is left out: what breaks a parser is in its form. */
const maxSeedLength = 100_000;

/** Every section of every collector, every answer of an API, pages, and the formats of `npm run corpora` with the files of a folder. */
export async function fuzzTargets(folder?: string): Promise<Target[]> {
  const fleet = parseFleet(fuzzFleet, 'fleet.yaml');
  const files = folder === undefined ? [] : capturesBelow(folder);
  const targets = [
    ...[...(await loadCollectors())].flatMap(([name, collector]): Target[] => {
      if (collector.kind === 'host') return sectionTargets(name, collector, fleet);
      if (collector.kind === 'api') return apiTargets(name, collector, fleet);
      return pageTargets(name, collector, fleet);
    }),
    ...formats.map(({ name, file, parse }): Target => {
      const own = files.filter(({ path }) => file.test(basename(path)) || file.test(path));
      return { name: `format ${name}`, seeds: own.map(({ text }) => text), parse: refusing(parse) };
    }),
  ];
  // What has no text of its own kind gets those of all others.
  const others = [...new Set(targets.flatMap(({ seeds }) => seeds))].filter((text) => text !== '');
  return targets.map((target) => (target.seeds.length === 0 ? { ...target, seeds: others } : target));
}

function capturesBelow(folder: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .flatMap((path) => {
      const isOfFormat = formats.some(({ file }) => file.test(basename(path)) || file.test(path));
      const text = isOfFormat ? readFileSync(path, 'utf8') : '';
      return text === '' || text.length > maxSeedLength ? [] : [{ path, text }];
    });
}

/** To refuse a text with its reason is no crash. */
function refusing(parse: (text: string) => unknown): (text: string) => void {
  return (text) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  };
}

/** One for each section, each of the others of its collector being whole or missing. */
function sectionTargets(name: string, collector: HostCollector, fleet: Fleet): Target[] {
  const host = fleet.hosts.get('hv1');
  if (host === undefined) throw new Error('expected the host of our own fleet.yaml');
  const seeds = sectionSeeds[name] ?? {};
  const whole = new Map(
    Object.entries(seeds).map(([section, texts]) => [section, ended([texts].flat()[0] ?? '', 0)]),
  );
  return [...sectionCommandsOf(new Map([[name, collector]]), host, fleet).keys()].map((key) => {
    const section = key.slice(name.length + 1);
    return {
      name: key,
      seeds: [seeds[section] ?? []].flat(),
      parse(text, chance) {
        const status = chance.pick([0, 0, 0, 0, 0, 1, 2, 124, null]) ?? null;
        const others = [...whole].filter(() => chance.below(2) === 0);
        const sections = new Map(others).set(section, ended(text, status));
        collector.parse(sections, { host: host.id, at: now, fleet });
      },
    };
  });
}

function ended(stdout: string, status: number | null): Section {
  return { stdout, stderr: status === 0 ? '' : 'a complaint', status, isTruncated: status === null };
}

/** One for each question, the others being answered. */
function apiTargets(name: string, collector: ApiCollector, fleet: Fleet): Target[] {
  const requests = collector.requests(fleet);
  const whole = new Map(
    requests.map((request): [string, ApiAnswer] => [request.name, answered(apiSeed(request))]),
  );
  return requests.map((request) => ({
    name: `${name}.${request.name}`,
    seeds: [whole.get(request.name)?.body ?? ''],
    parse(text, chance) {
      const answers = new Map(whole).set(request.name, answered(text, chance.below(10) === 0 ? 422 : 200));
      collector.parse(answers, { at: now, fleet });
    },
  }));
}

/** Prometheus is asked by a form, Icinga 2 by JSON, LXD by an address alone. */
function apiSeed({ form, json }: ApiRequest): string {
  if (form !== undefined) return seriesOf(form.query ?? '');
  return json === undefined ? metricsSeed : icingaSeed;
}

function answered(body: string, status = 200): ApiAnswer {
  return { at: now, status, body };
}

/** An answer with a series of every name and every part that a query asks for. */
function seriesOf(query: string): string {
  const names = [...new Set(query.match(/\b(?:node|smartctl|zfs|lxd|incus|probe)_\w+|\bup\b/g) ?? [])];
  const parts = [...query.matchAll(/"vigie_part", ?"(\w+)"/g)].map(([, part = '']) => part);
  const labels = {
    instance: 'hv2:9100',
    job: 'node',
    device: 'sda',
    pool: 'tank',
    name: 'koha',
    fstype: 'ext4',
    mountpoint: '/',
    serial_number: 'S1',
  };
  const seconds = Date.parse(now) / 1000 - 20;
  const metrics = [
    ...names.map((own) => ({ __name__: own, ...labels })),
    ...parts.map((vigie_part) => ({ vigie_part, ...labels })),
  ];
  // Those that tell when they were read are of now.
  const result = metrics.map((metric, index) => {
    const isTime = /_time_seconds|seen/.test(JSON.stringify(metric));
    return { metric, value: [seconds, isTime ? `${seconds}` : `${index}.5`] };
  });
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

function pageTargets(name: string, collector: RequestCollector, fleet: Fleet): Target[] {
  return collector.requests(fleet).map((request) => ({
    name: `${name}.${request.entity}`,
    seeds: pageSeeds,
    parse(body, chance) {
      const status = chance.pick([200, 200, 200, 301, 404, 500, 99_999]) ?? 200;
      collector.parse(request, { phases: { totalSeconds: 0.25 }, status, body }, { at: now, attempt: 1 });
    },
  }));
}
