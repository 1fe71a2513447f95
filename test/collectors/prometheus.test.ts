import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import prometheus from '../../collectors/prometheus.ts';
import type { ApiAnswer } from '../../src/collect/collector.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { EntityRecord, SourceError } from '../../src/model/snapshot.ts';
import { answerOf, anyAnswer, at, fleetOf, type Labels, now, type Series } from './prometheus-answers.ts';

const two = fleetOf(`prometheus: { main: { url: 'https://prometheus.example.org' } }
hosts: { hv1: { prometheus: main }, hv2: { prometheus: main } }`);

function parse(fleet: Fleet, answers: Readonly<Record<string, ApiAnswer>>) {
  return prometheus.parse(new Map(Object.entries(answers)), { at, fleet });
}

function parseNode(series: readonly Series[], fleet = two) {
  return parse(fleet, { 'main.node.1': answerOf(series) });
}

const onHv1 = { instance: 'hv1:9100', job: 'node' };

/** What a node exporter tells of a host, 20 seconds before it was asked for. */
function nodeSeries(labels: Labels = onHv1): Series[] {
  const of = (name: string, value: number, more: Labels = {}): Series => [
    name,
    value,
    { ...labels, ...more },
  ];
  return [
    of('part:seen', now - 20),
    of('node_boot_time_seconds', now - 20 - 86_400),
    of('node_time_seconds', now - 20),
    of('node_load1', 0.36),
    of('node_load5', 0.23),
    of('node_load15', 0.13),
    of('part:cpu_count', 2),
    ...Object.entries({
      user: 60,
      nice: 1,
      system: 30,
      irq: 2,
      softirq: 3,
      steal: 0.25,
      idle: 3600,
      iowait: 4.5,
    }).map(([mode, value]) => of('part:cpu', value, { mode })),
    of('node_memory_MemTotal_bytes', 16_000),
    of('node_memory_MemAvailable_bytes', 9000),
    of('node_zfs_arc_size', 3000),
    of('node_zfs_arc_c_min', 1000),
    of('node_memory_SwapTotal_bytes', 4000),
    of('node_memory_SwapFree_bytes', 3500),
    of('part:pressure_io_full_ratio', 0.0123456),
    of('node_vmstat_oom_kill', 3),
    of('node_os_info', 1, { name: 'Debian GNU/Linux', version_id: '12' }),
    of('node_uname_info', 1, { release: '6.1.0-28-amd64' }),
    of('node_disk_read_bytes_total', 512, { device: 'sda' }),
    of('node_disk_written_bytes_total', 1024, { device: 'sda' }),
    of('node_disk_io_time_seconds_total', 1.5, { device: 'sda' }),
    of('node_disk_read_bytes_total', 512, { device: 'sda1' }),
    of('node_disk_written_bytes_total', 1024, { device: 'sda1' }),
    of('node_disk_io_time_seconds_total', 1.5, { device: 'sda1' }),
    ...['eno1', 'lxdbr0'].flatMap((device) => [
      of('node_network_receive_bytes_total', 700, { device }),
      of('node_network_transmit_bytes_total', 800, { device }),
      of('node_network_receive_errs_total', 1, { device }),
      of('node_network_transmit_errs_total', 2, { device }),
      of('node_network_receive_drop_total', 3, { device }),
      of('node_network_transmit_drop_total', 4, { device }),
    ]),
    ...fileSystem('/dev/md0', 'ext4', '/'),
    ...fileSystem('nas:/srv', 'nfs4', '/mnt/nas'),
    ...fileSystem('tmpfs', 'tmpfs', '/run'),
  ];
  function fileSystem(device: string, fstype: string, mountpoint: string): Series[] {
    const place = { device, fstype, mountpoint };
    return [
      of('node_filesystem_size_bytes', 1000, place),
      of('node_filesystem_free_bytes', 600, place),
      of('node_filesystem_avail_bytes', 550, place),
      of('node_filesystem_files', 100, place),
      of('node_filesystem_files_free', 90, place),
    ];
  }
}

describe('a node exporter', () => {
  test('gives the records that the host collector gives, as they stood when it was scraped', () => {
    const { records, errors } = parseNode([...nodeSeries(), ...nodeSeries({ instance: 'hv2', job: 'node' })]);
    expect(errors).toEqual([]);
    const moment = { at: '2026-11-22T09:34:40Z', epoch: 'boot 2026-11-21T09:35:00Z', clock_seconds: 86_400 };
    expect(records.filter(({ entity }) => entity.split(':')[1] === 'hv1')).toEqual([
      {
        entity: 'host:hv1',
        ...moment,
        gauges: {
          load1_count: 0.36,
          load5_count: 0.23,
          load15_count: 0.13,
          cpu_count: 2,
          memory_total_bytes: 16_000,
          memory_used_bytes: 16_000 - 9000 - 2000,
          swap_total_bytes: 4000,
          swap_used_bytes: 500,
          pressure_io_full_ratio: 0.01235,
          uptime_seconds: 86_400,
        },
        counters: {
          cpu_busy_seconds_total: 96.25,
          cpu_idle_seconds_total: 3600,
          cpu_iowait_seconds_total: 4.5,
          cpu_steal_seconds_total: 0.25,
          oom_kills_count_total: 3,
        },
        facts: { os_name: 'Debian GNU/Linux', os_version: '12', kernel: '6.1.0-28-amd64' },
      },
      {
        entity: 'block:hv1:sda',
        ...moment,
        counters: {
          disk_read_bytes_total: 512,
          disk_written_bytes_total: 1024,
          disk_busy_seconds_total: 1.5,
        },
      },
      {
        entity: 'network:hv1:eno1',
        ...moment,
        counters: {
          network_received_bytes_total: 700,
          network_sent_bytes_total: 800,
          network_errors_count_total: 3,
          network_drops_count_total: 7,
        },
      },
      {
        entity: 'filesystem:hv1:/',
        ...moment,
        gauges: {
          filesystem_size_bytes: 1000,
          filesystem_used_bytes: 400,
          filesystem_available_bytes: 550,
          filesystem_inodes_count: 100,
          filesystem_inodes_used_count: 10,
        },
        facts: { device: '/dev/md0', type: 'ext4' },
      },
    ]);
    expect(records).toHaveLength(8);
  });

  test('keeps its epoch when the kernel computes its boot time a second off, and changes it at a boot', () => {
    const epochWith = (boot: number) =>
      parseNode([
        ['part:seen', now, onHv1],
        ['node_boot_time_seconds', boot, onHv1],
        ['node_load1', 1, onHv1],
      ]).records[0]?.epoch;
    const boot = now - 86_400;
    expect(epochWith(boot + 1)).toBe(epochWith(boot));
    expect(epochWith(boot - 1)).toBe(epochWith(boot));
    expect(epochWith(boot + 300)).not.toBe(epochWith(boot));
  });

  test('that is scraped twice is ambiguous: what comes twice is left out, and told', () => {
    const { records, errors } = parseNode([
      ['part:seen', now, onHv1],
      ['node_load1', 1, onHv1],
      ['node_load1', 2, { ...onHv1, job: 'node-old' }],
      ['node_load5', 3, onHv1],
      ...nodeSeries({ instance: 'hv2' }),
    ]);
    expect(records[0]?.gauges).toEqual({ load5_count: 3 });
    expect(errors).toEqual([
      {
        source: 'host:hv1',
        part: 'node',
        message:
          'node_load1: left out, for it comes 2 times, with job "node" and "node-old": `match`, or labels of the preset, tell which is meant',
      },
    ]);
  });

  test('tells no busy time when a mode of the CPUs is missing, and no zero for what it does not tell', () => {
    const { records } = parseNode([
      ['part:seen', now, onHv1],
      ['part:cpu', 60, { ...onHv1, mode: 'user' }],
      ['part:cpu', 3600, { ...onHv1, mode: 'idle' }],
    ]);
    expect(records[0]?.counters).toEqual({ cpu_idle_seconds_total: 3600 });
    expect(records[0]?.gauges).toEqual({});
  });
});

describe('a host without data', () => {
  const errorsOf = (series: readonly Series[]) =>
    parseNode([...nodeSeries({ instance: 'hv2' }), ...series]).errors;

  test('is told, and is no zero', () => {
    expect(errorsOf([])).toEqual([
      { source: 'host:hv1', message: 'no data in prometheus:main: no series is of this host' },
    ]);
  });

  test('whose exporter does not answer is told apart, and what is left of its rates is nothing', () => {
    const rests: Series[] = [
      ['part:silent', 0, { ...onHv1, __name__: 'up' }],
      ['part:pressure_io_full_ratio', 0.5, onHv1],
    ];
    expect(errorsOf(rests)).toEqual([
      { source: 'host:hv1', message: 'no data in prometheus:main: its exporter does not answer (up is 0)' },
    ]);
  });

  test('that was last scraped 2.5 intervals ago and more is left out', () => {
    const series = (age: number): Series[] => [
      ['node_load1', 1, onHv1],
      ['part:seen', now - age, onHv1],
    ];
    expect(errorsOf(series(750))).toEqual([]);
    expect(errorsOf(series(751))).toEqual([
      { source: 'host:hv1', message: 'no data in prometheus:main: last scraped at 2026-11-22T09:22:29Z' },
    ]);
  });

  test('is not told when the server did not answer, refused, or answered in part', () => {
    for (const answer of [
      { at, failure: 'connection refused (ECONNREFUSED)' },
      { at, status: 503, body: 'Service Unavailable' },
      { at, status: 200, body: '{"status":"success","isPartial":true,"data":{}}' },
    ]) {
      const { records, errors } = parse(two, { 'main.node.1': answer });
      expect(records).toEqual([]);
      expect(errors.map(({ source }) => source)).not.toContain('host:hv1');
    }
  });
});

test('a server that refuses tells why, with its status where it says no more', () => {
  const messageOf = (status: number, body: string) =>
    parse(two, { 'main.node.1': { at, status, body } }).errors.map(({ message }) => message);
  const refusal = '{"status":"error","errorType":"timeout","error":"query timed out"}';
  expect(messageOf(503, refusal)).toEqual(['the server refused: timeout: query timed out']);
  expect(messageOf(502, '<html>')).toEqual(['status: found "502", expected 200']);
});

test('an answer of another time than ours is not believed', () => {
  const answer = answerOf(nodeSeries(), now - 3600);
  const { records, errors } = parse(two, { 'main.node.1': answer });
  expect(records).toEqual([]);
  expect(errors[0]?.message).toMatch(
    /series left out: the newest is of 2026-11-22T08:35:00Z, more than 750 s/,
  );
});

describe('what is asked', () => {
  test('is one query for many hosts, small enough for every server, with the secret named and not told', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `hv${index}`);
    const fleet = fleetOf(
      `prometheus: { main: { url: 'https://p.example.org/select/0/prometheus/', tenant: team, bearerEnv: TOKEN, instance: '{host}.dc3.example.org' } }\nhosts: { ${names.map((name) => `${name}: { prometheus: main }`).join(', ')} }`,
    );
    const requests = prometheus.requests(fleet);
    expect(requests.length).toBeLessThan(70);
    for (const { form } of requests) expect(form?.query?.length).toBeLessThan(16_384);
    const queries = requests.map(({ form }) => form?.query ?? '').join();
    for (const name of names) expect(queries).toContain(`${name}\\\\.dc3\\\\.example\\\\.org(`);
    expect(requests[0]).toMatchObject({
      url: 'https://p.example.org/select/0/prometheus/api/v1/query',
      headers: { 'X-Scope-OrgID': 'team' },
      access: { authorization: { env: 'TOKEN' } },
      form: { partial_response: 'false', deny_partial_response: '1' },
    });
  });

  test('has the labels that fleet.yaml wants', () => {
    const fleet = fleetOf(
      `prometheus: { main: { url: 'https://p', label: node, match: { cluster: dc3 }, presets: { node: { job: n } } } }\nhosts: { hv1: { prometheus: { source: main, instance: ['a', 'b:1'] } } }`,
    );
    expect(prometheus.requests(fleet)[0]?.form?.query).toContain(
      'node=~"a(:[0-9]+)?|b:1",cluster="dc3",job="n"',
    );
  });
});

describe('queries of one’s own', () => {
  const fleet = fleetOf(`prometheus:
  main:
    url: https://p
    presets: []
    queries:
      databases: { query: pg_size, entity: 'database:{host}:{datname}', metric: database_size_bytes, facts: { version: short_version } }
      queue: { query: queue, entity: 'host:{host}', metric: mail_queue_count }
      loans: { query: loans, entity: 'service:koha', metric: loans_count_total }
hosts: { hv1: { prometheus: main } }
services: { koha: { name: Catalogue, url: 'https://k' } }`);
  const read = (name: string, series: readonly Series[]) => {
    const others = ['databases', 'queue', 'loans'].map((one) => [`main.query.${one}`, { at, failure: 'x' }]);
    return parse(fleet, { ...Object.fromEntries(others), [`main.query.${name}`]: answerOf(series) });
  };

  test('become metrics of the entities that they name, those of other hosts aside', () => {
    const series: Series[] = [
      ['pg_size', 42, { instance: 'hv1:9187', datname: 'koha', short_version: '15.6' }],
      ['pg_size', 43, { instance: 'hv1:9187', datname: 'bokeh' }],
      ['pg_size', 44, { instance: 'elsewhere:9187', datname: 'koha' }],
    ];
    expect(read('databases', series)).toEqual({
      records: [
        { entity: 'database:hv1:koha', at, gauges: { database_size_bytes: 42 }, facts: { version: '15.6' } },
        { entity: 'database:hv1:bokeh', at, gauges: { database_size_bytes: 43 } },
      ],
      errors: [],
    });
    expect(read('loans', [['loans', 7]]).records).toEqual([
      { entity: 'service:koha', at, counters: { loans_count_total: 7 } },
    ]);
  });

  test('without data are told, and are no zero', () => {
    expect(read('queue', []).errors).toEqual([
      { source: 'prometheus:main', part: 'main.query.queue', message: 'no data: the answer holds no series' },
    ]);
    expect(read('queue', [['queue', 'NaN', { instance: 'hv1' }]]).errors[0]?.message).toBe(
      'no data: its values are no numbers',
    );
    expect(read('queue', [['queue', 1, { instance: 'hv9' }]]).errors[0]?.message).toBe(
      'none of the 1 series is of a host that is read from here',
    );
    expect(read('queue', [['queue', 0, { instance: 'hv1' }]]).records[0]?.gauges).toEqual({
      mail_queue_count: 0,
    });
  });

  test('with two series for one entity, or a hostile label, lose those', () => {
    const twice = read('queue', [
      ['queue', 1, { instance: 'hv1', queue: 'in' }],
      ['queue', 2, { instance: 'hv1', queue: 'out' }],
    ]);
    expect(twice.records).toEqual([]);
    expect(twice.errors[0]?.message).toMatch(/"host:hv1" has 2 series, expected one each/);
    const hostile = read('databases', [
      ['pg_size', 1, { instance: 'hv1', datname: 'a\u0000b' }],
      ['pg_size', 1, { instance: 'hv1', datname: 'x'.repeat(400) }],
      ['pg_size', 1, { instance: 'hv1' }],
      ['pg_size', 1, { instance: 'hv1', datname: 'good' }],
    ]);
    expect(hostile.records.map(({ entity }) => entity)).toEqual(['database:hv1:good']);
    expect(hostile.errors).toHaveLength(3);
  });
});

describe('a check', () => {
  const fleet = fleetOf(`prometheus: { main: { url: 'https://p' } }
services:
  koha:
    name: Catalogue
    checks:
      page: { kind: prometheus, target: 'https://k.example.org/', slowAfter: 2s }
      queue: { kind: prometheus, query: 'queue < bool 100' }`);
  const name = { page: 'main.targets.1', queue: 'main.check:koha:queue' };
  const find = (check: keyof typeof name, answer: ApiAnswer) =>
    parse(fleet, { [name[check]]: answer }).records.find(({ entity }) => entity === `check:koha:${check}`);
  const target = { instance: 'https://k.example.org/', job: 'blackbox' };
  const answers = (...series: Series[]) =>
    find('page', answerOf(series.map(([metric, value, more]) => [metric, value, { ...target, ...more }])));
  const probe = (...series: Series[]) => answers(['part:seen', now], ...series);

  test('by a query is up with any value but 0, and down with 0', () => {
    expect(find('queue', answerOf([['queue', 1]]))).toEqual({ entity: 'check:koha:queue', at, state: 'up' });
    expect(find('queue', answerOf([['queue', 0]]))).toMatchObject({
      state: 'down',
      reason: 'the query gives 0',
    });
  });

  test.each<[string, ApiAnswer, RegExp]>([
    ['no data', answerOf([]), /^no data$/],
    ['a value that is no number', answerOf([['queue', 'NaN']]), /no number/],
    [
      'two values',
      answerOf([
        ['queue', 1],
        ['queue', 0, { a: 'b' }],
      ]),
      /^2 series, expected one$/,
    ],
    ['an old answer', answerOf([['queue', 1]], now - 1000), /^no data$/],
    ['no answer', { at, failure: 'connection refused (ECONNREFUSED)' }, /^connection refused/],
    [
      'a refusal',
      { at, status: 400, body: '{"status":"error","errorType":"bad_data","error":"x"}' },
      /bad_data: x/,
    ],
  ])('by a query is unknown with %s', (_, answer, reason) => {
    expect(find('queue', answer)).toMatchObject({ state: 'unknown', reason: expect.stringMatching(reason) });
  });

  test('by a target tells how fast it answered, with which status, and how long its certificate is valid', () => {
    const record = answers(
      ['probe_success', 1],
      ['part:seen', now - 10],
      ['probe_duration_seconds', 0.4],
      ['probe_http_status_code', 200],
      ['probe_http_duration_seconds', 0.01, { phase: 'connect' }],
      ['probe_http_duration_seconds', 0.3, { phase: 'processing' }],
      ['probe_ssl_earliest_cert_expiry', now + 30 * 86_400],
    );
    expect(record).toEqual({
      entity: 'check:koha:page',
      at: '2026-11-22T09:34:50Z',
      state: 'up',
      gauges: {
        check_duration_seconds: 0.4,
        check_tcp_seconds: 0.01,
        check_first_byte_seconds: 0.3,
        check_status_code: 200,
        certificate_remaining_seconds: 30 * 86_400,
      },
    });
  });

  test('by a target is down, degraded or unknown, and says why', () => {
    expect(
      probe(['probe_success', 0], ['probe_http_status_code', 503], ['probe_duration_seconds', 9.5]),
    ).toEqual({
      entity: 'check:koha:page',
      at,
      state: 'down',
      reason: 'the probe failed: status 503',
      gauges: { check_status_code: 503 },
    });
    expect(probe(['probe_success', 0], ['probe_http_status_code', 0])?.reason).toBe('the probe failed');
    expect(probe(['probe_success', 1], ['probe_duration_seconds', 2.5])).toMatchObject({
      state: 'degraded',
      reason: 'answered in 2.5 s, expected within 2 s',
    });
    expect(probe(['probe_success', 1], ['probe_ssl_earliest_cert_expiry', now + 86_400])).toMatchObject({
      state: 'degraded',
      reason: 'the certificate ends in 1 days, at 2026-11-23T09:35:00Z, expected at least 14',
    });
    expect(answers()).toMatchObject({ state: 'unknown', reason: 'no data' });
    expect(answers(['part:silent', 0])).toMatchObject({
      state: 'unknown',
      reason: 'its exporter does not answer',
    });
    expect(answers(['probe_success', 1], ['part:seen', now - 900])).toMatchObject({ state: 'unknown' });
    expect(probe(['probe_success', 1], ['probe_success', 1, { prober: 'lyon' }])).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/prober "" and "lyon"/),
    });
  });
});

test('whatever a server answers, records are valid, of our hosts alone, one for each entity', () => {
  const fleet = fleetOf(`prometheus:
  main: { url: 'https://p', presets: [node, zfs, lxd], queries: { q: { query: x, entity: 'queue:{host}:{name}', metric: queue_count } } }
hosts: { hv1: { prometheus: main }, hv2: { prometheus: main } }
services: { koha: { name: K, checks: { page: { kind: prometheus, target: t } } } }`);
  const requests = prometheus.requests(fleet);
  const names = [
    ...new Set(requests.flatMap(({ form }) => form?.query?.match(/\b(node|zfs|lxd|probe)_\w+/g) ?? [])),
  ];
  const answer = anyAnswer(names);
  fc.assert(
    fc.property(fc.array(answer, { minLength: requests.length, maxLength: requests.length }), (list) => {
      const answers = new Map(requests.map((request, index) => [request.name, list[index] ?? { at }]));
      const { records, errors } = prometheus.parse(answers, { at, fleet });
      for (const record of records) {
        expect(EntityRecord.safeParse(record).error).toBeUndefined();
        expect(['hv1', 'hv2', 'koha']).toContain(record.entity.split(':')[1]);
        expect(record.at >= '2026-11-22T09:22:30Z' && record.at <= at).toBe(true);
      }
      expect(new Set(records.map(({ entity }) => entity)).size).toBe(records.length);
      for (const error of errors) expect(SourceError.safeParse(error).error).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
