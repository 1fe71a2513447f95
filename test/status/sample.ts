import type { State } from '../../src/model/state.ts';
import type { Availability, Latency, PublicService, StatusFile } from '../../src/model/status-file.ts';
import { addToMonth } from '../../src/model/time.ts';

// A small fleet made by hand, as of 22 November 2026, 12:00 in Paris.

const day = 86_400;
const nothingElse = { degraded_seconds: 0, maintenance_seconds: 0 };
const whole: Availability = { ratio: 1, coverage: 1, down_seconds: 0, ...nothingElse };
const nothing: Availability = { ratio: null, coverage: 0, down_seconds: 0, ...nothingElse };
const quick: Latency = { p50_seconds: 0.2, p95_seconds: 0.9, p99_seconds: 1.4 };
const noLatency: Latency = { p50_seconds: null, p95_seconds: null, p99_seconds: null };

/** 90 days up; what is given replaces it from the last day backwards. */
function days(last: readonly Partial<Record<State, number>>[] = []): PublicService['days'] {
  const all = [...Array.from({ length: 90 - last.length }, () => ({ up: day })), ...last] as Partial<
    Record<State, number>
  >[];
  const column = (state: State) => all.map((seconds) => seconds[state] ?? 0);
  return {
    first: '2026-08-25',
    up_seconds: column('up'),
    degraded_seconds: column('degraded'),
    down_seconds: column('down'),
    maintenance_seconds: column('maintenance'),
    unknown_seconds: column('unknown'),
  };
}

/** A service that was always up and measured, but for what is given. */
export function service(id: string, given: Partial<PublicService> = {}): PublicService {
  return {
    id,
    name: `Catalogue ${id}`,
    application: 'Koha',
    url: `https://${id}.example.org/`,
    isListed: true,
    state: 'up',
    since: '2026-10-01T08:00:00Z',
    checkedAt: '2026-11-22T10:58:00Z',
    version: null,
    support: null,
    certificateExpiresAt: null,
    domainExpiresAt: null,
    slaPercent: null,
    windows: {
      last24Hours: whole,
      last7Days: whole,
      last30Days: whole,
      last90Days: whole,
      last365Days: whole,
    },
    latencies: {
      last24Hours: quick,
      last7Days: quick,
      last30Days: quick,
      last90Days: quick,
      last365Days: quick,
    },
    recent: [['2026-11-21T11:00:00Z', 'up']],
    days: days(),
    latency: {
      p50_seconds: Array.from({ length: 90 }, () => 0.2),
      p95_seconds: Array.from({ length: 90 }, () => 0.9),
      p99_seconds: Array.from({ length: 90 }, () => 1.4),
    },
    months: Array.from({ length: 13 }, (_, index) => ({
      month: addToMonth('2025-11', index),
      availability: whole,
      latency: quick,
    })),
    outages: [],
    ...given,
  };
}

/** Down since this morning; of its 90 days 300 s were lost and one day was not seen, so 99.996… % reads 99,99 %. */
export const broken = service('broken', {
  state: 'down',
  since: '2026-11-22T10:55:00Z',
  windows: {
    last24Hours: { ratio: 1 - 300 / day, coverage: 1, down_seconds: 300, ...nothingElse },
    last7Days: { ratio: 1 - 300 / (7 * day), coverage: 1, down_seconds: 300, ...nothingElse },
    last30Days: { ratio: 1 - 300 / (30 * day), coverage: 1, down_seconds: 300, ...nothingElse },
    last90Days: { ratio: 1 - 300 / (89 * day), coverage: 89 / 90, down_seconds: 300, ...nothingElse },
    last365Days: nothing,
  },
  days: days([{ unknown: day }, { up: day }, { up: day - 300, down: 300 }]),
  // Of its 24 hours: maintenance in the evening, half an hour unseen in the night, slow in the morning.
  recent: [
    ['2026-11-21T11:00:00Z', 'up'],
    ['2026-11-21T21:00:00Z', 'maintenance'],
    ['2026-11-21T23:00:00Z', 'up'],
    ['2026-11-22T02:00:00Z', 'unknown'],
    ['2026-11-22T02:30:00Z', 'up'],
    ['2026-11-22T08:00:00Z', 'degraded'],
    ['2026-11-22T08:40:00Z', 'up'],
    ['2026-11-22T10:55:00Z', 'down'],
  ],
  outages: [
    { from: '2026-11-22T10:55:00Z', to: null },
    { from: '2026-11-10T03:00:00Z', to: '2026-11-10T03:15:00Z' },
    // Over the end of summer time: 02:30 to 03:44 on the clock, 2 h 14 min in truth.
    { from: '2026-10-25T00:30:00Z', to: '2026-10-25T02:44:00Z' },
  ],
});

export const hostileName = `<script>alert("x")</script> & "${'très '.repeat(50)}long" قاعدة 📚`;

export const sample: StatusFile = {
  schema: 'vigie/status@2',
  fleet: {
    name: 'Réseau exemple',
    timeZone: 'Europe/Paris',
    locales: ['fr', 'en'],
    url: 'https://etat.example.org',
  },
  rules: {
    weights: { down: 1, degraded: 0 },
    incidentAfter_seconds: 600,
    groupBy: 'application',
    maintenanceIndicator: 'maintenance',
  },
  builtAt: '2026-11-22T11:00:00Z',
  dataUntil: '2026-11-22T10:58:00Z',
  every_seconds: 300,
  services: [
    service('fine', {
      version: '22.11.04',
      support: { until: '2024-11', longTermUntil: null, source: 'https://koha-community.example/' },
      certificateExpiresAt: '2026-12-01T12:00:00Z',
      domainExpiresAt: '2026-12-09T08:00:00Z',
      slaPercent: 99.5,
    }),
    broken,
    service('new', {
      application: 'Omeka S',
      state: 'unknown',
      since: null,
      checkedAt: null,
      windows: {
        last24Hours: nothing,
        last7Days: nothing,
        last30Days: nothing,
        last90Days: nothing,
        last365Days: nothing,
      },
      latencies: {
        last24Hours: noLatency,
        last7Days: noLatency,
        last30Days: noLatency,
        last90Days: noLatency,
        last365Days: noLatency,
      },
      recent: [['2026-11-21T11:00:00Z', 'unknown']],
      days: days(Array.from({ length: 90 }, () => ({ unknown: day }))),
      latency: {
        p50_seconds: Array.from({ length: 90 }, () => null),
        p95_seconds: Array.from({ length: 90 }, () => null),
        p99_seconds: Array.from({ length: 90 }, () => null),
      },
      months: [],
    }),
    service('hostile', { name: hostileName, application: 'Omeka S' }),
  ],
  libraries: [
    { slug: 'mulhouse', name: 'Médiathèque de Mulhouse', isListed: true, services: ['fine', 'broken'] },
    { slug: '5f2a9c0d7e', name: 'Bibliothèque discrète', isListed: false, services: ['fine'] },
  ],
  incidents: [],
  maintenances: [],
};
