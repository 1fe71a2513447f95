import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StatusFile } from '../../src/model/status-file.ts';
import { toInstant } from '../../src/model/time.ts';
import { formatSnapshot, snapshotPath } from '../../src/store/snapshots.ts';
import { filesBelow, fingerprint, makeWorkspace, startVigie, vigie } from './command.ts';

/** Every internal word holds `canary`. */
const fleet = `fleet: { name: Réseau }
hosts:
  canary-host: { name: canary-name, ssh: { host: canary-address, user: canary-user }, provider: canary-provider, site: canary-site }
libraries:
  mulhouse: { name: Médiathèque de Mulhouse }
  hidden: { name: Bibliothèque discrète, page: unlisted }
services:
  koha:
    name: Catalogue
    url: https://catalogue.example.org
    libraries: [mulhouse, hidden]
    host: canary-host
    container: canary-container
    backup: canary-policy
    checks: { page: { kind: http, url: /canary-path, contains: [canary-marker] } }
backups: { canary-policy: { dumps: /canary-dumps/*.gz } }
`;
const hardware = `host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw
canary-host,server,canary-model,canary-serial,leased,canary-lessor,canary-contract,2021-03-01,2026-12-31,,129.90,
`;
const end = Date.parse('2026-11-22T12:00:00Z');
const clock = { SOURCE_DATE_EPOCH: String(end / 1000 + 60), VIGIE_PAGE_SECRET: 'a secret of the test' };

/** Two days of runs every five minutes. */
function makeFleet(): string {
  const root = makeWorkspace(fleet);
  writeFileSync(join(root, 'data/hardware.csv'), hardware);
  for (let run = 576; run >= 0; run -= 1) {
    const at = toInstant(new Date(end - run * 300_000));
    const state = run > 100 && run < 110 ? ('down' as const) : ('up' as const);
    const check = {
      entity: 'check:koha:page',
      at,
      state,
      reason: 'canary-reason',
      gauges: { check_duration_seconds: 0.2 },
    };
    const host = {
      entity: 'host:canary-host',
      at,
      epoch: 'canary-boot',
      clock_seconds: 1_000_000 - run * 300,
      gauges: { cpu_count: 8, memory_total_bytes: 100, memory_used_bytes: 50 },
      counters: { cpu_busy_seconds_total: 900_000 - run * 240 },
      facts: { os_name: 'canary-os', kernel: 'canary-kernel' },
    };
    for (const [collector, record] of [
      ['probe', check],
      ['host', host],
    ] as const) {
      const snapshot = { schema: 'vigie/snapshot@1' as const, collector, at, records: [record], errors: [] };
      const path = join(root, 'data', snapshotPath(snapshot));
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, formatSnapshot(snapshot));
    }
  }
  mkdirSync(join(root, 'data/incidents'));
  writeFileSync(
    join(root, 'data/incidents/2026-11-22-panne.md'),
    `---
# canary-note of those who wrote it
title: Panne racontée
services: [koha]
from: 2026-11-22 00:10
to: 2026-11-22 00:20
---
## 2026-11-22 00:20 resolved

Rétabli.

<!-- canary-comment -->
`,
  );
  return root;
}

describe('vigie build', () => {
  let root: string;
  let first: string[];

  beforeAll(async () => {
    root = makeFleet();
    const { status, stderr } = await vigie(root, ['build'], clock);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    first = fingerprint(join(root, 'dist'));
  });

  afterAll(() => rmSync(root, { recursive: true }));

  test('makes both sites, in French and in English', () => {
    const files = filesBelow(join(root, 'dist'));
    for (const page of [
      'status/index.html',
      'status/en/index.html',
      'status/services/koha/index.html',
      'reports/index.html',
      'reports/hosts/canary-host/index.html',
    ]) {
      expect(files).toContain(page);
    }
    expect(readFileSync(join(root, 'dist/reports/hosts/canary-host/index.html'), 'utf8')).toContain(
      'canary-model',
    );
  });

  test('keeps everything internal out of the public site, file names included', () => {
    const page = join(root, 'dist/status/incidents/2026-11-22-panne/index.html');
    expect(readFileSync(page, 'utf8')).toContain('Panne racontée');
    for (const file of filesBelow(join(root, 'dist/status'))) {
      expect(file).not.toContain('canary');
      expect(readFileSync(join(root, 'dist/status', file), 'utf8')).not.toContain('canary');
    }
  });

  test('parses the newest day alone when nothing is new, and says so', async () => {
    const { stdout } = await vigie(root, ['build', '--json'], clock);
    // Of the 20th, 21st and 22nd of November.
    expect(JSON.parse(stdout)).toMatchObject({ daysWritten: 0, rollupsParsed: 1, rollupsCached: 2 });
  });

  test('gives the unlisted library a page at an address that its name does not tell', () => {
    const pages = filesBelow(join(root, 'dist/status/bibliotheques'));
    expect(pages).toContain('mulhouse/index.html');
    expect(pages.some((page) => /^[0-9a-f]{20}\/index\.html$/.test(page))).toBe(true);
    expect(pages.join()).not.toContain('hidden');
  });

  test('gives the same bytes from the same data and clock, from rollups kept or made anew', async () => {
    await vigie(root, ['build'], clock);
    expect(fingerprint(join(root, 'dist'))).toEqual(first);
    rmSync(join(root, 'data/daily'), { recursive: true });
    await vigie(root, ['build'], clock);
    expect(fingerprint(join(root, 'dist'))).toEqual(first);
  });

  test('names a snapshot that is broken, builds from the others, and exits with 1', async () => {
    const broken = join(root, 'data/snapshots/2026-11-22/20261122T110001Z-probe.json');
    writeFileSync(broken, '{"schema": "vigie/snapshot@1", "collec');
    const { status, stderr } = await vigie(root, ['build'], clock);
    expect(stderr).toContain('20261122T110001Z-probe.json: not JSON');
    expect(status).toBe(1);
    expect(existsSync(broken)).toBe(true);
    expect(readFileSync(join(root, 'dist/reports/index.html'), 'utf8')).toContain(
      '20261122T110001Z-probe.json',
    );
    rmSync(broken);
  });

  test('refuses by name what a newer Vigie wrote', async () => {
    const newer = join(root, 'data/snapshots/2026-11-22/20261122T110002Z-probe.json');
    writeFileSync(newer, '{"schema": "vigie/snapshot@2"}');
    const { status, stderr } = await vigie(root, ['build'], clock);
    expect(stderr).toContain('20261122T110002Z-probe.json: written by a newer Vigie: found vigie/snapshot@2');
    expect(status).toBe(1);
    rmSync(newer);
  });

  test('believes no snapshot of the future, be it of the instant that pages are as of', async () => {
    const at = toInstant(new Date(Date.now() + 10 * 86_400_000));
    const future = { schema: 'vigie/snapshot@1' as const, collector: 'probe', at, records: [], errors: [] };
    const path = join(root, 'data', snapshotPath(future));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, formatSnapshot(future));
    const later = { ...clock, SOURCE_DATE_EPOCH: String(Date.parse(at) / 1000) };
    const { status, stderr } = await vigie(root, ['build'], later);
    expect(stderr).toContain(`dated in the future: found ${at}`);
    expect(status).toBe(1);
    rmSync(path);
  });

  test('with a wrong hardware.csv says where, and leaves the sites as they were', async () => {
    const before = fingerprint(join(root, 'dist'));
    appendFileSync(join(root, 'data/hardware.csv'), 'hv9,server,x,,bought,,,2021-01-01,,,,\n');
    const { status, stderr } = await vigie(root, ['build'], clock);
    expect(stderr).toContain(
      'hardware.csv:3: host: found "hv9", expected a host of fleet.yaml (canary-host)',
    );
    expect(status).toBe(2);
    expect(fingerprint(join(root, 'dist'))).toEqual(before);
  });
});

test('builds of two fleets at once do not touch each other', async () => {
  const roots = [makeFleet(), makeFleet()];
  const ended = await Promise.all(roots.map((root) => vigie(root, ['build'], clock)));
  expect(ended.map(({ status, stderr }) => [status, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(fingerprint(join(roots[0] ?? '', 'dist'))).toEqual(fingerprint(join(roots[1] ?? '', 'dist')));
  for (const root of roots) rmSync(root, { recursive: true });
});

test('killed at any moment, build leaves whole pages or none, and the next one works', {
  timeout: 240_000,
}, async () => {
  const root = makeFleet();
  for (let round = 0; round < 10; round += 1) {
    const child = startVigie(root, ['build'], clock);
    const timer = setTimeout(() => child.kill('SIGKILL'), 300 + round * 700);
    await once(child, 'close');
    clearTimeout(timer);
    const status = join(root, '.vigie/status.json');
    if (existsSync(status)) StatusFile.parse(JSON.parse(readFileSync(status, 'utf8')));
    for (const site of ['status', 'reports']) {
      const page = join(root, 'dist', site, 'index.html');
      if (existsSync(join(root, 'dist', site)))
        expect(readFileSync(page, 'utf8').trimEnd().endsWith('</html>')).toBe(true);
    }
    for (const file of filesBelow(join(root, 'data')).filter(
      (name) => name.startsWith('daily/') && name.endsWith('.json'),
    )) {
      expect(() => JSON.parse(readFileSync(join(root, 'data', file), 'utf8'))).not.toThrow();
    }
  }
  expect((await vigie(root, ['build'], clock)).status).toBe(0);
  expect(filesBelow(join(root, 'dist'))).toContain('status/index.html');
  rmSync(root, { recursive: true });
});
