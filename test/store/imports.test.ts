import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listOf } from '../../src/model/history.ts';
import type { Daily } from '../../src/model/rollup.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import type { BrokenFile } from '../../src/store/documents.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { readHardware } from '../../src/store/hardware.ts';
import { readHistory } from '../../src/store/history.ts';
import {
  draftImport,
  type ImportFile,
  type ImportKind,
  importedMonthPaths,
  listImports,
  removeImport,
} from '../../src/store/imports.ts';
import { writeDaily } from '../../src/store/rollups.ts';
import { type Workspace, workspaceAt } from '../../src/store/workspace.ts';
import { serviceSteps } from '../../src/views/service-history.ts';
import { filesBelow, fingerprint } from '../live/command.ts';

let workspace: Workspace;
const timeZone = 'Europe/Paris';
const now = '2027-06-01T00:00:00Z';
const nobody = (broken: BrokenFile) => {
  throw new Error(`${broken.file}: ${broken.message}`);
};

beforeEach(() => {
  workspace = workspaceAt(mkdtempSync(join(tmpdir(), 'vigie-imports-')));
});
afterEach(() => rmSync(workspace.root, { recursive: true, force: true }));

function daily(day: string, entities: Daily['entities']): Daily {
  const inputs = { snapshots: 1, digest: '' };
  return { schema: 'vigie/daily@2', day, timeZone, inputs, carry_digest: '', entities, carry: {} };
}

function importFile(id: string, kind: ImportKind, at: string): ImportFile {
  const counts = { rows: 1, refused: 0, entities: 1, metrics: 1, days: 1 };
  return {
    schema: 'vigie/import@1',
    id,
    kind,
    at,
    sources: [],
    detected: [],
    counts,
    first: null,
    last: null,
  };
}

async function importDays(id: string, at: string, days: readonly Daily[]): Promise<void> {
  const draft = await draftImport(workspace, id);
  for (const month of new Set(days.map(({ day }) => day.slice(0, 7)))) {
    const own = days.filter(({ day }) => day.startsWith(month));
    await draft.writeMonth(compactMonth(month, timeZone, own, ''));
  }
  await draft.commit(importFile(id, 'metrics', at));
}

const gauge = (value: number) => ({ 'host:hv1': { samples: 1, gauges: { memory_used_bytes: value } } });

test('the fleet’s own days count before imported ones, and a newer import before an older one', async () => {
  await importDays(
    'metrics-aaaaaaaaaaaa',
    '2026-01-02T00:00:00Z',
    ['2021-03-01', '2021-03-02'].map((day) => daily(day, gauge(2))),
  );
  await importDays(
    'metrics-bbbbbbbbbbbb',
    '2026-01-01T00:00:00Z',
    ['2021-03-01', '2021-03-02', '2021-04-03'].map((day) => daily(day, gauge(1))),
  );
  await writeDaily(workspace, daily('2021-03-02', gauge(3)));
  const history = await readHistory({ workspace, timeZone, now, onBroken: nobody });
  const column = listOf(history.entities.get('host:hv1')?.gauges.get('memory_used_bytes')?.last);
  const known = history.days.flatMap((day, index) =>
    typeof column[index] === 'number' ? [[day, column[index]]] : [],
  );
  expect(known).toEqual([
    ['2021-03-01', 2],
    ['2021-03-02', 3],
    ['2021-04-03', 1],
  ]);
  await history.close();
});

test('what was imported of a service counts where its checks know nothing', async () => {
  const fleet = parseFleet(
    'fleet: { name: x }\nhosts: { hv1: { ssh: a } }\nservices: { koha: { name: K, url: "https://k.example.org", host: hv1 } }\n',
    'fleet.yaml',
  );
  const service = fleet.services.get('koha');
  const [check] = service?.checks.keys() ?? [];
  if (service === undefined || check === undefined) throw new Error('no service');
  await importDays('outages-aaaaaaaaaaaa', '2026-01-01T00:00:00Z', [
    daily('2021-03-01', {
      'service:koha': {
        samples: 1,
        timeline: [
          ['2021-02-28T23:00:00Z', 'up'],
          ['2021-03-01T10:00:00Z', 'down'],
          ['2021-03-01T22:00:00Z', 'unknown'],
        ],
      },
    }),
  ]);
  await writeDaily(
    workspace,
    daily('2021-03-01', {
      [`check:koha:${check}`]: {
        samples: 9,
        timeline: [
          ['2021-02-28T23:00:00Z', 'unknown'],
          ['2021-03-01T12:00:00Z', 'up'],
          ['2021-03-01T14:00:00Z', 'unknown'],
        ],
      },
    }),
  );
  const history = await readHistory({ workspace, timeZone, now, onBroken: nobody });
  expect(
    serviceSteps(service, { fleet, history, overrides: new Map() }).map(({ at, state }) => [
      new Date(at * 1000).toISOString().slice(0, 16),
      state,
    ]),
  ).toEqual([
    ['2021-02-28T23:00', 'up'],
    ['2021-03-01T10:00', 'down'],
    ['2021-03-01T12:00', 'up'],
    ['2021-03-01T14:00', 'down'],
    ['2021-03-01T22:00', 'unknown'],
  ]);
  await history.close();
});

test('an import that is not committed is not there, and is cleared away once it is old', async () => {
  const draft = await draftImport(workspace, 'metrics-aaaaaaaaaaaa');
  await draft.writeMonth(compactMonth('2021-03', timeZone, [daily('2021-03-01', gauge(1))], ''));
  expect(await listImports(workspace, nobody)).toEqual([]);
  const abandoned = join(workspace.data, 'imports', '.metrics-cccccccccccc-1');
  const foreign = join(workspace.data, 'imports', '.git');
  for (const folder of [abandoned, foreign]) {
    mkdirSync(folder);
    utimesSync(folder, 1, 1);
  }
  await draftImport(workspace, 'metrics-bbbbbbbbbbbb');
  const left = filesBelow(workspace.root).map((file) => file.split('/').slice(0, 3).join('/'));
  expect(left).toEqual([`data/imports/.metrics-aaaaaaaaaaaa-${process.pid}`]);
  // Only what is ours goes.
  expect(() => utimesSync(foreign, 1, 1)).not.toThrow();
  expect(() => utimesSync(abandoned, 1, 1)).toThrow();
});

test('taking an import back leaves everything else as it was', async () => {
  await importDays('metrics-aaaaaaaaaaaa', '2026-01-01T00:00:00Z', [daily('2021-03-01', gauge(1))]);
  await writeDaily(workspace, daily('2021-03-02', gauge(3)));
  const before = fingerprint(workspace.data);
  await importDays('metrics-bbbbbbbbbbbb', '2026-01-01T00:00:00Z', [daily('2021-03-01', gauge(1))]);
  expect(await removeImport(workspace, 'metrics-bbbbbbbbbbbb')).toBe(true);
  expect(fingerprint(workspace.data)).toEqual(before);
  expect(await removeImport(workspace, 'metrics-bbbbbbbbbbbb')).toBe(false);
});

test('a broken import is named and the others are read', async () => {
  await importDays('metrics-aaaaaaaaaaaa', '2026-01-01T00:00:00Z', [daily('2021-03-01', gauge(1))]);
  await importDays('metrics-bbbbbbbbbbbb', '2026-01-01T00:00:00Z', [daily('2021-03-02', gauge(2))]);
  writeFileSync(
    join(workspace.data, 'imports/metrics-bbbbbbbbbbbb/import.json'),
    '{"schema":"vigie/import@7"}',
  );
  const broken: BrokenFile[] = [];
  const imports = await listImports(workspace, (file) => broken.push(file));
  expect(imports.map(({ id }) => id)).toEqual(['metrics-aaaaaaaaaaaa']);
  expect(broken.map(({ message }) => message)).toEqual([
    'written by a newer Vigie: found vigie/import@7, this one reads up to vigie/import@1',
  ]);
  const months = await importedMonthPaths(workspace, 'metrics-aaaaaaaaaaaa');
  expect(months.map(({ month }) => month)).toEqual(['2021-03']);
});

test('imported hardware stands beside the fleet’s own, which counts where both tell of one part', async () => {
  const fleet = parseFleet('fleet: { name: x }\nhosts: { hv1: { ssh: a } }\n', 'fleet.yaml');
  const header =
    'host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw';
  mkdirSync(workspace.data, { recursive: true });
  writeFileSync(join(workspace.data, 'hardware.csv'), `${header}\nhv1,disk,own,S1,bought,,,2021-01-01,,,,\n`);
  const draft = await draftImport(workspace, 'hardware-aaaaaaaaaaaa');
  await draft.writeHardware(
    `${header}\nhv1,disk,same,S1,bought,,,2021-01-01,,,,\nhv1,disk,other,S2,bought,,,2021-01-01,,,,\nhv1,disk,later,,bought,,,2022-01-01,,,,\nhv7,disk,left the fleet,,bought,,,2022-01-01,,,,\n`,
  );
  await draft.commit(importFile('hardware-aaaaaaaaaaaa', 'hardware', '2026-01-01T00:00:00Z'));
  const rows = await readHardware(workspace.data, fleet);
  expect(rows.map(({ description }) => description)).toEqual(['own', 'other', 'later']);
});
