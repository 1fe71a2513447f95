import type { Availability, PublicService, StatusFile } from '../../src/model/status-file.ts';

const dayCount = 90;
const daySeconds = 86_400;

/** Availability that is plainly stated, not computed: pages show what the file says. */
const whole: Availability = { ratio: 1, coverage: 1, down_seconds: 0 };

/** A service that has been up for 90 days, with some fields changed. */
export function sampleService(id: string, changes: Partial<PublicService> = {}): PublicService {
  return {
    id,
    name: `Catalogue de ${id}`,
    application: 'Koha',
    url: `https://${id}.example.org/`,
    libraries: [],
    state: 'up',
    since: '2026-10-03T14:20:00Z',
    checkedAt: '2026-11-22T09:35:00Z',
    version: null,
    slaPercent: null,
    windows: {
      last24Hours: whole,
      last7Days: whole,
      last30Days: whole,
      last90Days: whole,
      last365Days: whole,
    },
    days: sampleDays({}),
    latency: { p50_seconds: Array(dayCount).fill(0.2), p95_seconds: Array(dayCount).fill(0.9) },
    months: [{ month: '2026-11', availability: whole }],
    outages: [],
    ...changes,
  };
}

/** 90 days up to 2026-11-22, up but for what is given by index: 89 is today. */
export function sampleDays(
  others: Readonly<
    Record<number, { state: 'degraded' | 'down' | 'maintenance' | 'unknown'; seconds: number }>
  >,
): PublicService['days'] {
  const column = (state: string): number[] =>
    Array.from({ length: dayCount }, (_, index) => {
      const other = others[index];
      if (state === 'up') return daySeconds - (other?.seconds ?? 0);
      return other?.state === state ? other.seconds : 0;
    });
  return {
    first: '2026-08-25',
    up_seconds: column('up'),
    degraded_seconds: column('degraded'),
    down_seconds: column('down'),
    maintenance_seconds: column('maintenance'),
    unknown_seconds: column('unknown'),
  };
}

/** A name that tries to break the page: markup, no spaces, emoji. */
export const hostileName = `<script>alert(1)</script> 📚 ${'sansespace'.repeat(26)}`;

const nearlyWhole: Availability = { ratio: 0.99996, coverage: 0.98, down_seconds: 311 };
const unseen: Availability = { ratio: null, coverage: 0, down_seconds: 0 };

/** A small fleet with one of each: up, down since this morning, never looked at, hostile; a listed and an unlisted library. */
export const sample: StatusFile = {
  schema: 'vigie/status@1',
  fleet: {
    name: 'Réseau exemple',
    timeZone: 'Europe/Paris',
    locales: ['fr', 'en'],
    url: 'https://status.example.org',
  },
  builtAt: '2026-11-22T09:37:12Z',
  dataUntil: '2026-11-22T09:35:00Z',
  every_seconds: 300,
  services: [
    sampleService('belfort', {
      libraries: ['belfort'],
      state: 'down',
      since: '2026-11-22T08:10:00Z',
      version: '25.05.04',
      slaPercent: 99.5,
      windows: { ...sampleService('belfort').windows, last90Days: nearlyWhole, last365Days: unseen },
      days: sampleDays({
        89: { state: 'down', seconds: 5100 },
        40: { state: 'unknown', seconds: daySeconds },
      }),
      outages: [
        { from: '2026-11-22T08:10:00Z', to: null },
        { from: '2026-10-25T00:30:00Z', to: '2026-10-25T02:44:00Z' },
      ],
    }),
    sampleService('colmar', { libraries: ['belfort', 'secret'] }),
    sampleService('hostile', { name: hostileName, application: 'Omeka S', libraries: ['belfort'] }),
    sampleService('rtl', { name: 'فهرس المكتبة', application: 'Omeka S' }),
    sampleService('unseen', {
      application: 'Omeka S',
      url: null,
      state: 'unknown',
      since: null,
      checkedAt: null,
      windows: {
        last24Hours: unseen,
        last7Days: unseen,
        last30Days: unseen,
        last90Days: unseen,
        last365Days: unseen,
      },
      days: sampleDays(
        Object.fromEntries(
          Array.from({ length: dayCount }, (_, index) => [
            index,
            { state: 'unknown' as const, seconds: daySeconds },
          ]),
        ),
      ),
      latency: { p50_seconds: Array(dayCount).fill(null), p95_seconds: Array(dayCount).fill(null) },
    }),
  ],
  libraries: [
    {
      slug: 'belfort',
      name: 'Médiathèque de Belfort',
      isListed: true,
      services: ['belfort', 'colmar', 'hostile'],
    },
    { slug: 'x7k2m9q4w1z8', name: 'Bibliothèque discrète', isListed: false, services: ['colmar'] },
  ],
};
