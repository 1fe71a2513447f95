import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import platform from '../../collectors/platform.ts';
import type { Section } from '../../src/collect/collector.ts';
import { compareVersions, newestKernel } from '../../src/collect/parse/kernels.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const context = {
  host: 'hv1',
  at: '2026-11-22T09:35:00Z',
  fleet: parseFleet('fleet: { name: Test }', 'fleet.yaml'),
};

// As apt 2.6 of Debian 12 and apt 2.7 of Ubuntu 24.04 print it.
const simulation = `Reading package lists...
Building dependency tree...
Calculating upgrade...
The following packages will be upgraded:
  base-files libssl3 openssl
3 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Inst base-files [12.4+deb12u5] (12.4+deb12u8 Debian:12.8/stable [amd64])
Inst libssl3 [3.0.13-1~deb12u1] (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst openssl [3.0.13-0ubuntu3.1] (3.0.13-0ubuntu3.4 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])
Inst linux-image-6.1.0-28-amd64 (6.1.119-1 Debian:12.8/stable [amd64])
Conf base-files (12.4+deb12u8 Debian:12.8/stable [amd64])
`;

const texts: Readonly<Record<string, string>> = {
  'os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
  kernel: '6.1.0-9-amd64\n',
  kernels: ['6.1.0-9-amd64', '6.1.0-28-amd64', '6.12.9+bpo-rt-amd64']
    .map((name) => `/lib/modules/${name}/kernel\n`)
    .join(''),
  'reboot-required': 'no\n',
  updates: simulation,
  'lists-age': '1795373000 1795369400\n',
  zfs: '2.1.11-1\n',
};

function parse(replaced: Readonly<Record<string, string | undefined>> = {}) {
  const section = (stdout: string): Section => ({ stdout, stderr: '', status: 0, isTruncated: false });
  const entries = Object.entries({ ...texts, ...replaced }).flatMap(([name, text]): [string, Section][] =>
    text === undefined ? [] : [[name, section(text)]],
  );
  const { records, errors } = platform.parse(new Map(entries), context);
  return { record: records[0], errors };
}

describe('a host', () => {
  test('tells what an upgrade would bring, what of it is for security, and how fresh that knowledge is', () => {
    const { record, errors } = parse();
    expect(errors).toEqual([]);
    expect(record).toMatchObject({
      entity: 'platform:hv1',
      gauges: { updates_pending_count: 4, updates_security_count: 2, package_lists_age_seconds: 3600 },
      facts: {
        os_name: 'Debian GNU/Linux',
        os_version: '12',
        kernel: '6.1.0-9-amd64',
        zfs_version: '2.1.11-1',
      },
    });
  });

  test('is due for a reboot when it says so, or when a newer kernel of its kind is installed', () => {
    expect(parse().record).toMatchObject({
      gauges: { reboot_required_code: 1 },
      facts: { kernel_newest: '6.1.0-28-amd64' },
    });
    const current = { kernel: '6.1.0-28-amd64\n' };
    expect(parse(current).record?.gauges?.reboot_required_code).toBe(0);
    expect(parse({ ...current, 'reboot-required': 'yes\n' }).record?.gauges?.reboot_required_code).toBe(1);
  });

  test('of another system than Debian tells no updates, which is not none', () => {
    const { record, errors } = parse({ updates: 'absent\n', 'lists-age': undefined });
    expect(errors).toEqual([]);
    expect(record?.gauges).toEqual({ reboot_required_code: 1 });
  });

  test('whose simulation was cut off tells no updates, and why', () => {
    const { record, errors } = parse({ updates: 'Reading package lists...\nE: Could not open lock\n' });
    expect(record?.gauges).not.toHaveProperty('updates_pending_count');
    expect(errors).toEqual([
      expect.objectContaining({ part: 'updates', message: expect.stringContaining('Could not open lock') }),
    ]);
  });
});

test('an upgrade that cannot even be simulated is told, and is not none', () => {
  const section = (stdout: string, stderr = '', status = 0): Section => ({
    stdout,
    stderr,
    status,
    isTruncated: false,
  });
  const sections = new Map(Object.entries(texts).map(([name, text]) => [name, section(text ?? '')]));
  sections.set(
    'updates',
    section('', "E: dpkg was interrupted, you must manually run 'dpkg --configure -a'", 100),
  );
  const { records, errors } = platform.parse(sections, context);
  expect(records[0]?.gauges).not.toHaveProperty('updates_pending_count');
  expect(errors).toEqual([
    expect.objectContaining({ part: 'updates', message: expect.stringContaining('dpkg was interrupted') }),
  ]);
});

test('versions are ordered by their numbers', () => {
  const sorted = ['5.10.0-9-amd64', '6.1.0-9-amd64', '6.1.0-28-amd64', '6.1.119-1', '6.12.0-1-amd64'];
  expect(sorted.toReversed().toSorted(compareVersions)).toEqual(sorted);
  expect(
    newestKernel(['6.8.0-49-generic', '6.8.0-51-lowlatency', '6.8.0-50-generic'], '6.8.0-45-generic'),
  ).toBe('6.8.0-50-generic');
  const number = fc.nat(5000);
  fc.assert(
    fc.property(number, number, number, number, (a, b, c, d) => {
      const expected = a === c ? Math.sign(b - d) : Math.sign(a - c);
      expect(Math.sign(compareVersions(`${a}.${b}-x`, `${c}.${d}-x`))).toBe(expected);
    }),
  );
});

test.skipIf(spawnSync('sh', ['-c', 'command -v apt-get']).status !== 0)(
  'what apt of this machine says is read',
  () => {
    const { stdout } = spawnSync('sh', ['-c', platform.commands.updates.run], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const { record, errors } = parse({ updates: stdout });
    expect(errors).toEqual([]);
    // As apt itself sums it up.
    const [, upgraded, fresh] = /^(\d+) upgraded, (\d+) newly installed/m.exec(stdout) ?? [];
    expect(record?.gauges?.updates_pending_count).toBe(Number(upgraded) + Number(fresh));
  },
  120_000,
);
