import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../../../src/analysis/uptime/availability.ts';
import {
  type Detection,
  detectIncidents,
  type ServiceOutages,
} from '../../../src/analysis/uptime/incidents.ts';
import { AnnouncementId, type Incident } from '../../../src/model/announcement.ts';
import { toSeconds } from '../../../src/model/time.ts';

const at = (time: string) => toSeconds(`2026-11-22T${time}:00Z`);

/** An outage from one time of the day (UTC) to another; without an end while it lasts. */
function down(from: string, to?: string): Outage {
  return { from: at(from), to: to === undefined ? null : at(to) };
}

function service(id: string, outages: Outage[], rest: Partial<ServiceOutages> = {}): ServiceOutages {
  return { id, calledBy: id, libraries: [], since: 0, outages, ...rest };
}

/** Services that are up. */
function others(count: number): ServiceOutages[] {
  return Array.from({ length: count }, (_, index) => service(`other-${index}`, []));
}

function detected(services: ServiceOutages[], rest: Partial<Detection> = {}) {
  return detectIncidents({
    services,
    told: [],
    everySeconds: 300,
    incidentAfterSeconds: 600,
    timeZone: 'Europe/Paris',
    now: at('20:00'),
    ...rest,
  });
}

function told(rest: Partial<Incident>): Incident {
  const id = '2026-11-22-panne';
  const title = { fr: 'Panne' };
  return {
    id,
    title,
    impact: 'major',
    services: [],
    from: 0,
    to: null,
    updates: [],
    corrections: [],
    ...rest,
  };
}

describe('an outage', () => {
  test('is an incident once it has lasted longer than the limit, under the day and time at which it began', () => {
    const koha = service('koha', [down('10:03', '10:14')]);
    expect(detected([koha, ...others(9)])).toEqual([
      {
        id: '2026-11-22-koha-1103',
        title: null,
        impact: 'major',
        services: ['koha'],
        from: at('10:03'),
        to: at('10:14'),
        updates: [],
        corrections: [],
      },
    ]);
    expect(detected([service('koha', [down('10:03', '10:13')]), ...others(9)])).toEqual([]);
  });

  test('that lasts is one as soon as it is as old', () => {
    const koha = service('koha', [down('10:03')]);
    expect(detected([koha, ...others(9)], { now: at('10:13') })).toEqual([]);
    expect(detected([koha, ...others(9)], { now: at('10:14') })).toMatchObject([{ to: null }]);
  });

  test('at night is of the day that the clocks of the fleet show', () => {
    expect(detected([service('koha', [down('23:30')]), ...others(9)], { now: at('23:59') })).toMatchObject([
      { id: '2026-11-23-koha-0030' },
    ]);
  });

  test('at a time that clocks show twice has an id of its own', () => {
    // Clocks in Paris go from 3:00 back to 2:00 at 1:00 UTC.
    const [first, second] = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(toSeconds);
    const outages = [first, second].map((from = 0) => ({ from, to: from + 1200 }));
    expect(detected([service('koha', outages), ...others(9)]).map(({ id }) => id)).toEqual([
      '2026-10-25-koha-0230-2',
      '2026-10-25-koha-0230',
    ]);
  });
});

describe('outages that begin together', () => {
  test('on one host are one incident, from the first failure to the last recovery', () => {
    const services = [
      service('b', [down('10:02', '10:30')], { host: 'hv1' }),
      service('a', [down('10:05', '10:40')], { host: 'hv1' }),
      service('c', [down('10:14', '10:50')], { host: 'hv1' }),
      // Later than 12.5 minutes after the first.
      service('d', [down('10:15', '10:50')], { host: 'hv1' }),
      service('e', [down('10:05', '10:40')], { host: 'hv2' }),
      service('f', [down('10:05', '10:40')]),
      ...others(20),
    ];
    expect(detected(services).map((found) => [found.id, found.services, found.from, found.to])).toEqual([
      ['2026-11-22-d-1115', ['d'], at('10:15'), at('10:50')],
      ['2026-11-22-f-1105', ['f'], at('10:05'), at('10:40')],
      ['2026-11-22-e-1105', ['e'], at('10:05'), at('10:40')],
      ['2026-11-22-plusieurs-services-1102', ['b', 'a', 'c'], at('10:02'), at('10:50')],
    ]);
  });

  test('of four services in five are one incident, wherever they run, and critical', () => {
    const of = (failing: number) =>
      Array.from({ length: 10 }, (_, index) =>
        service(`s${index}`, index < failing ? [down('10:00', '10:20')] : [], { host: `hv${index}` }),
      );
    expect(detected(of(8))).toMatchObject([{ id: '2026-11-22-plusieurs-services-1100', impact: 'critical' }]);
    expect(detected(of(7))).toHaveLength(7);
  });

  test('are judged by the services that had been seen by then', () => {
    const services = Array.from({ length: 10 }, (_, index) =>
      service(`s${index}`, index < 4 ? [down('10:00', '10:20')] : [], {
        since: index < 5 ? 0 : at(index < 7 ? '10:01' : '19:00'),
      }),
    );
    expect(detected([...services, service('new', [], { since: undefined })])).toMatchObject([
      { services: ['s0', 's1', 's2', 's3'] },
    ]);
  });

  test('keep the id of the first when others join a run later, and last until all are back', () => {
    const first = service('b', [down('10:00')], { host: 'hv1' });
    const joined = service('a', [down('10:11')], { host: 'hv1' });
    const early = detected([first, service('a', []), ...others(9)], { now: at('10:11') });
    const late = detected([first, joined, ...others(9)], { now: at('10:12') });
    expect(early).toMatchObject([{ id: '2026-11-22-b-1100', services: ['b'] }]);
    expect(late).toMatchObject([{ id: '2026-11-22-b-1100', services: ['b', 'a'], to: null }]);
  });
});

describe('the impact', () => {
  test('is critical when nearly all of a library that has several services is down', () => {
    const libraries = ['mulhouse'];
    const two = [service('koha', [down('10:00', '11:00')], { libraries, host: 'hv1' })];
    const both = [...two, service('bokeh', [down('10:00', '11:00')], { libraries, host: 'hv1' })];
    expect(detected([...two, service('bokeh', [], { libraries }), ...others(9)])).toMatchObject([
      { impact: 'major' },
    ]);
    expect(detected([...both, ...others(9)])).toMatchObject([{ impact: 'critical' }]);
    expect(detected([...two, ...others(9)])).toMatchObject([{ impact: 'major' }]);
  });
});

describe('what people wrote', () => {
  const koha = service('koha', [down('10:00', '10:30')]);
  const found = (incident: Partial<Incident>) => detected([koha, ...others(9)], { told: [told(incident)] });

  test('takes the place of an incident by its id', () => {
    const named = { id: '2026-11-22-koha-1100', services: ['koha'] };
    expect(found({ ...named, from: at('15:00'), to: at('16:00') })).toEqual([]);
  });

  test('takes the place of one about the same service at the same time', () => {
    expect(found({ services: ['koha'], from: at('10:20'), to: at('10:25') })).toEqual([]);
    expect(found({ services: ['koha'], from: at('09:00'), to: null })).toEqual([]);
  });

  test('leaves the others of the same cause, under the same id', () => {
    const services = [
      service('a', [down('10:00', '10:50')], { host: 'hv1' }),
      service('b', [down('10:02', '10:30')], { host: 'hv1' }),
      service('c', [down('10:04', '10:40')], { host: 'hv1' }),
      ...others(20),
    ];
    const [all] = detected(services);
    const about = told({ services: ['a'], from: at('10:10'), to: at('10:50') });
    expect(detected(services, { told: [about] })).toEqual([
      { ...all, services: ['b', 'c'], from: at('10:02'), to: at('10:40') },
    ]);
  });

  test('by its id leaves those that it is not about, under the next', () => {
    const services = [
      service('a', [down('10:00', '10:50')], { host: 'hv1' }),
      service('b', [down('10:10', '12:30')], { host: 'hv1' }),
      ...others(20),
    ];
    const [all] = detected(services);
    const about = told({ id: '2026-11-22-a-1100', services: ['a'], from: at('10:00'), to: at('10:50') });
    expect(detected(services, { told: [about] })).toEqual([
      { ...all, id: '2026-11-22-a-1100-2', services: ['b'], from: at('10:10'), to: at('12:30') },
    ]);
  });

  test('leaves those of other services and of other times', () => {
    expect(found({ services: ['other-1'], from: at('10:00'), to: at('11:00') })).toHaveLength(1);
    expect(found({ services: ['koha'], from: at('10:30'), to: at('11:00') })).toHaveLength(1);
  });
});

const arbitraryServices = fc.array(
  fc.record({
    host: fc.constantFrom('hv1', 'hv2', undefined),
    outages: fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 60 })), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('each outage over the limit is in one incident, whose id is one, is valid and is its own', () => {
  fc.assert(
    fc.property(arbitraryServices, (all) => {
      const services = all.map(({ host, outages }, index) =>
        service(
          `s${index}`,
          outages
            .toSorted(([a], [b]) => a - b)
            .map(([minute, minutes]) => ({ from: minute * 60, to: (minute + minutes) * 60 })),
          { host },
        ),
      );
      const incidents = detected(services);
      expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length);
      for (const { id } of incidents) expect(AnnouncementId.safeParse(id).success).toBe(true);
      for (const { id, outages } of services)
        for (const { from, to } of outages) {
          const holding = incidents.filter(
            (incident) =>
              incident.services.includes(id) && incident.from <= from && (incident.to ?? 0) >= (to ?? 0),
          );
          if ((to ?? 0) - from > 600) expect(holding.length).toBeGreaterThanOrEqual(1);
        }
      expect(detected(services.toReversed())).toEqual(incidents);
    }),
  );
});
