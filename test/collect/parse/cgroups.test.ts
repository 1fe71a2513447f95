import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupsCommand, parseCgroups } from '../../../src/collect/parse/cgroups.ts';

const only = (text: string) => [...parseCgroups(text).byName.values()][0];

describe('the cgroup of a container', () => {
  test.each([
    'lxc.payload.koha/pids.current:5',
    'lxc.payload/koha/pids.current:5',
    'lxc/koha/pids.current:5',
    'pids/lxc.payload.koha/pids.current:5',
    'pids/lxc/koha/pids.current:5',
  ])('is found at %s', (line) => {
    expect([...parseCgroups(line).byName].map(([name, { processCount }]) => [name, processCount])).toEqual([
      ['koha', 5],
    ]);
  });

  test('without a limit has none, in the words of both versions', () => {
    expect(only('lxc.payload.a/memory.max:max')?.memoryLimitBytes).toBeUndefined();
    expect(
      only('memory/lxc.payload.a/memory.limit_in_bytes:9223372036854771712')?.memoryLimitBytes,
    ).toBeUndefined();
    expect(only('lxc.payload.a/cpu.max:max 100000')?.cpuLimitCount).toBeUndefined();
    expect(
      only('cpu/lxc/a/cpu.cfs_quota_us:-1\ncpu/lxc/a/cpu.cfs_period_us:100000')?.cpuLimitCount,
    ).toBeUndefined();
  });

  test('has the same quota in both versions', () => {
    expect(only('lxc.payload.a/cpu.max:25000 100000')?.cpuLimitCount).toBe(0.25);
    expect(only('cpu/lxc/a/cpu.cfs_quota_us:25000\ncpu/lxc/a/cpu.cfs_period_us:100000')?.cpuLimitCount).toBe(
      0.25,
    );
  });

  test('has an unknown use of memory while its page cache is unknown', () => {
    expect(only('lxc.payload.a/memory.current:1000')?.usedBytes).toBeUndefined();
    expect(
      only(
        'lxc.payload.a/memory.current:1000\nlxc.payload.a/memory.stat:active_file 10\nlxc.payload.a/memory.stat:inactive_file 5',
      )?.usedBytes,
    ).toBe(985);
  });

  test('has the share of the last five minutes in which it waited', () => {
    const line = (kind: string, share: string) =>
      `lxc.payload.a/io.pressure:${kind} avg10=0.00 avg60=0.00 avg300=${share} total=9`;
    expect(only(`${line('some', '12.50')}\n${line('full', '6.00')}`)?.ioPressure).toEqual({
      someRatio: 0.125,
      fullRatio: 0.06,
    });
  });
});

test('a line that is none is told', () => {
  expect(parseCgroups('grep: x\n').faults).toEqual([
    'line 1: line: found "grep: x", expected a file of a cgroup, a colon, its content',
  ]);
});

test('nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => void parseCgroups(`lxc.payload.a/memory.max:${text}\n${text}`)),
  );
});

test('the command ends well and says nothing where there is no container', () => {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', cgroupsCommand.replace('/sys/fs/cgroup', '/proc/self')],
    { encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
