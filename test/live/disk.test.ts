import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import disk from '../../collectors/disk.ts';
import { questionOf } from '../../src/collect/host-run.ts';
import { runLocal } from '../../src/collect/local.ts';
import { parseSmart } from '../../src/collect/parse/smart.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { readSmartctlText } from './smartctl-text.ts';

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
  for (const { entity, facts, gauges = {} } of records) {
    const [device = '', type] = (facts?.device ?? '').replace(/[[\]]/g, '').split(' ');
    const word = type?.toLowerCase();
    const printed = readSmartctlText(
      smartctl('-a', ...(word === undefined ? [] : ['-d', word]), device).stdout,
    );
    expect(Object.keys(printed.gauges).length, device).toBeGreaterThan(1);
    if (printed.serial !== undefined) expect(entity).toBe(`disk:here:${printed.serial}`);
    expect(facts?.model).toBe(printed.model ?? facts?.model);
    for (const [name, value] of Object.entries(printed.gauges)) {
      // What a disk counts while it is asked: an hour, a degree, some blocks.
      const slack = { power_on_seconds: 3600, temperature_celsius: 2 }[name] ?? value / 1000 + 1e-9;
      expect(Math.abs((gauges[name] ?? Number.NaN) - value), `${device} ${name}`).toBeLessThanOrEqual(slack);
    }
  }
});

test('what smartctl says of what is no disk is refused by its own words', (context) => {
  if (reason !== undefined) return context.skip(reason);
  const { stdout } = smartctl('--json=c', '-x', '/dev/null');
  expect(() => parseSmart(stdout)).toThrow('/dev/null: found "Unable to detect device type"');
});
