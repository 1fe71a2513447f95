import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import nagios from '../../collectors/nagios.ts';
import { parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import { shellWord } from '../../src/collect/parse/shell-word.ts';
import { toInstant } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';

// A socket that answers as Livestatus does, where Naemon has its own, asked by the script that hosts get. The script sees it in a mount
// namespace of its own, and nobody else does.

const missing =
  process.getuid?.() !== 0 || spawnSync('unshare', ['--mount', 'true']).status !== 0
    ? 'mount namespaces are made by root alone'
    : undefined;
if (missing !== undefined) console.log(`Livestatus is not tried: ${missing}`);

const fleet = parseFleet(
  `fleet: { name: Test }
hosts: { here: { local: true } }
services:
  web:
    name: Web
    checks:
      page: { kind: nagios, on: here, host: web1, service: Réserve }
      host: { kind: nagios, on: here, host: web1 }
`,
  'fleet.yaml',
);
const collectors = new Map([['nagios', nagios]]);

/** What the socket knows, by table and column. */
function tablesAt(seconds: number): Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> {
  const common = {
    state_type: 1,
    has_been_checked: 1,
    current_attempt: 3,
    max_check_attempts: 3,
    last_check: seconds - 5,
    check_interval: 1,
    acknowledged: 0,
    scheduled_downtime_depth: 0,
    is_flapping: 0,
    latency: 0.1,
    execution_time: 0.2,
  };
  const service = { host_name: 'web1', description: 'Réserve', state: 2, last_hard_state: 2 };
  return {
    status: [{ program_version: '1.4.1-naemon', program_start: seconds - 3600, interval_length: 60 }],
    hosts: [{ name: 'web1', state: 0, last_hard_state: 0, plugin_output: 'OK', perf_data: '', ...common }],
    // More than a pipe holds, as large Nagios have it.
    services: [
      { ...service, plugin_output: 'plus de réserve', perf_data: 'time=0.5s', ...common },
      ...Array.from({ length: 2000 }, (_, index) => ({
        host_name: 'web1',
        description: `S${index}`,
        state: 0,
        last_hard_state: 0,
        plugin_output: 'x'.repeat(200),
        perf_data: '',
        ...common,
      })),
    ],
  };
}

/** `GET table`, headers, and an empty line; the answer ends with the connection. */
function answerTo(query: string): string {
  const [first = '', ...headers] = query.trimEnd().split('\n');
  const asked = new Map(
    headers.map((line): [string, string] => [line.split(': ')[0] ?? '', line.split(': ')[1] ?? '']),
  );
  expect([...asked.keys()]).toEqual(['Columns', 'OutputFormat', 'ResponseHeader']);
  const columns = asked.get('Columns')?.split(' ') ?? [];
  const rows = tablesAt(Math.floor(Date.now() / 1000))[first.replace('GET ', '')] ?? expect.fail();
  const payload = `${JSON.stringify(rows.map((row) => columns.map((column) => row[column])))}\n`;
  return `200 ${String(Buffer.byteLength(payload)).padStart(11)}\n${payload}`;
}

describe.skipIf(missing !== undefined)('Livestatus', () => {
  let run: string;
  let server: Server;

  beforeAll(async () => {
    run = mkdtempSync(join(tmpdir(), 'vigie-livestatus-'));
    mkdirSync(join(run, 'naemon'));
    server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      let query = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        query += text;
        if (query.endsWith('\n\n')) socket.end(answerTo(query));
      });
    });
    await once(server.listen(join(run, 'naemon', 'live')), 'listening');
  });
  afterAll(() => {
    server?.close();
    rmSync(run, { recursive: true, force: true });
  });

  /** One run where `setup` has been done first. */
  async function read(setup: string) {
    const host = fleet.hosts.get('here') ?? expect.fail();
    const { script, seconds } = questionOf(collectors, host, fleet);
    const within = `mount --bind ${run} /run; for each in /etc/nagios4 /etc/nagios /etc/nagios3 /etc/naemon /etc/icinga /usr/local/nagios; do [ ! -d $each ] || mount -t tmpfs none $each; done; ${setup}\n`;
    const wrapped = `exec unshare --mount sh -c ${shellWord(within + script)}\n`;
    const answer = await runLocal(wrapped, { seconds, bytes: 16 * 1024 * 1024 });
    const parsed = parseAnswer(collectors, host, answer, { at: toInstant(new Date()), fleet }).get('nagios');
    return {
      errors: parsed?.errors,
      of: (entity: string) => parsed?.records.find((record) => record.entity === entity),
    };
  }

  test('is asked where there are no files of Nagios', async () => {
    const { errors, of } = await read('');
    expect(errors).toEqual([]);
    expect(of('nagios:here:core')).toMatchObject({
      gauges: { running_code: 1, services_ok_count: 2000, services_critical_count: 1, hosts_up_count: 1 },
      facts: { read_by: 'Livestatus', version: '1.4.1-naemon' },
    });
    expect(of('check:web:page')).toMatchObject({
      state: 'down',
      reason: 'plus de réserve',
      gauges: { check_duration_seconds: 0.5, check_execution_seconds: 0.2 },
    });
    expect(of('check:web:host')?.state).toBe('up');
  });

  test('that nobody answers is an error, and leaves its checks unknown', async () => {
    const { errors, of } = await read(
      'mount -t tmpfs none /run/naemon; perl -MIO::Socket::UNIX -e "IO::Socket::UNIX->new(Local => q(/run/naemon/live), Listen => 1)"',
    );
    expect(errors).toHaveLength(1);
    expect(of('check:web:page')?.state).toBe('unknown');
    expect(of('nagios:here:core')).toBeUndefined();
  });

  test('that is not there either leaves nothing but unknown checks', async () => {
    const { errors, of } = await read('mount -t tmpfs none /run/naemon');
    expect(errors).toEqual([]);
    expect(of('check:web:page')).toMatchObject({
      state: 'unknown',
      reason: 'no Nagios was found on the host',
    });
  });
});
