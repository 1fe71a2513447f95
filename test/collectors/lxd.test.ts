import { expect, test } from 'vitest';
import lxd from '../../collectors/lxd.ts';
import type { ApiAnswer } from '../../src/collect/collector.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const at = '2026-11-22T09:35:00Z';
const written = `fleet: { name: Test }
hosts:
  hv3: { lxd: { url: 'https://hv3.example.org:8443/', ca: hv3.crt, certificate: { file: lxd.crt, key: lxd.key } } }
  hv4: { lxd: { url: 'https://hv4.example.org:8443', certificate: { file: lxd.crt, key: lxd.key }, timeout: 5s } }
`;
const fleet = parseFleet(written, 'fleet.yaml');

const labels = 'name="koha",project="default",type="container"';
const text = `lxd_cpu_seconds_total{cpu="0",mode="user",${labels}} 12.5
lxd_memory_MemTotal_bytes{${labels}} 1000
lxd_memory_MemAvailable_bytes{${labels}} 400
lxd_memory_Cached_bytes{${labels}} 100
lxd_procs_total{${labels}} 31
lxd_procs_total{name="essai",project="lab",type="virtual-machine"} 7
# EOF
`;

function read(hv3: ApiAnswer) {
  const answers = new Map([
    ['hv3', hv3],
    ['hv4', { at, failure: 'connection refused (ECONNREFUSED)' }],
  ]);
  return lxd.parse(answers, { at, fleet });
}

test('each host is asked for its metrics, with its certificate', () => {
  expect(lxd.requests(fleet)).toEqual([
    {
      name: 'hv3',
      source: 'host:hv3',
      url: 'https://hv3.example.org:8443/1.0/metrics',
      access: { ca: 'hv3.crt', certificate: { file: 'lxd.crt', key: 'lxd.key' } },
      timeoutSeconds: 30,
    },
    expect.objectContaining({ name: 'hv4', timeoutSeconds: 5 }),
  ]);
});

test('what runs on a host is told with what it uses, by project and name', () => {
  const { records, errors } = read({ at, status: 200, body: text });
  expect(errors).toEqual([]);
  expect(records).toEqual([
    { entity: 'manager:hv3:lxd', at, gauges: { containers_running_count: 2 }, facts: { manager: 'lxd' } },
    {
      entity: 'container:hv3:koha',
      at,
      gauges: { memory_used_bytes: 600, memory_cache_bytes: 100, processes_count: 31 },
      counters: { cpu_busy_seconds_total: 12.5 },
      facts: { state: 'running', type: 'container', manager: 'lxd', project: 'default' },
    },
    {
      entity: 'container:hv3:lab_essai',
      at,
      gauges: { processes_count: 7 },
      counters: {},
      facts: { state: 'running', type: 'virtual-machine', manager: 'lxd', project: 'lab' },
    },
  ]);
});

test.each([
  [
    403,
    '{"type":"error","error":"not authorized"}',
    'expected metrics: is the certificate trusted there, with --type=metrics?',
  ],
  [200, text.slice(0, -7), 'expected "# EOF"'],
])('an answer that is none (%i) is an error of the host, and no record', (status, body, told) => {
  expect(read({ at, status, body })).toEqual({
    records: [],
    errors: [{ source: 'host:hv3', part: 'metrics', message: expect.stringContaining(told) }],
  });
});

test.each([
  [
    'beside ssh',
    "{ ssh: hv3, lxd: { url: 'https://hv3:8443', certificate: { file: a, key: b } } }",
    'a host is read in one way',
  ],
  ['without certificate', "{ lxd: { url: 'https://hv3:8443' } }", 'certificate'],
  [
    'in the clear',
    "{ lxd: { url: 'http://hv3:8443', certificate: { file: a, key: b } } }",
    'an address that begins with https:',
  ],
])('a host %s is refused', (_, host, told) => {
  expect(() => parseFleet(`fleet: { name: Test }\nhosts: { hv3: ${host} }\n`, 'fleet.yaml')).toThrow(told);
});
