import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRrdInfo, parseRrdRows } from '../../src/import/rrd-info.ts';
import { muninName, pnpName } from '../../src/import/rrd-names.ts';
import { pointsOf } from '../../src/import/rrd-points.ts';

describe('the name of an RRD', () => {
  test.each([
    [
      '/var/lib/munin/example.org/hv1.example.org-memory-apps-g.rrd',
      'hv1.example.org',
      'munin_memory_apps_bytes',
      1,
    ],
    ['hv-1-if_eth0-down-d.rrd', 'hv-1', 'munin_if_eth0_down_bytes_total', 1],
    ['hv1-df-_dev_sda1-g.rrd', 'hv1', 'munin_df_dev_sda1_ratio', 0.01],
    ['hv1-uptime-uptime-g.rrd', 'hv1', 'munin_uptime_uptime_seconds', 86_400],
  ])('of Munin tells host, metric and unit: %s', (path, host, to, factor) => {
    expect(muninName(path)).toMatchObject({ host, metric: { to, factor } });
  });

  test('of Munin without a known unit tells the host alone', () => {
    expect(muninName('hv1-mysql_queries-select-d.rrd')).toEqual({
      host: 'hv1',
      keys: ['mysql_queries.select', 'mysql_queries'],
      metric: undefined,
    });
    expect(muninName('traffic_in_42.rrd')).toBeUndefined();
  });

  test.each([
    ['%%', 'disk', '/', 'disk_root_ratio', 0.01],
    ['MB', 'Disk /srv', '/srv', 'disk_srv_srv_bytes', 1_048_576],
    ['ms', 'Vérification', 'rta', 'verification_rta_seconds', 0.001],
    ['c', '2nd check', 'hits', 'x_2nd_check_hits_count_total', 1],
    ['', 'Load', 'load1', 'load_load1_count', 1],
  ])('of pnp4nagios is told by the XML beside it: %s', (unit, service, label, to, factor) => {
    const xml = `<NAGIOS><DATASOURCE><DS>1</DS><LABEL>${label}</LABEL><UNIT>${unit}</UNIT></DATASOURCE><NAGIOS_SERVICEDESC>${service}</NAGIOS_SERVICEDESC></NAGIOS>`;
    expect(pnpName('/perfdata/hv1/x.rrd', xml, '1')).toMatchObject({ host: 'hv1', metric: { to, factor } });
    expect(pnpName('/perfdata/hv1/x.rrd', xml, '2')).toBeUndefined();
  });

  test('of pnp4nagios whose XML is cut in a source, however often, is not told', () => {
    const xml = '<DATASOURCE><DS>1</DS>'.repeat(500_000);
    expect(pnpName('/perfdata/hv1/x.rrd', xml, '1')).toBeUndefined();
  });
});

test('what rrdtool did not write is neither information nor rows, and never fails', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseRrdRows(text)).toBeUndefined();
      expect(parseRrdInfo(`${text}\nstep = x`)).toBeUndefined();
    }),
  );
});

test('of archives that overlap, the finest counts as far as it reaches back', () => {
  const fine = { firstEnd: 1_000_300, rowSeconds: 300, rows: [[null], [null], [5], [null], [7]] };
  const coarse = { firstEnd: 999_600, rowSeconds: 600, rows: [[1], [2], [3], [4]] };
  expect(pointsOf([fine, coarse], 0)).toEqual([
    { start: 999_000, end: 999_600, value: 1 },
    { start: 999_600, end: 1_000_200, value: 2 },
    { start: 1_000_600, end: 1_000_900, value: 5 },
    { start: 1_001_200, end: 1_001_500, value: 7 },
  ]);
});
