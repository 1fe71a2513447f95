import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import nagios from '../../collectors/nagios.ts';
import { parseAnswer, questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import { nagiosRootCommand } from '../../src/collect/parse/nagios-command.ts';
import type { EntityRecord } from '../../src/model/snapshot.ts';
import { toInstant } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { missingNagios, type Nagios, startNagios } from './nagios-daemon.ts';

// A real Nagios whose checks say what the test wants, read by the script that hosts get.

const reason = missingNagios();
if (reason !== undefined) console.log(`Nagios is not tried: ${reason}`);

const fleet = parseFleet(
  String.raw`fleet: { name: Test }
hosts: { here: { local: true } }
services:
  web:
    name: Web
    checks:
      page: { kind: nagios, on: here, host: web1, service: Page }
      space: { kind: nagios, on: here, host: web1, service: 'C:\ Space' }
      passive: { kind: nagios, on: here, host: web1, service: Passive, maxAge: 4s }
      host: { kind: nagios, on: here, host: web1 }
`,
  'fleet.yaml',
);
const collectors = new Map([['nagios', nagios]]);
const cgis = '/usr/lib/cgi-bin/nagios4';
const file = '/var/lib/nagios4/status.dat';

describe.skipIf(reason !== undefined)('Nagios', () => {
  let daemon: Nagios;
  const { PATH } = process.env;

  beforeAll(async () => {
    daemon = await startNagios();
    process.env.PATH = `${daemon.path}:${PATH}`;
  });
  afterAll(async () => {
    process.env.PATH = PATH;
    await daemon?.stop();
  });

  /** One run: records by entity. */
  async function read(): Promise<ReadonlyMap<string, EntityRecord>> {
    const host = fleet.hosts.get('here') ?? expect.fail();
    const { script, seconds } = questionOf(collectors, host, fleet);
    const answer = await runLocal(script, { seconds, bytes: 16 * 1024 * 1024 });
    const parsed = parseAnswer(collectors, host, answer, { at: toInstant(new Date()), fleet }).get('nagios');
    expect(parsed?.errors).toEqual([]);
    return new Map(parsed?.records.map((record) => [record.entity, record]));
  }

  /** Runs, one after another, until one is as it should be. */
  async function readUntil(
    isSo: (found: ReadonlyMap<string, EntityRecord>) => boolean,
  ): Promise<readonly ReadonlyMap<string, EntityRecord>[]> {
    const runs: ReadonlyMap<string, EntityRecord>[] = [];
    for (let wait = 0; wait < 100; wait += 1) {
      const found = await read();
      runs.push(found);
      if (isSo(found)) return runs;
      await pause(150);
    }
    throw new Error(`never so, at last ${JSON.stringify([...(runs.at(-1)?.values() ?? [])])}`);
  }
  const pageIs = (state: string) => (found: ReadonlyMap<string, EntityRecord>) =>
    found.get('check:web:page')?.state === state;

  test('is read by its CGIs, and its own statistics say the same', async () => {
    const found = (
      await readUntil((run) => pageIs('up')(run) && run.get('check:web:space')?.state === 'up')
    ).at(-1);
    expect(found?.get('check:web:host')?.state).toBe('up');
    expect(found?.get('check:web:passive')).toMatchObject({ state: 'unknown', reason: 'not checked yet' });
    const core = found?.get('nagios:here:core');
    expect(core?.facts).toMatchObject({
      read_by: 'CGI',
      version: expect.stringMatching(/^4\./),
      running: 'yes',
    });
    const names = 'NUMHSTUP,NUMHSTDOWN,NUMSVCOK,NUMSVCWARN,NUMSVCUNKN,NUMSVCCRIT';
    const statistics = daemon
      .run(`nagios4stats -c /etc/nagios4/nagios.cfg -m -D ' ' -d ${names}`)
      .trim()
      .split(' ');
    const { gauges = {} } = core ?? {};
    // Services that were never checked count as OK there.
    expect(statistics.map(Number)).toEqual([
      gauges.hosts_up_count,
      gauges.hosts_down_count,
      (gauges.services_ok_count ?? 0) + (gauges.services_pending_count ?? 0),
      gauges.services_warning_count,
      gauges.services_unknown_count,
      gauges.services_critical_count,
    ]);
    expect(gauges).toMatchObject({ hosts_up_count: 2, services_ok_count: 2, services_pending_count: 1 });
  });

  test('has a service down once it has tried it three times, and not before', async () => {
    await daemon.say('Page', { status: 2, output: "connection refused|time=0.25s 'a b'=3MB" });
    const runs = await readUntil(pageIs('down'));
    const found = runs.at(-1)?.get('check:web:page');
    expect(found).toMatchObject({
      reason: 'connection refused',
      gauges: { check_duration_seconds: 0.25, check_attempts_count: 3, perf_a_b_bytes: 3 * 1024 * 1024 },
      facts: { monitored_state: 'critical' },
    });
    const before = runs.map((run) => run.get('check:web:page')).filter((run) => run?.state !== 'down');
    for (const run of before) expect(run?.state).toBe('up');
    expect(before.some((run) => run?.facts?.soft_attempt !== undefined)).toBe(true);
  });

  test('tells that somebody has seen it, and that it was planned', async () => {
    await daemon.command('ACKNOWLEDGE_SVC_PROBLEM;web1;Page;1;0;0;jdoe;seen');
    const isSeen = (run: ReadonlyMap<string, EntityRecord>) =>
      run.get('check:web:page')?.facts?.acknowledged === 'yes';
    expect((await readUntil(isSeen)).at(-1)?.get('check:web:page')?.state).toBe('down');
    const seconds = Math.floor(Date.now() / 1000);
    await daemon.command(`SCHEDULE_HOST_DOWNTIME;web1;${seconds};${seconds + 600};1;0;600;jdoe;new disk`);
    const planned = (await readUntil(pageIs('maintenance'))).at(-1);
    expect(planned?.get('check:web:page')?.reason).toBe('in downtime: connection refused');
    expect(planned?.get('check:web:host')).toMatchObject({ state: 'up', facts: { in_downtime: 'yes' } });
  });

  test('is believed for what somebody told it as long as fleet.yaml says', async () => {
    const told = (run: ReadonlyMap<string, EntityRecord>) => run.get('check:web:passive');
    await daemon.command('PROCESS_SERVICE_CHECK_RESULT;web1;Passive;0;in time|age=60s');
    const fresh = (await readUntil((run) => told(run)?.state === 'up')).at(-1);
    expect(fresh?.get('check:web:passive')?.gauges).toMatchObject({ perf_age_seconds: 60 });
    const old = (await readUntil((run) => told(run)?.state === 'unknown')).at(-1);
    expect(old?.get('check:web:passive')?.reason).toMatch(/^last checked at .*, expected at most 4 s$/);
  });

  test('is read from status.dat where a text is more than ASCII: its CGIs would leave it out', async () => {
    await daemon.say('C:\\ Space', { status: 1, output: 'Réserve à 80 % "C:\\" | free=5%' });
    const isTold = (run: ReadonlyMap<string, EntityRecord>) =>
      run.get('check:web:space')?.facts?.monitored_state === 'warning' &&
      run.get('check:web:space')?.state !== 'up';
    const found = (await readUntil(isTold)).at(-1);
    expect(found?.get('check:web:space')?.reason).toBe('in downtime: Réserve à 80 % "C:\\"');
    expect(found?.get('nagios:here:core')?.facts?.read_by).toBe('status.dat');
    await daemon.say('C:\\ Space', { status: 0, output: 'fine' });
    const isAscii = (run: ReadonlyMap<string, EntityRecord>) =>
      run.get('nagios:here:core')?.facts?.read_by === 'CGI';
    expect((await readUntil(isAscii)).at(-1)?.get('check:web:space')?.state).toBe('up');
  });

  test('is read from status.dat where it has no CGIs, and says the same', async () => {
    const own = ['check:web:page', 'check:web:space', 'check:web:host', 'check:web:passive'];
    const states = (run: ReadonlyMap<string, EntityRecord>) => own.map((entity) => run.get(entity)?.state);
    const byCgi = await read();
    daemon.run(`mount -t tmpfs none ${cgis}`);
    const byFile = await read();
    daemon.run(`umount ${cgis}`);
    expect(byFile.get('nagios:here:core')?.facts?.read_by).toBe('status.dat');
    expect(states(byFile)).toEqual(states(byCgi));
  });

  test('is read by root alone where the account may not read its files', async () => {
    const asRoot = `SUDO_UID=$(id -u nobody) SUDO_GID=$(id -g nobody); export SUDO_UID SUDO_GID\n${nagiosRootCommand}\n`;
    const own = `${nagios.commands.state.run}\n`;
    expect(daemon.run(own, 'nobody')).toContain('@ source');
    expect(daemon.run(asRoot)).toBe('');
    daemon.run(`chmod 0750 ${file.replace(/\/[^/]*$/, '')}`);
    expect(daemon.run(own, 'nobody')).toBe(`@ failed this account may not read ${file}\n`);
    expect(daemon.run(asRoot)).toMatch(/^@ source status.dat\n/);
  });

  test('that was stopped leaves nothing to believe', async () => {
    await daemon.end();
    const found = await read();
    expect(found.get('nagios:here:core')).toMatchObject({
      gauges: { running_code: 0 },
      facts: { running: 'no' },
    });
    for (const name of ['page', 'space', 'host', 'passive'])
      expect(found.get(`check:web:${name}`)).toMatchObject({
        state: 'unknown',
        reason: `Nagios does not run: there is no ${file}`,
      });
  });
});
