import { describe, expect, test } from 'vitest';
import type { AskApi } from '../../src/collect/ask-api.ts';
import type { ApiCollector, ApiRequest, Collector } from '../../src/collect/collector.ts';
import { planRun, type RunPlan, runCollectors, type SourceOutcome } from '../../src/collect/run.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const fleet = parseFleet(
  `fleet: { name: Test }
prometheus: { main: { url: 'http://localhost' } }
hosts: { hv1: { prometheus: main }, hv2: { prometheus: main }, hv3: { ssh: hv3 } }
services: { page: { name: Page, url: 'http://localhost/' } }
`,
  'fleet.yaml',
);
const at = '2026-11-22T09:35:00Z';

const requestOf = (name: string): ApiRequest => ({
  name,
  source: 'prometheus:main',
  url: 'http://localhost',
  access: {},
});

/** Asks once for each host, and tells what came for it. */
const watcher: ApiCollector = {
  kind: 'api',
  reads: '',
  metrics: {},
  requests: ({ hosts }) => [...hosts.keys()].map(requestOf),
  parse: (answers, context) => ({
    records: [...context.fleet.hosts.keys()].flatMap((host) => {
      const body = answers.get(host)?.body;
      return body === undefined ? [] : [{ entity: `host:${host}`, at, facts: { body } }];
    }),
    errors: [],
  }),
};

function plan(collector: Collector, host?: string): RunPlan {
  return planRun(fleet, new Map([['watcher', collector]]), host === undefined ? {} : { host });
}

async function run(runPlan: RunPlan, askApi: AskApi, options: { fleet?: Fleet; signal?: AbortSignal } = {}) {
  const outcomes: SourceOutcome[] = [];
  const { snapshots } = await runCollectors({
    fleet,
    plan: runPlan,
    clock: () => new Date(at),
    runScript: () => Promise.reject(new Error('no host is asked by script')),
    askApi,
    userAgent: '',
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  return { outcomes, snapshots };
}

const answering: AskApi = async ({ name }) => ({ at, status: 200, body: `of ${name}` });

describe('a run of collectors that ask APIs', () => {
  test('asks each question, and writes one snapshot of all answers', async () => {
    const { outcomes, snapshots } = await run(plan(watcher), answering);
    expect(snapshots).toMatchObject([{ collector: 'watcher', at, errors: [] }]);
    expect(snapshots[0]?.records.map(({ facts }) => facts?.body)).toEqual(['of hv1', 'of hv2', 'of hv3']);
    expect(outcomes).toEqual([{ collector: 'watcher', source: 'prometheus:main', errors: [], seconds: 0 }]);
  });

  test('for one host asks of that host alone', async () => {
    const { snapshots } = await run(plan(watcher, 'hv2'), answering);
    expect(snapshots).toMatchObject([{ onlyHost: 'hv2', records: [{ entity: 'host:hv2' }] }]);
  });

  test('loses what was not answered, tells why, and keeps the rest', async () => {
    const askApi: AskApi = (request) =>
      request.name === 'hv2' ? Promise.resolve({ at, failure: 'connection refused' }) : answering(request);
    const { outcomes, snapshots } = await run(plan(watcher), askApi);
    const error = { source: 'prometheus:main', part: 'hv2', message: 'connection refused' };
    expect(outcomes.map(({ errors }) => errors)).toEqual([[error]]);
    expect(snapshots[0]?.errors).toEqual([error]);
    expect(snapshots[0]?.records).toHaveLength(2);
  });

  test('is stopped by a collector that throws no more than by a server', async () => {
    const broken: ApiCollector = {
      ...watcher,
      parse() {
        throw new Error('a bug of ours');
      },
    };
    const { snapshots } = await run(plan(broken), answering);
    expect(snapshots[0]?.errors[0]?.message).toMatch(/^could not be parsed: .*a bug of ours/);
  });

  test('asks no more than four questions at once, and none after it was stopped', async () => {
    const many: ApiCollector = {
      ...watcher,
      requests: () => Array.from({ length: 20 }, (_, i) => requestOf(`q${i}`)),
    };
    const stop = new AbortController();
    let [underWay, most, count] = [0, 0, 0];
    const askApi: AskApi = async (request) => {
      count += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((settle) => setTimeout(settle, 1));
      underWay -= 1;
      if (count >= 8) stop.abort();
      return answering(request);
    };
    const { snapshots } = await run(plan(many), askApi, { signal: stop.signal });
    expect(most).toBe(4);
    expect(count).toBeLessThan(16);
    expect(snapshots[0]?.errors.at(-1)).toMatchObject({ part: 'q19', message: 'stopped' });
  });
});

test('hosts that a Prometheus tells of are asked by no script', () => {
  expect(plan(watcher).hosts.map(({ id }) => id)).toEqual(['hv3']);
});
