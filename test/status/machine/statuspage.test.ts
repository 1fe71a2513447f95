import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Statuspage } from 'statuspage.io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { PublicIncident } from '../../../src/model/status-file.ts';
import { machineFiles } from '../../../src/status/machine/files.ts';
import { statuspageFiles } from '../../../src/status/machine/statuspage.ts';
import { sample, service } from '../sample.ts';
import { documents } from './statuspage-shapes.ts';
import { open, toldSample } from './told.ts';

const paths = Object.keys(documents) as Path[];

type Path = keyof typeof documents;

/** A document of the API, as programs read it: of its shape, or the test fails. */
function read<Own extends Path>(path: Own, status = toldSample): z.output<(typeof documents)[Own]> {
  const document: unknown = JSON.parse(JSON.stringify(statuspageFiles(status).get(path)));
  return documents[path].parse(document) as z.output<(typeof documents)[Own]>;
}

describe('the API of Statuspage', () => {
  test('has the eight documents of version 2', () => {
    expect([...statuspageFiles(toldSample).keys()]).toEqual(paths);
  });

  test('tells whose page it is and when it was made, in each of them', () => {
    for (const path of paths)
      expect(read(path).page).toMatchObject({
        id: expect.stringMatching(/^[a-z0-9]{12}$/),
        name: 'Réseau exemple',
        url: 'https://etat.example.org',
        time_zone: 'Europe/Paris',
        updated_at: '2026-11-22T11:00:00.000Z',
        data_until: '2026-11-22T10:58:00.000Z',
        renewed_every_seconds: 300,
      });
  });

  test('has each service below its group, by ids that stay', () => {
    const { components } = read('components.json');
    expect(components.map(({ name, status, group }) => [name, status, group]).slice(0, 4)).toEqual([
      ['Koha', 'partial_outage', true],
      ['Catalogue fine', 'operational', false],
      ['Catalogue broken', 'major_outage', false],
      ['Omeka S', 'degraded_performance', true],
    ]);
    const [koha, fine, broken] = components;
    if (koha === undefined || fine === undefined || broken === undefined) return expect.fail();
    expect(koha.components).toEqual([fine.id, broken.id]);
    expect([fine.group_id, broken.group_id, koha.group_id]).toEqual([koha.id, koha.id, null]);
    expect(components.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
    const renamed = {
      ...toldSample,
      services: toldSample.services.map((one) => ({ ...one, name: 'Autre' })),
    };
    expect(read('components.json', renamed).components[1]?.id).toBe(fine.id);
  });

  test('never calls operational what nobody has measured', () => {
    const { components } = read('components.json');
    expect(components.find(({ name }) => name === 'Catalogue new')).toMatchObject({
      status: 'degraded_performance',
      description: 'No recent measurement',
    });
    const stale = { ...sample, services: [service('fine')], dataUntil: '2026-11-21T10:00:00Z' };
    expect(read('status.json', stale).status).toEqual({
      indicator: 'minor',
      description: 'Status Unknown: No Recent Measurement',
    });
  });

  test('says what all services are together, in the words of Statuspage', () => {
    const of = (...states: ('up' | 'degraded' | 'down' | 'maintenance')[]) =>
      read('status.json', {
        ...sample,
        services: states.map((state, index) => service(`s${index}`, { state })),
      }).status;
    expect(of('up', 'up')).toEqual({ indicator: 'none', description: 'All Systems Operational' });
    expect(of('up', 'degraded')).toEqual({ indicator: 'minor', description: 'Partially Degraded Service' });
    expect(of('up', 'down')).toEqual({ indicator: 'major', description: 'Partial System Outage' });
    expect(of('down', 'down')).toEqual({ indicator: 'critical', description: 'Major Service Outage' });
    expect(of('up', 'maintenance')).toEqual({
      indicator: 'maintenance',
      description: 'Service Under Maintenance',
    });
    const strict = {
      ...sample,
      services: [service('a', { state: 'maintenance' })],
      rules: { ...sample.rules, maintenanceIndicator: 'none' as const },
    };
    expect(read('status.json', strict).status.indicator).toBe('none');
  });

  test('tells incidents newest first, their updates too, with what they concern', () => {
    const { incidents } = read('incidents.json');
    expect(incidents[0]).toMatchObject({
      name: 'Catalogue en panne',
      status: 'identified',
      impact: 'critical',
      created_at: '2026-11-22T10:55:00.000Z',
      started_at: '2026-11-22T10:55:00.000Z',
      updated_at: '2026-11-22T10:59:00.000Z',
      monitoring_at: null,
      resolved_at: null,
      shortlink: 'https://etat.example.org/incidents/2026-11-22-catalogue-en-panne/',
    });
    expect(incidents[0]?.incident_updates.map(({ status, body }) => [status, body])).toEqual([
      ['identified', 'Disque plein & <base> bloquée.'],
      ['investigating', 'Nous cherchons.'],
    ]);
    expect(incidents[0]?.components.map(({ name }) => name)).toEqual(['Catalogue broken']);
  });

  test('tells of an outage that nobody wrote about what the probes found', () => {
    const detected = read('incidents.json').incidents[1];
    expect(detected).toMatchObject({
      name: 'Catalogue broken\u202f: service en panne',
      status: 'resolved',
      impact: 'major',
      resolved_at: '2026-11-10T03:15:00.000Z',
    });
    expect(detected?.incident_updates.map(({ status, created_at }) => [status, created_at])).toEqual([
      ['resolved', '2026-11-10T03:15:00.000Z'],
      ['investigating', '2026-11-10T03:00:00.000Z'],
    ]);
  });

  test('claims nothing of probes where people wrote, and calls over what is over', () => {
    const written: PublicIncident = { ...open, impact: 'none', updates: [] };
    const over = { ...open, to: '2026-11-22T10:59:00Z' };
    const files = statuspageFiles({ ...sample, incidents: [written, { ...over, id: '2026-11-22-x' }] });
    const { incidents } = files.get('incidents.json') as { incidents: Record<string, unknown>[] };
    expect(incidents.map(({ status }) => status)).toEqual(['investigating', 'resolved']);
    expect(incidents[0]?.incident_updates).toMatchObject([{ body: 'Catalogue en panne' }]);
  });

  test('tells each time of a maintenance, those called off left out', () => {
    const told = (path: Exclude<Path & `scheduled${string}`, never>) =>
      read(path).scheduled_maintenances.map(({ name, status, scheduled_for, scheduled_until }) => [
        name,
        status,
        scheduled_for,
        scheduled_until,
      ]);
    const active = [
      'Déménagement; nouveau serveur, « dc3 »',
      'in_progress',
      '2026-11-22T10:30:00.000Z',
      '2026-11-22T12:00:00.000Z',
    ];
    const next = [
      'Déménagement; nouveau serveur, « dc3 »',
      'scheduled',
      '2026-11-29T21:00:00.000Z',
      '2026-11-29T23:00:00.000Z',
    ];
    const december = ['Mises à jour', 'scheduled', '2026-12-06T21:00:00.000Z', '2026-12-06T23:00:00.000Z'];
    const past = ['Mises à jour', 'completed', '2026-11-01T21:00:00.000Z', '2026-11-01T23:00:00.000Z'];
    expect(told('scheduled-maintenances/active.json')).toEqual([active]);
    expect(told('scheduled-maintenances/upcoming.json')).toEqual([next, december]);
    expect(told('scheduled-maintenances.json')).toEqual([december, next, active, past]);
    expect(read('scheduled-maintenances.json').scheduled_maintenances[3]).toMatchObject({
      impact: 'maintenance',
      resolved_at: '2026-11-01T23:00:00.000Z',
    });
  });

  test('sums up what is unresolved, active and to come', () => {
    const { incidents, scheduled_maintenances, components, status } = read('summary.json');
    expect(incidents.map(({ name }) => name)).toEqual(['Catalogue en panne']);
    expect(scheduled_maintenances.map(({ status: step }) => step)).toEqual([
      'in_progress',
      'scheduled',
      'scheduled',
    ]);
    expect(components).toHaveLength(6);
    expect(status.indicator).toBe('major');
  });

  test('gives empty lists, never null, where there is nothing', () => {
    const empty = { ...sample, services: [], libraries: [], dataUntil: null };
    expect(read('summary.json', empty)).toMatchObject({
      components: [],
      incidents: [],
      scheduled_maintenances: [],
    });
  });

  test('tells at most 50 of many incidents, but all that are unresolved', () => {
    const many = Array.from({ length: 120 }, (_, index) => ({
      ...(toldSample.incidents[0] ?? expect.fail()),
      id: `2026-11-22-number-${index}`,
    }));
    expect(read('incidents.json', { ...toldSample, incidents: many }).incidents).toHaveLength(50);
    expect(read('incidents/unresolved.json', { ...toldSample, incidents: many }).incidents).toHaveLength(120);
  });
});

describe('the client statuspage.io', () => {
  let server: Server;
  let client: Statuspage;

  beforeAll(async () => {
    const all = machineFiles(toldSample);
    server = createServer(({ url = '' }, response) => {
      const text = all.get(url.slice(1));
      if (text === undefined) response.writeHead(404).end();
      else response.setHeader('Content-Type', 'application/json').end(text);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = new Statuspage('x');
    client.setApiUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => server.close());

  test('reads all that it can ask for', async () => {
    const { api } = client;
    expect((await api.getStatus()).status.indicator).toBe('major');
    expect((await api.getSummary()).incidents).toHaveLength(1);
    expect((await api.getComponents()).components).toHaveLength(6);
    expect((await api.incidents.getAll()).incidents).toHaveLength(3);
    expect((await api.incidents.getUnresolved()).incidents).toHaveLength(1);
    expect((await api.scheduledMaintenances.getUpcoming()).scheduled_maintenances).toHaveLength(2);
  });
});
