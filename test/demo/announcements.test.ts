import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tellAnnouncements } from '../../src/demo/announcements.ts';
import { createWorld } from '../../src/demo/world.ts';
import { formatFault } from '../../src/model/fault.ts';
import { fromSeconds, toSeconds } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { parseIncident } from '../../src/store/incident-file.ts';
import { parseMaintenance } from '../../src/store/maintenance-file.ts';

const fleet = parseFleet(
  readFileSync(new URL('../../data/fleet.yaml', import.meta.url), 'utf8'),
  'fleet.yaml',
);
const small = parseFleet('fleet: { name: Petit }', 'fleet.yaml');
const now = '2026-11-22T09:32:10Z';

function told(of = fleet, days?: number, at = now) {
  const world = createWorld({ fleet: of, seed: 1, now: at, ...(days === undefined ? {} : { days }) });
  const files = [...tellAnnouncements(of, world.story)];
  const context = { fleet: of, now: toSeconds(at) };
  const read = <Value>(
    folder: string,
    parse: (text: string, path: string, id: string) => { value?: Value | undefined },
  ) =>
    files
      .filter(([path]) => path.startsWith(folder))
      .flatMap(([path, text]) => parse(text, path, path.slice(folder.length, -3)).value ?? []);
  const faults = files.flatMap(([path, text]) => {
    const parse = path.startsWith('incidents/') ? parseIncident : parseMaintenance;
    const { faults, unknown } = parse(text, path, '2026-11-22-x', context);
    return [...faults, ...unknown].map(formatFault);
  });
  return {
    faults,
    incidents: read('incidents/', (text, path, id) => parseIncident(text, path, id, context)),
    maintenances: read('maintenance/', (text, path, id) => parseMaintenance(text, path, id, context)),
  };
}

describe('what the demo tells of its story', () => {
  test.each([
    ['thirteen months', fleet, undefined, now],
    ['a quarter', fleet, 90, now],
    ['a day', fleet, 1, now],
    ['a day on which clocks changed', fleet, undefined, '2026-10-25T01:30:00Z'],
    ['another fleet', small, undefined, now],
  ])('in %s is without a fault', (_, of, days, at) => {
    expect(told(of, days, at).faults).toEqual([]);
  });

  test('shows every kind: an open incident, post-mortems, a correction, a rule, a campaign, work under way', () => {
    const { incidents, maintenances } = told();
    expect(incidents.filter(({ to }) => to === null).map(({ services }) => services)).toEqual([
      ['matomo-saint-aurel'],
    ]);
    expect(incidents.filter(({ updates }) => updates.some(({ step }) => step === 'postmortem')).length).toBe(
      2,
    );
    expect(incidents.flatMap(({ corrections }) => corrections).length).toBe(1);
    expect(maintenances.filter(({ isRecurring }) => isRecurring).length).toBe(1);
    const campaign = maintenances.find(({ isCampaign }) => isCampaign);
    expect(campaign?.occurrences.some(({ to }) => fromSeconds(to) < now)).toBe(true);
    expect(campaign?.occurrences.some(({ from }) => fromSeconds(from) > now)).toBe(true);
    const underWay = maintenances.filter(({ occurrences }) =>
      occurrences.some(({ from, to }) => fromSeconds(from) <= now && now < fromSeconds(to)),
    );
    expect(underWay.flatMap(({ occurrences }) => occurrences.flatMap(({ services }) => services))).toEqual([
      'koha-courbepierre',
    ]);
  });

  test('is written in both languages', () => {
    const { incidents, maintenances } = told();
    for (const { title, updates } of [...incidents, ...maintenances]) {
      expect(Object.keys(title).toSorted()).toEqual(['en', 'fr']);
      for (const { text } of updates) expect(Object.keys(text).toSorted()).toEqual(['en', 'fr']);
    }
  });
});
