import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import probe from '../../collectors/probe.ts';
import type { Request } from '../../src/collect/collector.ts';
import { type RequestRunOptions, runRequests } from '../../src/collect/requests.ts';
import { ProbedCheck } from '../../src/model/check.ts';
import { createLoopback } from './loopback.ts';

const loopback = createLoopback();
afterAll(() => loopback.stop());

const request = (name: string, check: unknown): Request => ({
  entity: `check:service:${name}`,
  check: ProbedCheck.parse(check),
});
const run = (requests: readonly Request[], options: Partial<RequestRunOptions> = {}) =>
  runRequests(probe, requests, {
    userAgent: 'Vigie/0.0.0',
    clock: () => new Date('2026-11-22T09:35:00Z'),
    controls: [],
    ...options,
  });

/** A server whose first answers are 503, and how often it was asked. */
async function startFailing(failureCount: number) {
  const seen = { requestCount: 0, connectionCount: 0 };
  const server = createHttpServer((_, response) => {
    seen.requestCount += 1;
    response.writeHead(seen.requestCount > failureCount ? 200 : 503).end();
  });
  server.on('connection', () => {
    seen.connectionCount += 1;
  });
  return { seen, url: `http://127.0.0.1:${await loopback.listen(server)}/` };
}

describe('retries', () => {
  test('a check that fails twice and then holds is up, after three attempts on three connections', async () => {
    const { seen, url } = await startFailing(2);
    const { records } = await run([request('page', { kind: 'http', url })]);
    expect(records).toMatchObject([
      { state: 'up', gauges: { check_attempts_count: 3, check_status_code: 200 } },
    ]);
    expect(seen).toEqual({ requestCount: 3, connectionCount: 3 });
  });

  test('a check is not tried more often than it says', async () => {
    const { seen, url } = await startFailing(2);
    const { records } = await run([request('page', { kind: 'http', url, retries: 1 })]);
    expect(records).toMatchObject([
      { state: 'down', reason: 'status 503, expected 2xx', gauges: { check_attempts_count: 2 } },
    ]);
    expect(seen.requestCount).toBe(2);
  });

  test('a check that is degraded is not tried again', async () => {
    const { seen, url } = await startFailing(0);
    const slow = probe.parse;
    const collector = {
      ...probe,
      parse: (...[asked, answer, context]: Parameters<typeof slow>) =>
        slow(asked, { ...answer, phases: { totalSeconds: 6 } }, context),
    };
    const { records } = await runRequests(
      collector,
      [request('page', { kind: 'http', url, slowAfter: '5s' })],
      {
        userAgent: 'Vigie/0.0.0',
        clock: () => new Date('2026-11-22T09:35:00Z'),
        controls: [],
      },
    );
    expect(records[0]?.state).toBe('degraded');
    expect(seen.requestCount).toBe(1);
  });
});

describe('a run', () => {
  test('gives its records in the order of the requests, by the clock it was given', async () => {
    const server = createHttpServer(({ url = '' }, response) =>
      setTimeout(() => response.end(), Number(url.slice(1))),
    );
    const base = `http://127.0.0.1:${await loopback.listen(server)}`;
    const delaysMs = [300, 0, 150, 20, 80];
    const { records } = await run(
      delaysMs.map((delay) => request(`d${delay}`, { kind: 'http', url: `${base}/${delay}` })),
    );
    expect(records.map(({ entity }) => entity)).toEqual(delaysMs.map((delay) => `check:service:d${delay}`));
    expect(new Set(records.map(({ at }) => at))).toEqual(new Set(['2026-11-22T09:35:00Z']));
  });

  test('never has more requests under way than it may', async () => {
    let openCount = 0;
    let mostOpen = 0;
    const server = createHttpServer((_, response) => {
      openCount += 1;
      mostOpen = Math.max(mostOpen, openCount);
      setTimeout(() => {
        openCount -= 1;
        response.end();
      }, 20);
    });
    const url = `http://127.0.0.1:${await loopback.listen(server)}/`;
    const requests = Array.from({ length: 20 }, (_, index) => request(`n${index}`, { kind: 'http', url }));
    const { records } = await run(requests, { concurrency: 4 });
    expect(records.every(({ state }) => state === 'up')).toBe(true);
    expect(mostOpen).toBe(4);
  });

  test('goes on when a request cannot be parsed, and names it', async () => {
    const { url } = await startFailing(0);
    const collector = {
      ...probe,
      parse: (...[asked, answer, context]: Parameters<typeof probe.parse>) => {
        if (asked.entity.endsWith('bad')) throw new Error('no idea');
        return probe.parse(asked, answer, context);
      },
    };
    const requests = ['one', 'bad', 'two'].map((name) => request(name, { kind: 'http', url }));
    const { records, errors } = await runRequests(collector, requests, {
      userAgent: 'Vigie/0.0.0',
      clock: () => new Date(),
      controls: [],
    });
    expect(records.map(({ entity }) => entity)).toEqual(['check:service:one', 'check:service:two']);
    expect(errors).toEqual([{ source: 'check:service:bad', message: 'Error: no idea' }]);
  });

  test('that is stopped calls nobody down', async () => {
    const hanging = `http://127.0.0.1:${await loopback.listen(createHttpServer(() => undefined))}/`;
    const { url } = await startFailing(0);
    const stop = new AbortController();
    const done: string[] = [];
    const { records, errors } = await run(
      [request('good', { kind: 'http', url }), request('hanging', { kind: 'http', url: hanging })],
      {
        signal: stop.signal,
        onDone: ({ entity }) => {
          done.push(entity);
          stop.abort();
        },
      },
    );
    expect(done).toEqual(['check:service:good']);
    expect(records.map(({ entity }) => entity)).toEqual(done);
    expect(errors).toEqual([{ source: 'check:service:hanging', message: 'not asked: the run was stopped' }]);
  });
});

describe('the circuit breaker', () => {
  test('leaves an address alone after three checks in a row, whatever names lead to it', async () => {
    const port = await loopback.closedPort(createTcpServer);
    const names = ['localhost', '127.0.0.1', 'localhost', '127.0.0.1', 'localhost'];
    const requests = names.map((host, index) =>
      request(`n${index}`, { kind: 'http', url: `http://${host}:${port}/` }),
    );
    const { records } = await run(requests, { concurrency: 1 });
    const refused = 'connection refused (ECONNREFUSED)';
    const open = `circuit open: 127.0.0.1:${port} did not accept connections for 3 checks in a row`;
    expect(records.map(({ reason }) => reason)).toEqual([refused, refused, refused, open, open]);
    // The third check opened the circuit itself and was not tried again.
    expect(records.map(({ gauges }) => gauges?.check_attempts_count)).toEqual([3, 3, 1, 0, 0]);
  });

  test('leaves other addresses as they are', async () => {
    const closed = await loopback.closedPort(createTcpServer);
    const { url } = await startFailing(0);
    const requests = [1, 2, 3, 4].map((n) =>
      request(`n${n}`, { kind: 'tcp', host: '127.0.0.1', port: closed }),
    );
    const { records } = await run([...requests, request('good', { kind: 'http', url })], { concurrency: 1 });
    expect(records.map(({ state }) => state)).toEqual(['down', 'down', 'down', 'down', 'up']);
  });

  test('counts connections that were not accepted, not pages that are wrong', async () => {
    const { seen, url } = await startFailing(100);
    const requests = [1, 2, 3, 4, 5].map((n) => request(`n${n}`, { kind: 'http', url, retries: 0 }));
    await run(requests, { concurrency: 1 });
    expect(seen.requestCount).toBe(5);
  });

  test('begins to count again after a connection that was accepted', async () => {
    const server = createTcpServer();
    const port = await loopback.listen(server);
    const target = `127.0.0.1:${port}`;
    const down = { phases: { totalSeconds: 0 }, failure: 'connection refused', refusedBy: [target] };
    const up = { phases: { totalSeconds: 0 }, acceptedBy: target };
    const answers = [down, down, up, down, down, up];
    const requests = answers.map((_, n) =>
      request(`n${n}`, { kind: 'tcp', host: '127.0.0.1', port, retries: 0 }),
    );
    const blocked: (string | undefined)[] = [];
    await run(requests, {
      concurrency: 1,
      ask: async (_, { block }) => {
        blocked.push(block?.(target));
        return answers[blocked.length - 1] ?? up;
      },
    });
    expect(blocked).toEqual(answers.map(() => undefined));
  });
});

describe('an observer', () => {
  const startControl = async () => {
    const seen = { connectionCount: 0 };
    const server = createTcpServer((socket) => {
      seen.connectionCount += 1;
      socket.end();
    });
    return { seen, control: { host: '127.0.0.1', port: await loopback.listen(server) } };
  };
  const closedControl = async () => ({ host: '127.0.0.1', port: await loopback.closedPort(createTcpServer) });

  test('who is offline calls nobody down, and takes nothing back that did answer', async () => {
    const good = await startFailing(0);
    const bad = await startFailing(100);
    const requests = [good, bad].map(({ url }, n) => request(`n${n}`, { kind: 'http', url, retries: 0 }));
    const { records } = await run(requests, { controls: [await closedControl(), await closedControl()] });
    expect(records.map(({ state, reason }) => [state, reason])).toEqual([
      ['up', undefined],
      ['unknown', 'observer offline: none of 2 control targets answered'],
    ]);
  });

  test('for whom one control target answers calls down what is down', async () => {
    const { url } = await startFailing(100);
    const { control, seen } = await startControl();
    const { records } = await run([request('bad', { kind: 'http', url, retries: 0 })], {
      controls: [await closedControl(), control],
    });
    expect(records[0]).toMatchObject({ state: 'down', reason: 'status 503, expected 2xx' });
    // At the first failure and at the end.
    expect(seen.connectionCount).toBe(2);
  });

  test('who cannot even ask the control targets calls nobody down', async () => {
    const { records } = await run([request('bad', { kind: 'http', url: 'http://192.0.2.1/', retries: 0 })], {
      controls: [{ host: '192.0.2.2', port: 80 }],
      ask: async ({ kind }) => {
        if (kind === 'tcp') throw Object.assign(new Error('socket EMFILE'), { code: 'EMFILE' });
        return { phases: { totalSeconds: 10 }, failure: 'timeout after 10 s' };
      },
    });
    expect(records[0]?.state).toBe('unknown');
  });

  test('without control targets trusts what was seen', async () => {
    const { url } = await startFailing(100);
    const { records } = await run([request('bad', { kind: 'http', url, retries: 0 })]);
    expect(records[0]?.state).toBe('down');
  });

  test('looks at no control target while all is well', async () => {
    const { url } = await startFailing(0);
    const { control, seen } = await startControl();
    await run([request('good', { kind: 'http', url })], { controls: [control] });
    expect(seen.connectionCount).toBe(0);
  });

  test('whose line goes down during the run calls nobody down', async () => {
    const { url } = await startFailing(100);
    const server = createTcpServer((socket) => socket.end());
    const control = { host: '127.0.0.1', port: await loopback.listen(server) };
    // The only connection that the control target takes is the first.
    server.once('connection', () => loopback.close(server));
    const { records } = await run([request('bad', { kind: 'http', url, retries: 0 })], {
      controls: [control],
    });
    expect(records[0]?.state).toBe('unknown');
  });
});
