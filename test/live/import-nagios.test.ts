import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkspace, vigie } from './command.ts';
import { missingNagios, type Nagios, startNagios } from './nagios-daemon.ts';

// The availability that a real Nagios reports of its own log, beside what `vigie import` makes of the same file.

const reason = missingNagios();
if (reason !== undefined) test('the history of a real Nagios', (context) => context.skip(reason));

const fleet = `fleet: { name: Test }
hosts: { hv1: { ssh: hv1.example.org } }
services: { page: { name: Page, url: 'https://page.example.org' } }
`;

describe.skipIf(reason !== undefined)('the history of a real Nagios', () => {
  let daemon: Nagios;
  let root: string;
  let folder: string;

  const log = () => daemon.run('cat /var/lib/nagios4/nagios.log');

  /** Waits until the log has so many lines with this text. */
  async function logged(text: string, times = 1): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      if (log().split(text).length > times) return;
      await pause(100);
    }
    throw new Error(`never "${text}" in ${log()}`);
  }

  /** Lets the service be in a state for some seconds, once Nagios believes it. */
  async function say(status: number, output: string): Promise<void> {
    await daemon.say('Page', { status, output });
    await logged(`;HARD;3;${output}`);
    await pause(1500);
  }

  beforeAll(async () => {
    root = makeWorkspace(fleet);
    folder = mkdtempSync(join(tmpdir(), 'vigie-log-'));
    daemon = await startNagios();
    await say(2, 'refused');
    await say(0, 'fine');
    await say(1, 'slow');
    await say(3, 'no idea');
    await say(2, 'gone');
    const now = Math.floor(Date.now() / 1000);
    await daemon.command(`SCHEDULE_HOST_DOWNTIME;web1;${now};${now + 600};1;0;600;jdoe;new disk`);
    await logged('HOST DOWNTIME ALERT: web1;STARTED');
    await pause(2000);
    await daemon.command('DEL_DOWNTIME_BY_HOST_NAME;web1');
    await logged('HOST DOWNTIME ALERT: web1;CANCELLED');
    await say(0, 'fine again');
    await daemon.end();
    await pause(2500);
    await daemon.begin();
    await pause(1500);
    await say(2, 'lost');
  }, 120_000);
  afterAll(async () => {
    await daemon?.stop();
    rmSync(root, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  /** What Nagios says of the service, in seconds, until its last line and that second. */
  function reportOfNagios(): Record<string, number> {
    const stamps = log().matchAll(/^\[(\d+)\]/gm);
    const seconds = [...stamps].map(([, stamp]) => Number(stamp));
    const query = Object.entries({
      service: 'all',
      csvoutput: '',
      show_log_entries: '',
      t1: (seconds[0] ?? 0) - 60,
      t2: (seconds.at(-1) ?? 0) + 1,
      // Only with this are states retained over a restart, as Nagios retains them.
      assumeinitialstates: 'yes',
      assumestateretention: 'yes',
      assumestatesduringnotrunning: 'no',
      includesoftstates: 'no',
    })
      .map((pair) => pair.join('='))
      .join('&');
    const answer = daemon.run(
      `REQUEST_METHOD=GET REMOTE_USER=watcher NAGIOS_CGI_CONFIG=/etc/nagios4/cgi.cfg QUERY_STRING='${query}' /usr/lib/cgi-bin/nagios4/avail.cgi`,
    );
    const rows = answer.split('\n').map((line) => line.split(', ').map((cell) => cell.replaceAll('"', '')));
    const head = rows.find(([first]) => first === 'HOST_NAME') ?? [];
    const page = rows.find(([, name]) => name === 'Page') ?? [];
    return Object.fromEntries(head.map((title, index) => [title, Number(page[index])]));
  }

  test('is the availability that it reports itself, to the second', async () => {
    const theirs = reportOfNagios();
    writeFileSync(join(folder, 'nagios.log'), log());
    writeFileSync(join(folder, 'map.csv'), 'host,nagios_service,service\nweb1,Page,page\n');
    const words = ['import', 'nagios', join(folder, 'nagios.log'), '--map', join(folder, 'map.csv')];
    expect(await vigie(root, words)).toMatchObject({ status: 0, stderr: '' });
    const days: Record<string, number>[] = JSON.parse(
      (await vigie(root, ['export', 'states', 'page', '--json'])).stdout,
    );
    const ours = (state: string) => days.reduce((sum, day) => sum + (day[`${state}_seconds`] ?? 0), 0);
    expect({
      up: ours('up'),
      degraded: ours('degraded'),
      down: ours('down'),
      maintenance: ours('maintenance'),
    }).toEqual({
      up: theirs.TOTAL_TIME_OK,
      degraded: theirs.TIME_WARNING_UNSCHEDULED,
      down: theirs.TIME_CRITICAL_UNSCHEDULED,
      maintenance: theirs.TIME_CRITICAL_SCHEDULED,
    });
    for (const state of ['up', 'degraded', 'down', 'maintenance']) expect(ours(state)).toBeGreaterThan(0);
  });
});
