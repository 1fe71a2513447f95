import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Incident, Maintenance } from '../../src/model/announcement.ts';
import { formatFault } from '../../src/model/fault.ts';
import { fromSeconds, toSeconds } from '../../src/model/time.ts';
import type { ReadAnnouncement } from '../../src/store/announcement-text.ts';
import { readAnnouncements } from '../../src/store/announcements.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { parseIncident } from '../../src/store/incident-file.ts';
import { parseMaintenance } from '../../src/store/maintenance-file.ts';
import { ruleProblem } from '../../src/store/recurrence.ts';
import { emptyWorkspace, removeWorkspace } from './workspaces.ts';

const fleet = parseFleet(
  `
fleet: { name: Réseau, timeZone: Europe/Paris, locales: [fr, en] }
libraries: { nord: { name: Nord }, sud: { name: Sud } }
services:
  koha-nord: { name: Catalogue du Nord, url: https://a.example.org, libraries: [nord] }
  bokeh-nord: { name: Portail du Nord, url: https://b.example.org, libraries: [nord] }
  koha-sud: { name: Catalogue du Sud, url: https://c.example.org, libraries: [sud] }
`,
  'fleet.yaml',
);
const now = '2026-11-22T20:00:00Z';
const context = { fleet, now: toSeconds(now) };

function incidentOf(text: string): ReadAnnouncement<Incident> {
  return parseIncident(text, 'data/incidents/i.md', '2026-11-22-panne', context);
}

function maintenanceOf(text: string): ReadAnnouncement<Maintenance> {
  return parseMaintenance(text, 'data/maintenance/m.md', '2026-11-22-travaux', context);
}

/** The faults as people read them, without the file. */
function faultsOf({ faults }: ReadAnnouncement<unknown>): string[] {
  return faults.map((fault) => formatFault(fault).replace(/^data\/[a-z]+\/[a-z]\.md:/, ''));
}

/** When each occurrence is, in UTC. */
function spansOf({ value, faults }: ReadAnnouncement<Maintenance>): string[] {
  expect(faults).toEqual([]);
  return (value?.occurrences ?? []).map(({ from, to }) => `${fromSeconds(from)}/${fromSeconds(to)}`);
}

const front = (...lines: string[]) => ['---', ...lines, '---', ''].join('\n');
const outage = front('title: Panne du catalogue', 'services: [koha-nord]', 'from: 2026-11-22 14:03');

describe('an incident', () => {
  test('is read with its updates, by the clocks of the fleet', () => {
    const { value } = incidentOf(`${outage}
## 2026-11-22 14:10 investigating

Nous **cherchons**.

### Un titre
Encore.

## 2026-11-22 14:10 investigating (en)
We are looking.

## 2026-11-22T13:40:00Z resolved
Rétabli.
`);
    expect(value).toEqual({
      id: '2026-11-22-panne',
      title: { fr: 'Panne du catalogue' },
      impact: 'major',
      services: ['koha-nord'],
      from: toSeconds('2026-11-22T13:03:00Z'),
      to: toSeconds('2026-11-22T13:40:00Z'),
      updates: [
        {
          at: '2026-11-22T13:10:00Z',
          step: 'investigating',
          text: { fr: 'Nous **cherchons**.\n\n### Un titre\nEncore.', en: 'We are looking.' },
        },
        { at: '2026-11-22T13:40:00Z', step: 'resolved', text: { fr: 'Rétabli.' } },
      ],
      corrections: [],
    });
  });

  test('may hold what word processors leave in a text, but not hand it on: no feed may hold it', () => {
    const text = `${front('title: Panne', 'services: [koha-nord]', 'from: 2026-11-22 14:00')}
## 2026-11-22 14:10 investigating
Une ligne,\u000bune autre\u0008\ufffe.`;
    expect(incidentOf(text).value?.updates.map(({ text }) => text.fr)).toEqual(['Une ligne, une autre  .']);
  });

  test('is not resolved before it began, nor learnt from before it is over', () => {
    const text = front('title: Panne', 'services: [koha-nord]', 'from: 2026-11-22 14:30');
    expect(faultsOf(incidentOf(`${text}## 2026-11-22 14:10 resolved\n`))).toEqual([
      expect.stringMatching(/^4: from: found "2026-11-22 14:30", expected an instant before it was resolved/),
    ]);
    expect(faultsOf(incidentOf(`${text}## 2026-11-22 15:10 post-mortem\n`))).toEqual([
      expect.stringContaining('found a post-mortem, expected `to`, or an update `resolved`, before it'),
    ]);
  });

  test('lasts until it is said to be resolved, and a post-mortem opens it no more', () => {
    const said = (...steps: string[]) =>
      incidentOf(outage + steps.map((step, index) => `## 2026-11-22 15:0${index} ${step}\n`).join('')).value
        ?.to;
    expect(said('identified')).toBeNull();
    expect(said('resolved', 'post-mortem')).toBe(toSeconds('2026-11-22T14:00:00Z'));
    expect(said('resolved', 'investigating')).toBeNull();
  });

  test('that says itself when it ended, ended then', () => {
    const text = front('title: X', 'services: all', 'from: 2026-11-22 14:00', 'to: 2026-11-22 14:30');
    expect(incidentOf(`${text}## 2026-11-22 16:00 resolved\n`).value?.to).toBe(
      toSeconds('2026-11-22T13:30:00Z'),
    );
  });

  test('may concern all services of libraries, or all there are', () => {
    const services = (line: string) =>
      incidentOf(front('title: X', line, 'from: 2026-11-22 14:00')).value?.services;
    expect(services('libraries: [nord]')).toEqual(['koha-nord', 'bokeh-nord']);
    expect(services('services: all')).toEqual(['koha-nord', 'bokeh-nord', 'koha-sud']);
  });

  test('leaves out a service that the fleet has no more, and says so', () => {
    const { value, unknown } = incidentOf(
      front('title: X', 'services: [koha-nord, koha-est]', 'libraries: [ouest]', 'from: 2026-11-22 14:00'),
    );
    expect(value?.services).toEqual(['koha-nord']);
    expect(unknown.map(formatFault)).toEqual([
      'data/incidents/i.md:3: services.1: found "koha-est", expected a service of fleet.yaml',
      'data/incidents/i.md:4: libraries.0: found "ouest", expected a library of fleet.yaml',
    ]);
  });

  test('corrects the accounting of its services, or of others', () => {
    const { value } = incidentOf(`---
title: X
services: [koha-nord]
from: 2026-11-22 14:00
corrections:
  - { from: 2026-11-22 14:00, to: 2026-11-22 14:10, state: up, reason: Nos sondes se trompaient. }
  - { from: 2026-11-22 14:20, to: 2026-11-22 14:25, state: down, services: [koha-sud], reason: { en: Seen by people. } }
---
`);
    expect(value?.corrections).toEqual([
      {
        services: ['koha-nord'],
        from: toSeconds('2026-11-22T13:00:00Z'),
        to: toSeconds('2026-11-22T13:10:00Z'),
        state: 'up',
        reason: { fr: 'Nos sondes se trompaient.' },
      },
      {
        services: ['koha-sud'],
        from: toSeconds('2026-11-22T13:20:00Z'),
        to: toSeconds('2026-11-22T13:25:00Z'),
        state: 'down',
        reason: { en: 'Seen by people.' },
      },
    ]);
  });

  test.each([
    ['no front matter', '# Panne\n', '1: expected front matter between two lines of ---'],
    ['front matter without end', '---\ntitle: X\n', '3: expected front matter between two lines of ---'],
    [
      'an unknown field',
      front('title: X', 'serices: all', 'libraries: [nord]', 'from: 2026-11-22 14:00'),
      /^3: serices: found "serices", expected services\?/,
    ],
    [
      'nobody concerned',
      front('title: X', 'from: 2026-11-22 14:00'),
      /^ expected services or libraries that it is about/,
    ],
    [
      'a day that does not exist',
      front('title: X', 'services: all', 'from: 2026-02-31 14:00'),
      '4: from: found "2026-02-31 14:00", expected an instant of the calendar',
    ],
    [
      'an end before its beginning',
      front('title: X', 'services: all', 'from: 2026-11-22 14:00', 'to: 2026-11-22 13:00'),
      '5: to: found "2026-11-22 13:00", expected an instant after `from`',
    ],
    [
      'more than a year',
      front('title: X', 'services: all', 'from: 2025-11-01 14:00', 'to: 2026-11-22 13:00'),
      '5: to: found "2026-11-22 13:00", expected a year at most',
    ],
    [
      'the future',
      front('title: X', 'services: all', 'from: 2026-11-23 14:00'),
      '4: from: found "2026-11-23 14:00", expected an instant that has come',
    ],
    ['text before the first update', `${outage}Bonjour\n`, /6: found "Bonjour", expected a heading such as/],
    [
      'a heading without a time',
      `${outage}## Bilan\n`,
      '6: found "Bilan", expected an update such as ## 2026-11-22 14:10 investigating',
    ],
    [
      'an unknown step',
      `${outage}## 2026-11-22 14:10 finished\n`,
      '6: found "finished", expected one of investigating, identified, monitoring, resolved, postmortem',
    ],
    [
      'an unknown language',
      `${outage}## 2026-11-22 14:10 resolved (de)\n`,
      '6: found "de", expected one of fr, en',
    ],
    [
      'updates out of order',
      `${outage}## 2026-11-22 14:10 identified\n## 2026-11-22 14:09 resolved\n`,
      /7: found "2026-11-22 14:09", expected an instant not before/,
    ],
    [
      'an update of tomorrow',
      `${outage}## 2026-11-23 14:10 resolved\n`,
      '6: found "2026-11-23 14:10", expected an instant that has come',
    ],
    [
      'an update twice',
      `${outage}## 2026-11-22 14:10 resolved\n## 2026-11-22 14:10 resolved\n`,
      /7: found .* a second time, expected an update once in each language/,
    ],
    [
      'an endless update',
      `${outage}## 2026-11-22 14:10 resolved\n${'x'.repeat(25_001)}`,
      '6: found 25001 characters, expected at most 25000 in an update',
    ],
    ['YAML that is none', '---\ntitle: [\n---\n', /^2: expected valid YAML|^3: expected valid YAML/],
    [
      'a key twice',
      front('title: X', 'title: Y', 'services: all', 'from: 2026-11-22 14:00'),
      '3: found "title" a second time, expected each name once',
    ],
  ])('is refused for %s, in a line', (_, text, expected) => {
    const result = incidentOf(text);
    expect(result.value).toBeUndefined();
    expect(faultsOf(result)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });
});

describe('clocks that change', () => {
  const from = (when: string) =>
    fromSeconds(incidentOf(front('title: X', 'services: all', `from: ${when}`)).value?.from ?? 0);

  test('a time that they show twice is the first one', () => {
    expect(from('2026-10-25 02:30')).toBe('2026-10-25T00:30:00Z');
    expect(from('2026-10-25T02:30+01:00')).toBe('2026-10-25T01:30:00Z');
  });

  test('a time that they skip is read as if they had not been changed yet', () => {
    expect(from('2026-03-29 02:30')).toBe('2026-03-29T01:30:00Z');
  });
});

describe('a maintenance', () => {
  const who = ['title: Travaux', 'services: [koha-nord]'];

  test('lasts until an instant, for a while, or until it is completed', () => {
    const expected = ['2026-11-22T06:00:00Z/2026-11-22T07:30:00Z'];
    expect(spansOf(maintenanceOf(front(...who, 'from: 2026-11-22 07:00', 'to: 2026-11-22 08:30')))).toEqual(
      expected,
    );
    expect(spansOf(maintenanceOf(front(...who, 'from: 2026-11-22 07:00', 'duration: 90m')))).toEqual(
      expected,
    );
    const completed = `${front(...who, 'from: 2026-11-22 07:00')}## 2026-11-22 08:30 completed\n`;
    expect(spansOf(maintenanceOf(completed))).toEqual(expected);
  });

  test('that was completed early ended early', () => {
    const text = front(...who, 'from: 2026-11-22 07:00', 'to: 2026-11-22 08:30');
    expect(spansOf(maintenanceOf(`${text}## 2026-11-22 07:20 completed\n`))).toEqual([
      '2026-11-22T06:00:00Z/2026-11-22T06:20:00Z',
    ]);
  });

  test('that is cancelled half-way took place until then, and once it is over it is not cancelled any more', () => {
    const text = front(...who, 'from: 2026-11-22 07:00', 'to: 2026-11-22 08:30');
    const half = maintenanceOf(`${text}## 2026-11-22 07:20 cancelled\n`);
    expect(spansOf(half)).toEqual(['2026-11-22T06:00:00Z/2026-11-22T06:20:00Z']);
    expect(half.value?.occurrences[0]?.isCancelled).toBe(false);
    expect(faultsOf(maintenanceOf(`${text}## 2026-11-22 09:00 cancelled\n`))).toEqual([
      expect.stringContaining('expected an instant before it ends (2026-11-22T07:30:00Z)'),
    ]);
  });

  test('comes again by the clocks of the fleet: at the same hour in winter and in summer', () => {
    const text = front(
      ...who,
      'from: 2026-10-04 05:00',
      'duration: 1h',
      'repeat: FREQ=MONTHLY;BYDAY=1SU;COUNT=3',
    );
    expect(spansOf(maintenanceOf(text))).toEqual([
      '2026-10-04T03:00:00Z/2026-10-04T04:00:00Z',
      '2026-11-01T04:00:00Z/2026-11-01T05:00:00Z',
      '2026-12-06T04:00:00Z/2026-12-06T05:00:00Z',
    ]);
  });

  test('does not come on the days excepted, nor in an hour that clocks skip', () => {
    const text = front(
      ...who,
      'from: 2026-03-27 02:30',
      'duration: 10m',
      'repeat: FREQ=DAILY;UNTIL=20260401',
      'except: [2026-03-31]',
    );
    expect(maintenanceOf(text).value?.occurrences.map(({ id }) => id)).toEqual([
      '2026-03-27',
      '2026-03-28',
      '2026-03-30',
      '2026-04-01',
    ]);
  });

  test('of a rule is told five years back and thirteen months ahead', () => {
    const ids = maintenanceOf(front(...who, 'from: 1999-01-01 12:00', 'duration: 10m', 'repeat: FREQ=DAILY'))
      .value?.occurrences;
    expect(ids?.length).toBe(5 * 366 + Math.floor((366 * 13) / 12));
    expect(ids?.[0]?.id).toBe('2021-11-19');
  });

  test('of a rule: updates speak of the one under way, and when cancelled of the next', () => {
    const text = `${front(...who, 'from: 2026-11-20 05:00', 'duration: 2h', 'repeat: FREQ=DAILY;COUNT=4')}
## 2026-11-20 06:00 completed
## 2026-11-21 05:30 verifying
## 2026-11-22 12:00 cancelled
`;
    const { value } = maintenanceOf(text);
    expect(value?.occurrences).toMatchObject([
      { id: '2026-11-20', to: toSeconds('2026-11-20T05:00:00Z'), isCancelled: false },
      { id: '2026-11-21', verifyingFrom: toSeconds('2026-11-21T04:30:00Z'), isCancelled: false },
      { id: '2026-11-22', isCancelled: false },
      { id: '2026-11-23', isCancelled: true },
    ]);
  });

  test('may be a campaign, in which each has their own turn', () => {
    const { value } = maintenanceOf(`---
title: Déménagement
dates:
  - { libraries: [sud], from: 2026-12-02 06:00, duration: 30m }
  - { libraries: [nord], from: 2026-12-01 06:00, duration: 30m }
  - { services: [koha-sud], from: 2026-12-02 05:00, to: 2026-12-02 05:10, cancelled: true }
---
## 2026-11-20 10:00 scheduled
`);
    expect(value?.isCampaign).toBe(true);
    expect(value?.occurrences).toMatchObject([
      { id: '2026-12-01', services: ['koha-nord', 'bokeh-nord'], isCancelled: false },
      { id: '2026-12-02-2', services: ['koha-sud'], isCancelled: true },
      { id: '2026-12-02', services: ['koha-sud'], isCancelled: false },
    ]);
  });

  test.each([
    ['no time at all', front(...who), ' expected from, or dates'],
    ['no end', front(...who, 'from: 2026-11-22 07:00'), '4: from: expected to or duration beside it'],
    [
      'two ends',
      front(...who, 'from: 2026-11-22 07:00', 'to: 2026-11-22 08:00', 'duration: 1h'),
      '6: duration: expected to or duration, not both',
    ],
    [
      'an end before its beginning',
      front(...who, 'from: 2026-11-22 07:00', 'to: 2026-11-21 08:00'),
      '5: to: found "2026-11-21 08:00", expected an instant after `from`',
    ],
    [
      'exceptions from no rule',
      front(...who, 'from: 2026-11-22 07:00', 'duration: 1h', 'except: [2026-11-23]'),
      /6: except: found .*, expected repeat beside it/,
    ],
    [
      'dates and from',
      `---\ntitle: X\nservices: all\nfrom: 2026-11-22 07:00\ndates: [{ from: 2026-11-22 07:00, duration: 1h }]\n---\n`,
      /4: from: found .*, expected dates alone/,
    ],
    [
      'a turn of nobody',
      `---\ntitle: X\ndates:\n  - { from: 2026-11-22 07:00, duration: 1h }\n---\n`,
      /dates.0: expected services or libraries/,
    ],
    [
      'completion before it begins',
      `${front(...who, 'from: 2026-12-01 07:00', 'duration: 1h')}## 2026-11-22 07:00 completed\n`,
      /7: found completed at 2026-11-22T06:00:00Z, expected an instant after it begins/,
    ],
    ...[
      ['FREQ=MINUTELY', /of days, weeks, months or years/],
      ['FREQ=HOURLY', /of days, weeks, months or years/],
      ['WEEKLY', /of days, weeks, months or years/],
      ['FREQ=DAILY;BYHOUR=1,2,3', /without BYHOUR=1,2,3/],
      ['FREQ=DAILY;INTERVAL=0', /interval must be greater than 0/],
      ['FREQ=WEEKLY;BYDAY=XX', /Invalid BYDAY value: XX/],
      ['"FREQ=DAILY\\nEXDATE:20261123T070000"', /of days, weeks/],
    ].map(([rule, expected]): [string, string, RegExp] => [
      `the rule ${rule}`,
      front(...who, 'from: 2026-11-22 07:00', 'duration: 1h', `repeat: ${rule}`),
      expected as RegExp,
    ]),
  ])('is refused for %s, in a line', (_, text, expected) => {
    const result = maintenanceOf(text);
    expect(result.value).toBeUndefined();
    expect(faultsOf(result)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });

  test.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;INTERVAL=99999999999',
    'FREQ=DAILY;COUNT=1000000000',
  ])('by the rule %s ends', (rule) => {
    const text = front(...who, 'from: 2026-11-22 07:00', 'duration: 1h', `repeat: ${rule}`);
    expect(maintenanceOf(text).value?.occurrences.length).toBeLessThan(2500);
  });
});

test('every example of the documentation is read as it says', () => {
  const text = readFileSync(new URL('../../docs/incidents.md', import.meta.url), 'utf8');
  const example = parseFleet(
    `
fleet: { name: Exemple, locales: [fr, en] }
libraries: { mulhouse: { name: Mulhouse }, colmar: { name: Colmar } }
services:
  koha-mulhouse: { name: M, url: https://m.example.org, libraries: [mulhouse] }
  koha-partage: { name: P, url: https://p.example.org, libraries: [colmar] }
`,
    'fleet.yaml',
  );
  const at = { fleet: example, now: toSeconds('2026-11-25T00:00:00Z') };
  const results = [...text.matchAll(/```markdown\n([\s\S]*?)```/g)].map(([, written = '']) => {
    const isIncident = written.includes('impact:');
    const parse = isIncident ? parseIncident : parseMaintenance;
    const { faults, unknown } = parse(written, 'docs/incidents.md', '2026-11-22-x', at);
    expect([...faults, ...unknown]).toEqual([]);
    return isIncident;
  });
  expect(results).toEqual([true, true, false, false, false]);
  const rules = [...text.matchAll(/^\| `(FREQ[^`]*)` \|/gm)].map(([, rule = '']) => ruleProblem(rule));
  expect(rules).toEqual(Array(6).fill(undefined));
});

describe('any text', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '---',
      'title: X',
      'services: all',
      'services: [koha-nord]',
      'from: 2026-11-22 07:00',
      'to: 2026-11-22 08:00',
      'duration: 1h',
      'repeat: FREQ=DAILY;COUNT=3',
      'dates: [{ from: 2026-11-22 07:00, duration: 1h }]',
      '## 2026-11-22 07:30 completed',
      '## 2026-11-22 07:30 resolved (en)',
      '##',
      '&a [*a, *a]',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string().map((text) => `## ${text}`),
    fc.string().map((text) => `repeat: ${text}`),
    fc.string().map((text) => `from: ${text}`),
  );
  const text = fc
    .array(line, { maxLength: 12 })
    .map((lines) => ['---', 'title: X', 'services: all', ...lines].join('\n'));

  test('is read or refused, and a refusal says why', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        for (const { value, faults } of [incidentOf(any), maintenanceOf(any)])
          expect(value === undefined).toBe(faults.length > 0);
      }),
      { numRuns: 500 },
    );
  });

  test('that is nested as deeply as a file can be is refused', () => {
    const deep = `---\ntitle: ${'['.repeat(100_000)}\n---\n`;
    expect(faultsOf(incidentOf(deep)).length).toBeGreaterThan(0);
  });
});

describe('the folders', () => {
  async function read(files: Record<string, string | Buffer>) {
    const workspace = emptyWorkspace();
    onTestFinished(() => removeWorkspace(workspace));
    for (const [path, text] of Object.entries(files)) {
      const file = join(workspace.data, path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
    }
    const broken: string[] = [];
    const options = {
      dataFolder: workspace.data,
      fleet,
      now,
      onBroken: ({ file, message }: { file: string; message: string }) =>
        broken.push(`${file.slice(workspace.data.length + 1)}: ${message}`),
    };
    return { announcements: () => readAnnouncements(options), broken, data: workspace.data };
  }

  test('may be absent', async () => {
    const { announcements, broken } = await read({});
    expect(await announcements()).toEqual({ incidents: [], maintenances: [] });
    expect(broken).toEqual([]);
  });

  test('give what is sound; what is broken is told and costs itself alone', async () => {
    const { announcements, broken, data } = await read({
      'incidents/2026-11-22-panne.md': outage,
      'incidents/2026-11-21-sans-fin.md': '---\ntitle: X\nfrom: hier\n---\n',
      'incidents/2026-11-20-latin.md': Buffer.from([0x2d, 0xe9, 0x2d]),
      'incidents/2026-11-19-long.md': Buffer.alloc(256 * 1024 + 1),
      'incidents/2026-11-22-PANNE.md': outage,
      'incidents/notes.txt': 'x',
      'incidents/.gitkeep': '',
      'incidents/2026-11-22-panne.md~': 'x',
      'incidents/2026-11-18-folder.md/x': '',
      'maintenance/2026-11-22-travaux.md': front(
        'title: X',
        'services: all',
        'from: 2026-11-22 07:00',
        'duration: 1h',
      ),
    });
    await symlink('/etc/hostname', join(data, 'incidents', '2026-11-17-link.md'));
    const { incidents, maintenances } = await announcements();
    expect(incidents.map(({ id }) => id)).toEqual(['2026-11-22-panne']);
    expect(maintenances.map(({ id }) => id)).toEqual(['2026-11-22-travaux']);
    expect(broken).toEqual([
      expect.stringMatching(/^incidents\/2026-11-17-link.md: found a link, expected a file/),
      expect.stringMatching(/^incidents\/2026-11-18-folder.md: found a folder/),
      expect.stringMatching(/^incidents\/2026-11-19-long.md: 262145 bytes, expected at most 262144/),
      'incidents/2026-11-20-latin.md: expected text in UTF-8',
      'incidents/2026-11-21-sans-fin.md: line 3: from: found "hier", expected an instant such as 2026-11-22 14:03',
      expect.stringMatching(/^incidents\/2026-11-22-PANNE.md: found .*, expected a name such as/),
      expect.stringMatching(/^incidents\/notes.txt: found "notes.txt", expected a name such as/),
    ]);
  });
});
