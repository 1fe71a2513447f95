import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import disk from '../../collectors/disk.ts';
import { questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import { parseSmart } from '../../src/collect/parse/smart.ts';
import { parseFleet } from '../../src/store/fleet.ts';

// The real smartctl, on whatever disks this machine has: virtual ones mostly have no SMART.

const smartctl = (...words: string[]) => spawnSync('smartctl', words, { encoding: 'utf8' });
const isInstalled = smartctl('--version').status === 0;
const isRoot = process.getuid?.() === 0;
const reason = isInstalled
  ? isRoot
    ? undefined
    : 'only root may ask disks'
  : 'no smartctl here (Debian: smartmontools)';

test('each disk that smartctl finds here is told, or why it cannot be', async (context) => {
  if (reason !== undefined) return context.skip(reason);
  const fleet = parseFleet('fleet: { name: Test }\nhosts: { here: { local: true } }\n', 'fleet.yaml');
  const host = fleet.hosts.get('here') ?? expect.fail();
  const { script, seconds } = questionOf(new Map([['disk', disk]]), host, fleet);
  const { sections, failure } = await runLocal(script, { seconds, bytes: 1e7 });
  expect(failure).toBeUndefined();
  const own = new Map([...sections].map(([name, section]) => [name.replace('disk.', ''), section]));
  const { records, errors } = disk.parse(own, { host: 'here', at: '2026-11-22T09:35:00Z', fleet });
  const found = execFileSync('smartctl', ['--scan-open'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('/dev/'));
  expect(records.length + errors.length).toBeGreaterThanOrEqual(Math.min(1, found.length));
  if (found.length === 0) expect([records, errors]).toEqual([[], []]);
  for (const { facts, gauges } of records) {
    const [device = '', type] = (facts?.device ?? '').split(' ');
    const text = smartctl('-a', ...(type === undefined ? [] : ['-d', type]), device).stdout;
    const hours = /Power.On.Hours\D+([\d,]+)/i.exec(text)?.[1]?.replaceAll(',', '');
    if (hours !== undefined)
      expect(Math.abs((gauges?.power_on_seconds ?? 0) / 3600 - Number(hours))).toBeLessThan(2);
  }
});

test('what smartctl says of what is no disk is refused by its own words', (context) => {
  if (reason !== undefined) return context.skip(reason);
  const { stdout } = smartctl('--json=c', '-x', '/dev/null');
  expect(() => parseSmart(stdout)).toThrow('/dev/null: found "Unable to detect device type"');
});
