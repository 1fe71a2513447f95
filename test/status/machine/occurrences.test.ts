import { describe, expect, test } from 'vitest';
import type { PublicMaintenance, PublicOccurrence, StatusFile } from '../../../src/model/status-file.ts';
import { addToDay } from '../../../src/model/time.ts';
import { calendarOf } from '../../../src/status/machine/calendar.ts';
import { feedsOf } from '../../../src/status/machine/feeds.ts';
import { statuspageFiles } from '../../../src/status/machine/statuspage.ts';
import { sample } from '../sample.ts';
import { open } from './told.ts';

// The sample is of 22 November 2026, 12:00 in Paris.

const day = '2026-11-22';
const site = {
  scope: { about: 'site' },
  name: 'Réseau, "exemple"; A\\B',
  route: { page: 'home' },
  services: new Set(['fine', 'broken']),
} as const;

/** One hour of the night, on a day so many days away. */
function night(away: number): PublicOccurrence {
  const on = addToDay(day, away);
  const step = away < 1 ? 'completed' : 'scheduled';
  return { id: on, services: ['fine'], from: `${on}T03:00:00Z`, to: `${on}T04:00:00Z`, step };
}

function maintenance(nights: readonly number[], rest: Partial<PublicMaintenance> = {}): PublicMaintenance {
  return {
    id: '2026-06-01-nuit',
    isListed: true,
    title: { fr: 'Mises à jour', en: 'Updates' },
    isCampaign: false,
    isRecurring: nights.length > 1,
    occurrences: nights.map(night),
    updatedAt: '2026-11-22T04:00:00Z',
    updates: [],
    ...rest,
  };
}

const said = (at: string, step: PublicMaintenance['updates'][number]['step'], text: string) => ({
  at,
  step,
  html: { fr: `<p>${text}</p>` },
  text: { fr: text },
});
const nightly = maintenance(Array.from({ length: 400 }, (_, index) => index - 200));

function siteWith(maintenances: PublicMaintenance[], rest: Partial<StatusFile> = {}): StatusFile {
  return { ...sample, incidents: [open], maintenances, ...rest };
}

interface FeedItem {
  readonly id: string;
  readonly title: string;
  readonly date_modified: string;
  readonly date_published: string;
}

function itemsOf(status: StatusFile): FeedItem[] {
  return JSON.parse(feedsOf(site, status, 'fr').get('json') ?? '').items;
}

function apiOf(status: StatusFile, path: string): Record<string, string>[] {
  return (statuspageFiles(status).get(path) as { scheduled_maintenances: Record<string, string>[] })
    .scheduled_maintenances;
}

describe('maintenance of every night', () => {
  test('leaves incidents their place in feeds, each of its times dated by itself, and of those to come the next', () => {
    const items = itemsOf(siteWith([nightly]));
    expect(items.filter(({ id }) => id.includes('/incidents/'))).toHaveLength(1);
    const times = items.filter(({ id }) => id.includes('/maintenance/'));
    expect(times.find(({ id }) => id.endsWith('#2026-11-01'))?.date_modified).toBe(
      '2026-11-01T04:00:00.000Z',
    );
    expect(times.filter(({ title }) => title.includes('Prévue')).map(({ id }) => id.slice(-10))).toEqual([
      '2026-11-23',
    ]);
  });

  test('is told by the API as far as it has come, and next', () => {
    const all = apiOf(siteWith([nightly]), 'scheduled-maintenances.json').map((one) => one.scheduled_for);
    expect(all.slice(0, 3)).toEqual([
      '2026-11-23T03:00:00.000Z',
      '2026-11-22T03:00:00.000Z',
      '2026-11-21T03:00:00.000Z',
    ]);
    expect(apiOf(siteWith([nightly]), 'scheduled-maintenances/upcoming.json')).toHaveLength(1);
  });

  test('that was completed once, or does not come once, says so of that time alone', () => {
    const told = maintenance([-7, 0, 7, 14], {
      updates: [
        said('2026-06-01T08:00:00Z', 'scheduled', 'Chaque semaine.'),
        said('2026-11-15T03:40:00Z', 'completed', 'Plus tôt que prévu.'),
      ],
    });
    const bodies = apiOf(siteWith([told]), 'scheduled-maintenances.json').map((one) => [
      one.scheduled_for?.slice(0, 10),
      (one.incident_updates as unknown as { body: string }[]).map(({ body }) => body),
    ]);
    expect(bodies).toEqual([
      ['2026-11-29', ['Chaque semaine.']],
      ['2026-11-22', ['Chaque semaine.']],
      ['2026-11-15', ['Plus tôt que prévu.', 'Chaque semaine.']],
    ]);
  });
});

describe('maintenance to come of which nothing was said', () => {
  const silent = maintenance([9], { id: '2026-12-01-nuit' });
  const moments = (status: StatusFile) => {
    const [item] = itemsOf(status).filter(({ id }) => id.includes('/maintenance/'));
    const [row] = apiOf(status, 'scheduled-maintenances.json');
    const [update] = (row?.incident_updates ?? []) as unknown as Record<string, string>[];
    return [item?.date_modified, item?.date_published, row?.created_at, row?.updated_at, update?.display_at];
  };

  test('was announced in the past, and stays so from build to build', () => {
    // Midnight in Paris: its id is of a day to come.
    const midnight = '2026-11-21T23:00:00.000Z';
    expect(moments(siteWith([silent]))).toEqual([midnight, midnight, midnight, midnight, midnight]);
    expect(moments(siteWith([silent], { builtAt: '2026-11-22T11:05:00Z' }))).toEqual(
      moments(siteWith([silent])),
    );
    const ics = calendarOf(site, siteWith([silent]), 'fr');
    expect(ics).toContain('DTSTAMP:20261121T230000Z');
  });

  test('keeps the id of its update while other times come and go', () => {
    const idOf = (nights: number[]) => {
      const rows = apiOf(siteWith([maintenance(nights)]), 'scheduled-maintenances.json');
      const row = rows.find((one) => one.scheduled_for?.startsWith('2026-11-25'));
      return (row?.incident_updates as unknown as { id: string }[] | undefined)?.[0]?.id;
    };
    expect(idOf([-1, 3])).toBeDefined();
    expect(idOf([-1, 0, 3])).toBe(idOf([-1, 3]));
  });
});

test('a calendar escapes its name and ends its last line', () => {
  const ics = calendarOf(site, siteWith([nightly]), 'fr').replaceAll('\r\n ', '');
  expect(ics).toMatch(/\r\nNAME:Maintenances[^\r]* Réseau\\, "exemple"\\; A\\\\B\r\n/);
  expect(ics.endsWith('END:VCALENDAR\r\n')).toBe(true);
});

test('an Atom feed names its author, and its titles are HTML', () => {
  const title = { fr: 'Portail <Lyon> & Cie' };
  const feeds = feedsOf(site, { ...sample, incidents: [{ ...open, title }] }, 'fr');
  expect(feeds.get('atom')).toMatch(/<author>\s*<name>Réseau exemple<\/name>/);
  expect(feeds.get('atom')).toContain('Portail &lt;Lyon&gt; &amp; Cie');
  expect(JSON.parse(feeds.get('json') ?? '').items[0].title).toContain('Portail <Lyon> & Cie');
});
