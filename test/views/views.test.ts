import { describe, expect, test } from 'vitest';
import { noAnnouncements } from '../../src/model/announcement.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { History } from '../../src/model/history.ts';
import { ReportsFile } from '../../src/model/reports-file.ts';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { StatusFile } from '../../src/model/status-file.ts';
import { toInstant } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { joinMonths } from '../../src/store/history.ts';
import { type Present, presentOf } from '../../src/views/present.ts';
import { reportsFile } from '../../src/views/reports.ts';
import { statusFile } from '../../src/views/status.ts';

/** Every word of this that the public must never read holds `canary`. */
const fleet: Fleet = parseFleet(
  `fleet: { name: Réseau, contact: canary-contact@example.org }
access: { ssh: { user: canary-user, key: canary-key, via: canary-bastion } }
controls: ["canary-control:53"]
hosts:
  canary-host: { name: canary-name, ssh: canary-address, provider: canary-provider, site: canary-site }
libraries:
  mulhouse: { name: Médiathèque de Mulhouse }
  hidden: { name: Bibliothèque discrète, page: unlisted }
  empty: { name: Sans service }
services:
  koha:
    name: Catalogue
    url: https://catalogue.example.org
    libraries: [mulhouse, hidden]
    host: canary-host
    container: canary-container
    backup: canary-policy
    sla: 99.5
    checks:
      page: { kind: http, url: "https://catalogue.example.org/canary-path", contains: [canary-marker] }
backups: { canary-policy: { dumps: /canary-dumps/*.gz } }
`,
  'fleet.yaml',
);

/** A check every 5 minutes of a day in Paris; down from 10:00 to 10:20 UTC, not looked at from 12:00 to 13:00. */
function snapshots(): Snapshot[] {
  const start = Date.parse('2026-11-21T23:00:00Z');
  return Array.from({ length: 252 }, (_, index) => new Date(start + index * 300_000)).flatMap(
    (date): Snapshot[] => {
      const at = toInstant(date);
      const minutes = date.getUTCHours() * 60 + date.getUTCMinutes();
      if (minutes >= 720 && minutes < 780) return [];
      const isDown = minutes >= 600 && minutes < 620;
      const check: EntityRecord = {
        entity: 'check:koha:page',
        at,
        state: isDown ? 'down' : 'up',
        ...(isDown ? { reason: 'canary-reason' } : {}),
        gauges: { check_duration_seconds: 0.2 },
        facts: { version: '24.05.01', address: 'canary-ip' },
      };
      const host: EntityRecord = {
        entity: 'host:canary-host',
        at,
        epoch: 'boot',
        clock_seconds: 10_000 + index300(date),
        gauges: {
          cpu_count: 4,
          load5_count: 1,
          memory_total_bytes: 1000,
          memory_used_bytes: 600,
          uptime_seconds: 10_000,
        },
        counters: { cpu_busy_seconds_total: index300(date) * 1.2 },
        facts: { os_name: 'canary-os', kernel: 'canary-kernel' },
      };
      return [
        { schema: 'vigie/snapshot@1', collector: 'probe', at, records: [check], errors: [] },
        {
          schema: 'vigie/snapshot@1',
          collector: 'host',
          at,
          records: [host],
          errors: [{ source: 'host:canary-host', message: 'canary-error' }],
        },
      ];
    },
  );

  function index300(date: Date): number {
    return (date.getTime() - start) / 1000;
  }
}

const now = '2026-11-22T20:00:00Z';
const all = snapshots();
const daily = compactDay({
  day: '2026-11-22',
  timeZone: fleet.timeZone,
  everySeconds: 300,
  snapshots: all,
  previous: undefined,
  inputs: { snapshots: 0, digest: '' },
});
const history: History = joinMonths([compactMonth('2026-11', fleet.timeZone, [daily], 'd')], fleet.timeZone);
const present: Present = presentOf(all.toReversed());
const { status } = statusFile({
  fleet,
  history,
  announcements: noAnnouncements,
  present,
  now,
  unlistedAddress: () => 'f00d',
});
const [service] = status.services;

describe('the public file', () => {
  test('is of its schema', () => {
    expect(StatusFile.safeParse(status).success).toBe(true);
  });

  test('holds nothing of hosts, containers, addresses, reasons, policies and contacts', () => {
    expect(JSON.stringify(status)).not.toContain('canary');
  });

  test('counts the seconds of a day: down, unknown and up', () => {
    // Until 20:00 UTC the day has come 21 h. Down 20 min. Looked at last at 11:55, believed until 12:07:30, so unknown 52.5 min.
    const today = service?.days;
    expect(today?.down_seconds.at(-1)).toBe(1200);
    expect(today?.unknown_seconds.at(-1)).toBe(3150);
    expect(today?.up_seconds.at(-1)).toBe(21 * 3600 - 1200 - 3150);
    expect(today?.unknown_seconds[0]).toBe(86_400);
  });

  test('gives availability and coverage of a window', () => {
    const known = 21 * 3600 - 3150;
    expect(service?.windows.last7Days.ratio).toBeCloseTo(1 - 1200 / known, 12);
    expect(service?.windows.last7Days.coverage).toBeCloseTo(known / (6 * 86_400 + 21 * 3600), 12);
  });

  test('tells outages, newest first, and since when the service is up', () => {
    expect(service?.outages).toEqual([{ from: '2026-11-22T10:00:00Z', to: '2026-11-22T10:20:00Z' }]);
    expect(service).toMatchObject({
      state: 'up',
      since: '2026-11-22T13:00:00Z',
      version: '24.05.01',
      checkedAt: '2026-11-22T19:55:00Z',
    });
  });

  test('lists a library under its name, an unlisted one at an address of its own, and none without service', () => {
    expect(status.libraries.map(({ slug, isListed }) => [slug, isListed])).toEqual([
      ['mulhouse', true],
      ['f00d', false],
    ]);
  });

  test('has no page for an unlisted library whose address cannot be made', () => {
    expect(
      statusFile({
        fleet,
        history,
        announcements: noAnnouncements,
        present,
        now,
        unlistedAddress: () => null,
      }).status.libraries.map(({ slug }) => slug),
    ).toEqual(['mulhouse']);
  });

  test('an outage that goes on after a spell in which nobody looked is as old as its first failed check', () => {
    const at = (text: string) => `2026-11-22T${text}:00Z`;
    const see = (text: string, state: 'up' | 'down'): Snapshot => ({
      schema: 'vigie/snapshot@1',
      collector: 'probe',
      at: at(text),
      records: [{ entity: 'check:koha:page', at: at(text), state, gauges: { check_duration_seconds: 0.1 } }],
      errors: [],
    });
    const seen = [see('10:00', 'up'), see('10:05', 'down'), see('11:00', 'down')];
    const day = compactDay({
      day: '2026-11-22',
      timeZone: fleet.timeZone,
      everySeconds: 300,
      snapshots: seen,
      previous: undefined,
      inputs: { snapshots: 0, digest: '' },
    });
    const history = joinMonths([compactMonth('2026-11', fleet.timeZone, [day], 'd')], fleet.timeZone);
    const { status: file } = statusFile({
      fleet,
      history,
      announcements: noAnnouncements,
      present: presentOf(seen.toReversed()),
      now: at('11:02'),
      unlistedAddress: () => null,
    });
    expect(file.services[0]).toMatchObject({
      state: 'down',
      since: at('10:05'),
      outages: [{ from: at('10:05'), to: null }],
    });
  });

  test('where checks have stopped and other collectors go on, the last answer is still told', () => {
    const { status: later } = statusFile({
      fleet,
      history,
      announcements: noAnnouncements,
      // Of hosts alone, as they are looked at without pause.
      present: presentOf(all.filter(({ collector }) => collector === 'host').toReversed()),
      now: '2026-11-23T08:00:00Z',
      unlistedAddress: () => null,
    });
    expect(later.dataUntil).toBe('2026-11-22T19:55:00Z');
    expect(later.services[0]).toMatchObject({ state: 'unknown', checkedAt: '2026-11-22T19:55:00Z' });
  });

  test('an hour without data is unknown, not up', () => {
    const { status: later } = statusFile({
      fleet,
      history,
      announcements: noAnnouncements,
      present,
      now: '2026-11-22T21:00:00Z',
      unlistedAddress: () => null,
    });
    expect(later.services[0]).toMatchObject({ state: 'unknown', since: null });
  });
});

describe('the internal file', () => {
  const reports = reportsFile({
    fleet,
    hardware: [],
    history,
    announcements: noAnnouncements,
    present,
    now,
    broken: [],
  });
  const [host] = reports.hosts;

  test('is of its schema', () => {
    expect(ReportsFile.safeParse(reports).success).toBe(true);
  });

  test('computes the busy share of processors from counters', () => {
    // 1.2 busy seconds a second on 4 processors.
    const cpu = host?.resources.find(({ kind }) => kind === 'cpu');
    expect(cpu?.now).toBeCloseTo(0.3, 3);
    expect(cpu?.means?.at(-1)).toBeCloseTo(0.3, 3);
  });

  test('tells which version a service runs, and until when its makers support that', () => {
    // No preset tells of the application `web`: its version is known, its support is not.
    expect(reports.services[0]?.software).toEqual({ name: 'Web', version: '24.05.01', support: null });
    const services = new Map([...fleet.services].map(([id, own]) => [id, { ...own, application: 'koha' }]));
    const [koha] = reportsFile({
      fleet: { ...fleet, services },
      hardware: [],
      history,
      announcements: noAnnouncements,
      present,
      now,
      broken: [],
    }).services;
    expect(koha?.software?.support?.until).toBe('2025-11');
  });

  test('draws no line through one day', () => {
    expect(host?.resources.map(({ trend }) => trend.kind)).toEqual(['collecting', 'collecting']);
  });

  test('names what could not be read', () => {
    expect(reports.errors).toMatchObject([
      { collector: 'host', source: 'host:canary-host', message: 'canary-error' },
    ]);
    expect(host?.fault).toBe('canary-error');
  });
});

describe('the present', () => {
  test('keeps what an earlier run saw of hosts that a later run did not read', () => {
    const record = (entity: string, at: string): EntityRecord => ({ entity, at });
    const run = (at: string, ...records: EntityRecord[]): Snapshot => ({
      schema: 'vigie/snapshot@1',
      collector: 'host',
      at,
      records,
      errors: [],
    });
    const merged = presentOf([
      run('2026-11-22T10:05:00Z', record('host:a', '2026-11-22T10:05:00Z')),
      run(
        '2026-11-22T10:00:00Z',
        record('host:a', '2026-11-22T10:00:00Z'),
        record('host:b', '2026-11-22T10:00:00Z'),
      ),
    ]);
    expect([...merged.records].map(([entity, { at }]) => [entity, at])).toEqual([
      ['host:a', '2026-11-22T10:05:00Z'],
      ['host:b', '2026-11-22T10:00:00Z'],
    ]);
  });
});
