import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContainerMetrics } from '../../../src/collect/parse/container-metrics.ts';
import { FormatError } from '../../../src/collect/parse/field.ts';

const labels = 'name="koha",project="default",type="container"';
const text = (prefix: string) =>
  [
    `# HELP ${prefix}_cpu_seconds_total The total number of CPU time used in seconds.`,
    `# TYPE ${prefix}_cpu_seconds_total counter`,
    `${prefix}_cpu_seconds_total{cpu="0",mode="system",${labels}} 1.5`,
    `${prefix}_cpu_seconds_total{cpu="1",mode="user",${labels}} 2`,
    `${prefix}_cpu_seconds_total{cpu="1",mode="idle",${labels}} 4000`,
    `${prefix}_cpu_seconds_total{cpu="1",mode="iowait",${labels}} 40`,
    `${prefix}_filesystem_avail_bytes{device="",fstype="btrfs",mountpoint="/",name="koha",project="default"} 3.401203712e+09`,
    `${prefix}_filesystem_size_bytes{device="",fstype="btrfs",mountpoint="/",name="koha",project="default"} 4.294967296e+09`,
    `${prefix}_filesystem_size_bytes{device="sdb",fstype="ext4",mountpoint="/srv",name="koha",project="default"} 1e+12`,
    `${prefix}_memory_MemAvailable_bytes{${labels}} 1.068568576e+09`,
    `${prefix}_memory_MemTotal_bytes{${labels}} 1.073741824e+09`,
    `${prefix}_memory_OOM_kills_total{${labels}} 3`,
    `${prefix}_network_receive_bytes_total{device="lo",${labels}} 99`,
    `${prefix}_network_receive_bytes_total{device="eth0",${labels}} 516`,
    `${prefix}_network_receive_bytes_total{device="eth1",${labels}} 4`,
    `${prefix}_procs_total{${labels}} 31`,
    `${prefix}_procs_total{name="koha",project="lab",type="container"} 2`,
    `${prefix}_uptime_seconds 5`,
    '# EOF',
    '',
  ].join('\n');

describe.each(['lxd', 'incus'])('the metrics of %s', (prefix) => {
  test('give what each instance uses, by project and name', () => {
    expect(parseContainerMetrics(text(prefix))).toEqual({
      faults: [],
      rows: [
        {
          name: 'koha',
          project: 'default',
          manager: prefix,
          type: 'container',
          cpuBusySeconds: 3.5,
          rootAvailableBytes: 3401203712,
          rootSizeBytes: 4294967296,
          memoryAvailableBytes: 1068568576,
          memoryTotalBytes: 1073741824,
          oomKillCount: 3,
          networkReceivedBytes: 520,
          processCount: 31,
        },
        { name: 'koha', project: 'lab', manager: prefix, type: 'container', processCount: 2 },
      ],
    });
  });

  test('say the same in any order', () => {
    const lines = text(prefix).split('\n').slice(0, -2);
    const byName = (rows: readonly { name: string; project: string }[]) =>
      rows.toSorted((a, b) => a.project.localeCompare(b.project));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        const { rows } = parseContainerMetrics(`${shuffled.join('\n')}\n# EOF\n`);
        expect(byName(rows)).toEqual(byName(parseContainerMetrics(text(prefix)).rows));
      }),
      { numRuns: 30 },
    );
  });
});

test('labels may hold every character', () => {
  const { rows } = parseContainerMetrics('lxd_procs_total{name="a\\"}, b=\\\\",project="p\\nq"} 1\n# EOF\n');
  expect(rows).toEqual([{ name: 'a"}, b=\\', project: 'p\nq', manager: 'lxd', processCount: 1 }]);
});

test('what is no number is no measurement', () => {
  const { rows, faults } = parseContainerMetrics(
    `lxd_memory_MemTotal_bytes{${labels}} NaN\nlxd_procs_total{${labels}} +Inf\nlxd_memory_Swap_bytes{${labels}} 7\n# EOF\n`,
  );
  expect(faults).toEqual([]);
  expect(rows).toEqual([
    { name: 'koha', project: 'default', manager: 'lxd', type: 'container', swapBytes: 7 },
  ]);
});

test('a line that cannot be read is told and costs itself alone', () => {
  const { rows, faults } = parseContainerMetrics(
    `lxd_procs_total{${labels}} many\nlxd_procs_total{${labels}\nlxd_memory_Swap_bytes{${labels}} 7\n# EOF\n`,
  );
  expect(rows).toHaveLength(1);
  expect(faults).toHaveLength(2);
});

test('a text that was cut off, and the metrics of others, are refused', () => {
  expect(() => parseContainerMetrics(text('lxd').slice(0, -10))).toThrow(FormatError);
  expect(() => parseContainerMetrics('node_load1 0.5\n# EOF\n')).toThrow(
    'metrics: found "node_load1 0.5", expected names that begin with lxd_ or incus_',
  );
  expect(() => parseContainerMetrics('<html>\n')).toThrow(FormatError);
});

test('hosts without a running instance have metrics of none', () => {
  expect(parseContainerMetrics('# EOF\n')).toEqual({ rows: [], faults: [] });
});
