import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PublicIncident } from '../../src/model/status-file.ts';
import { filesBelow, fingerprint, makeWorkspace, vigie } from './command.ts';

const fleetYaml = `fleet: { name: Réseau, timeZone: Europe/Paris, locales: [fr, en] }
libraries: { nord: { name: Nord }, sud: { name: Sud } }
services:
  koha-nord: { name: Catalogue du Nord, url: "https://a.example.org", libraries: [nord] }
  bokeh-nord: { name: Portail du Nord, url: "https://b.example.org", libraries: [nord] }
  koha-sud: { name: Catalogue du Sud, url: "https://c.example.org", libraries: [sud] }
`;
let root: string;

beforeEach(() => {
  root = makeWorkspace(fleetYaml);
});
afterEach(() => rmSync(root, { recursive: true }));

const textOf = (path: string) => readFileSync(join(root, 'data', path), 'utf8');

describe('vigie incident', () => {
  test('opens, updates in two languages, resolves and lists; what it prints is what the page will say', async () => {
    const open = await vigie(root, [
      'incident',
      'open',
      'Catalogue lent à œuvrer',
      '--service',
      'koha-nord',
      '--impact',
      'minor',
      '--from',
      '2026-01-15 14:03',
    ]);
    expect(open).toMatchObject({ status: 0, stderr: '' });
    expect(open.stdout).toContain('data/incidents/2026-01-15-catalogue-lent-a-oeuvrer.md\n');
    expect(open.stdout).toContain('minor, since 2026-01-15 14:03: koha-nord\n');
    expect(open.stdout).toMatch(/ investigating: Nous cherchons la cause\.\n$/);

    const id = '2026-01-15-catalogue-lent-a-oeuvrer';
    await vigie(root, ['incident', 'update', id, 'identified', 'Un **disque**.']);
    await vigie(root, ['incident', 'update', id, 'identified', 'A disk.', '--locale', 'en']);
    const resolved = await vigie(root, ['incident', 'resolve', id, '--json']);
    const { incident } = JSON.parse(resolved.stdout);
    expect(incident.updates.map(({ step, text }: { step: string; text: object }) => [step, text])).toEqual([
      ['investigating', { fr: 'Nous cherchons la cause.', en: 'We are looking for the cause.' }],
      ['identified', { fr: 'Un disque.', en: 'A disk.' }],
      ['resolved', { fr: 'Le service fonctionne normalement.', en: 'The service works normally.' }],
    ]);
    const again = await vigie(root, ['incident', 'resolve', id]);
    expect(again).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('expected an incident that goes on'),
    });
    const { stdout, status } = await vigie(root, ['incident', 'list']);
    expect(stdout).toMatch(
      /^2026-01-15-catalogue-lent-a-oeuvrer {2}Catalogue lent à œuvrer\n {2}minor, from /,
    );
    expect(status).toBe(0);
    expect((await vigie(root, ['incident', 'list', '--open'])).stdout).toBe('no incidents\n');
  });

  test('overwrites nothing: a second one of that name gets a number', async () => {
    const words = ['incident', 'open', 'Panne', '--all', '--from', '2026-01-15 14:03'];
    await vigie(root, words);
    const first = textOf('incidents/2026-01-15-panne.md');
    const { stdout } = await vigie(root, [...words, '--text', 'Autre']);
    expect(stdout).toContain('data/incidents/2026-01-15-panne-2.md');
    expect(textOf('incidents/2026-01-15-panne.md')).toBe(first);
  });

  test.each([
    [
      'an unknown service',
      ['X', '--service', 'koha-est'],
      /data\/incidents\/.*-x\.md:5: services\.0: found "koha-est", expected a service of fleet\.yaml/,
    ],
    ['nobody', ['X'], /expected services or libraries that it is about/],
    ['no title', ['--all'], /found no title, expected a title, --template or --from-outage/],
    [
      'a day that does not exist',
      ['X', '--all', '--from', '2026-02-31 10:00'],
      /expected an instant of the calendar/,
    ],
    ['an unknown template', ['--template', 'x', '--all'], /Allowed choices are outage, slow, network, data/],
  ])('writes nothing for %s, in a line, and exits with 2', async (_, words, told) => {
    const before = fingerprint(root);
    const { status, stderr } = await vigie(root, ['incident', 'open', ...words]);
    expect(status).toBe(2);
    expect(stderr).toMatch(told);
    expect(fingerprint(root)).toEqual(before);
  });

  test('leaves a file that has a fault as it is, and names the fault', async () => {
    mkdirSync(join(root, 'data/incidents'));
    const path = join(root, 'data/incidents/2026-01-15-panne.md');
    writeFileSync(path, '---\ntitle: X\nservices: all\nfrom: hier\n---\n');
    const before = fingerprint(root);
    const update = await vigie(root, ['incident', 'update', path, 'resolved']);
    expect(update).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('panne.md:4: from: found "hier"'),
    });
    const list = await vigie(root, ['incident', 'list']);
    expect(list).toMatchObject({ status: 1, stderr: expect.stringContaining('set aside') });
    expect(fingerprint(root)).toEqual(before);
  });

  test('makes a file of an outage that the last build found', async () => {
    const outage: PublicIncident = {
      id: '2026-01-15-koha-nord-1403',
      isListed: true,
      title: null,
      impact: 'critical',
      services: ['koha-nord'],
      from: '2026-01-15T13:03:00Z',
      to: '2026-01-15T13:40:00Z',
      updatedAt: '2026-01-15T13:40:00Z',
      updates: [],
      corrections: [],
    };
    mkdirSync(join(root, '.vigie'));
    writeFileSync(join(root, '.vigie/untold.json'), JSON.stringify([outage]));
    expect((await vigie(root, ['incident', 'list'])).stdout).toContain('(nobody has written of it)');
    const { stdout } = await vigie(root, ['incident', 'open', '--from-outage', '2026-01-15-koha-nord-1403']);
    expect(stdout).toContain('data/incidents/2026-01-15-koha-nord-1403.md\n');
    expect(stdout).toMatch(/Catalogue du Nord\s: service en panne/);
    expect(stdout).toContain('critical, from 2026-01-15 14:03 to 2026-01-15 14:40: koha-nord');
    const again = await vigie(root, ['incident', 'open', '--from-outage', '2026-01-15-koha-nord-1403']);
    expect(again).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('that nobody has written of yet'),
    });
    expect(filesBelow(join(root, 'data/incidents'))).toEqual(['2026-01-15-koha-nord-1403.md']);
  });
});

describe('vigie maintenance', () => {
  test('plans what comes again, cancels the next turn and lists', async () => {
    const plan = await vigie(root, [
      'maintenance',
      'plan',
      '--template',
      'system',
      '--all',
      '--from',
      '2026-01-04 05:00',
      '--duration',
      '30m',
      '--repeat',
      'FREQ=MONTHLY;BYDAY=1SU',
    ]);
    expect(plan.status).toBe(0);
    const id = '2026-01-04-tous-les-services-mises-a-jour-de-securite';
    expect(plan.stdout).toContain(`data/maintenance/${id}.md\n`);
    expect(plan.stdout).toMatch(
      / {2}scheduled, from \d{4}-\d\d-0[1-7] 05:00 to \d{4}-\d\d-0[1-7] 05:30: koha-nord, /,
    );
    const cancel = await vigie(root, ['maintenance', 'update', id, 'cancelled', 'Reportée.']);
    expect(cancel.stdout).toMatch(/ {2}cancelled, from .*\n {2}scheduled, from /);
    const { stdout } = await vigie(root, ['maintenance', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ id, isRecurring: true }]);
  });

  test('refuses a rule that never comes, and writes nothing', async () => {
    const before = fingerprint(root);
    const rule = ['--repeat', 'FREQ=WEEKLY;UNTIL=20260101T000000Z'];
    const words = ['Jamais', '--all', '--from', '2026-01-04 05:00', '--duration', '30m', ...rule];
    expect(await vigie(root, ['maintenance', 'plan', ...words])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('a rule that comes once at least'),
    });
    expect(fingerprint(root)).toEqual(before);
  });

  test('refuses what ends before it begins, and writes nothing', async () => {
    const words = [
      'maintenance',
      'plan',
      'X',
      '--all',
      '--from',
      '2026-01-04 05:00',
      '--to',
      '2026-01-04 04:00',
    ];
    const { status, stderr } = await vigie(root, words);
    expect(status).toBe(2);
    expect(stderr).toMatch(/x\.md:5: to: found "2026-01-04 04:00", expected an instant after `from`/);
    expect(filesBelow(join(root, 'data'))).toEqual(['fleet.yaml']);
  });
});
