import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filesBelow, fingerprint, makeWorkspace, startVigie, vigie } from './command.ts';

const fleet = `fleet: { name: Test, timeZone: Europe/Paris }
hosts: { hv1: { ssh: hv1.example.org } }
libraries: { town: { name: Town } }
services:
  koha: { name: Koha, url: 'https://koha.example.org', libraries: [town], host: hv1 }
`;
const readings = `date;host;metric;value
31/03/2021 10:00;hv1;memory_used_bytes;1,5
31/03/2021 11:00;hv1;memory_used_bytes;2,5
31/03/2021 12:00;hv2;memory_used_bytes;abc
`;

let root: string;
let csv: string;

beforeEach(() => {
  root = makeWorkspace(fleet);
  csv = join(root, 'readings.csv');
  writeFileSync(csv, readings);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const imports = () => (existsSync(join(root, 'data/imports')) ? readdirSync(join(root, 'data/imports')) : []);

describe('vigie import', () => {
  test('as a dry run tells what it would do, and writes nothing', async () => {
    const before = fingerprint(root);
    const { status, stdout, stderr } = await vigie(root, ['import', 'metrics', csv, '--dry-run']);
    expect(stdout).toContain('delimiter: semicolon');
    expect(stdout).toContain('decimal mark: comma');
    expect(stdout).toContain('date format: dd/mm/yyyy');
    expect(stdout).toContain('read 2, refused 1; entities 1, metrics 1, days 1, 2021-03-31 to 2021-03-31');
    expect(stdout).toContain('would be imported (nothing was written)');
    expect(stderr).toBe(
      'readings.csv:4: value: found "abc", expected a number, its decimals after a comma as in the rows before\n',
    );
    expect([status, fingerprint(root)]).toEqual([1, before]);
  });

  test('twice changes nothing the second time, and taken back leaves nothing', async () => {
    const before = fingerprint(root);
    const first = await vigie(root, ['import', 'metrics', csv, '--json']);
    const { id, status, counts } = JSON.parse(first.stdout);
    expect([first.status, status, counts]).toEqual([
      1,
      'imported',
      { rows: 2, refused: 1, entities: 1, metrics: 1, days: 1 },
    ]);
    const after = fingerprint(root);
    expect(filesBelow(join(root, 'data/imports'))).toEqual([
      `${id}/import.json`,
      `${id}/monthly/2021-03.json`,
    ]);
    const second = await vigie(root, ['import', 'metrics', csv]);
    expect([second.status, second.stdout]).toEqual([0, `${id}: imported before, nothing to do\n`]);
    expect(fingerprint(root)).toEqual(after);
    // Another option that changes the result is another import.
    await vigie(root, ['import', 'metrics', csv, '--time-zone', 'UTC']);
    expect(imports()).toHaveLength(2);
    const list = await vigie(root, ['import', 'list', '--json']);
    for (const listed of JSON.parse(list.stdout)) {
      expect((await vigie(root, ['import', 'undo', listed.id])).status).toBe(0);
    }
    expect(fingerprint(root)).toEqual(before);
    const gone = await vigie(root, ['import', 'undo', id]);
    expect([gone.status, gone.stderr]).toEqual([
      2,
      `vigie import undo: found "${id}", expected the id of an import (there is none)\n`,
    ]);
  });

  test('that understands nothing imports nothing', async () => {
    writeFileSync(csv, 'date,host,metric,value\nsoon,hv1,memory_used_bytes,1\n');
    const { status, stderr } = await vigie(root, ['import', 'metrics', csv]);
    expect([status, imports()]).toEqual([2, []]);
    expect(stderr).toContain('readings.csv:2: date: found "soon", expected a date from 1990 to today');
    expect((await vigie(root, ['import', 'metrics', '/nowhere.csv'])).status).toBe(2);
    expect((await vigie(root, ['import', 'everything'])).status).toBe(2);
    expect((await vigie(root, ['import', 'undo', '../../data'])).status).toBe(2);
    expect((await vigie(root, ['import', 'outages', csv, '--complete', '2021-01-01'])).stderr).toContain(
      '--complete: found',
    );
  });

  test('that is killed leaves nothing half, and can be done again', async () => {
    const rows = Array.from({ length: 400_000 }, (_, index) => {
      const at = new Date(Date.UTC(2012, 0, 1) + index * 1_000_000).toISOString();
      return `${at},hv1,memory_used_bytes,${index}`;
    });
    writeFileSync(csv, rows.join('\n'));
    const before = fingerprint(root);
    const child = startVigie(root, ['import', 'metrics', csv]);
    const ended = once(child, 'close');
    const isWriting = () => imports().some((name) => existsSync(join(root, 'data/imports', name, 'monthly')));
    while (child.exitCode === null && !isWriting()) await pause(2);
    child.kill('SIGKILL');
    await ended;
    expect(imports().filter((name) => !name.startsWith('.'))).toEqual([]);
    const list = await vigie(root, ['import', 'list', '--json']);
    expect([list.status, list.stdout]).toEqual([0, '[]\n']);
    const again = await vigie(root, ['import', 'metrics', csv, '--json']);
    expect([again.status, JSON.parse(again.stdout).counts.rows]).toEqual([0, 400_000]);
    // The folder that the killed run left is out of sight, and is cleared away once it is an hour old.
    expect(fingerprint(root).filter((line) => !line.includes('data/imports/'))).toEqual(before);
  });

  test('brings outages and hardware, which are told as the fleet’s own', async () => {
    writeFileSync(csv, 'service;du;au;motif\nkoha;30/03/2021 10:00;30/03/2021 11:00;disque plein\n');
    expect(
      (await vigie(root, ['import', 'outages', csv, '--complete', '2021-03-30..2021-03-30'])).status,
    ).toBe(0);
    const states = await vigie(root, ['export', 'states', 'koha', '--json']);
    expect(JSON.parse(states.stdout)).toEqual([
      {
        date: '2021-03-30',
        service: 'koha',
        up_seconds: 82_800,
        degraded_seconds: 0,
        down_seconds: 3600,
        maintenance_seconds: 0,
        unknown_seconds: 0,
        availability_ratio: 0.958333,
        coverage_ratio: 1,
      },
    ]);
    writeFileSync(
      csv,
      'Serveur;Composant;Désignation;Mode;Date d’achat;Prix HT\nhv1;Disque;SSD 2 To;Acheté;12/04/2021;1 250,50 €\n',
    );
    expect((await vigie(root, ['import', 'hardware', csv, '--date-format', 'dmy'])).status).toBe(0);
    const hardware = await vigie(root, ['export', 'hardware', '--json']);
    expect(JSON.parse(hardware.stdout)).toMatchObject([
      {
        host: 'hv1',
        part: 'disk',
        description: 'SSD 2 To',
        acquisition: 'bought',
        from: '2021-04-12',
        price_eur: 1250.5,
      },
    ]);
  });
});
