import { nagios } from './fuzz-monitored.ts';
import { lxdAnswers } from './parse-lxd.ts';
import {
  devices,
  lsblk,
  type MachineSize,
  objsets,
  smartAnswer,
  smartScan,
  zfsList,
  zfsSnapshots,
  zpoolList,
  zpoolStatus,
} from './parse-texts.ts';

// What the mutations of `fuzz.ts` begin with: whole answers of small hosts, by the section that holds them.

const small: MachineSize = { containers: 2, disks: 2, pools: 1, zfsSnapshots: 12, dumps: 0 };
const end = 'end of list, status 0\n';

const uptime = '1873.36 3635.66\n';
const bootId = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\n';
const meminfo = `MemTotal:       24684092 kB
MemFree:        20175620 kB
MemAvailable:   23912028 kB
Buffers:           58820 kB
Cached:          3826540 kB
SwapTotal:       4194300 kB
SwapFree:        4186844 kB
Shmem:              2592 kB
`;
const osRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
ID=debian
`;
const pressure = `some avg10=1.38 avg60=0.50 avg300=0.28 total=12345678
full avg10=0.00 avg60=0.02 avg300=0.26 total=345678
`;
const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1200 12 0 0 0 0 0 0 1200 12 0 0 0 0 0 0
  eth0: 433945703 312345 1 2 0 0 0 0 914146 8123 3 4 0 0 0 0
`;

const host = {
  stat: `cpu  9123 12 3100 363566 422 0 88 10 0 0
cpu0 4500 6 1500 181783 211 0 44 5 0 0
cpu1 4623 6 1600 181783 211 0 44 5 0 0
intr 1234 0 9
ctxt 998877
btime 1795300000
processes 4711
procs_running 2
procs_blocked 0
`,
  meminfo,
  arcstats: `13 1 0x01 96 26112 17379889 3215899137
name                            type data
hits                            4    123456
c_min                           4    789778432
c                               4    12636454912
size                            4    9876543210
`,
  loadavg: '0.36 0.23 0.13 2/311 4711\n',
  uptime,
  'boot-id': bootId,
  vmstat: 'nr_free_pages 5043905\npgpgin 3109557\noom_kill 3\n',
  'pressure-cpu': pressure,
  'pressure-memory': pressure,
  'pressure-io': pressure,
  diskstats: `   7       0 loop0 12 0 24 1 0 0 0 0 0 1 1 0 0 0 0
 254       0 vda 91233 123 6219114 4711 51234 3000 3088808 9123 0 6540 13834 0 0 0 0 0 0
 254       1 vda1 90000 123 6219000 4700 51000 3000 3088000 9100 0 6500 13800 0 0 0 0 0 0
 259       0 nvme0n1 91233 123 6219114 4711 51234 3000 3088808 9123 0 6540 13834
`,
  'net-dev': netDev,
  interfaces: '/sys/class/net/eth0/device\n',
  filesystems: `Filesystem     Type    1B-blocks        Used   Available Capacity Mounted on
/dev/vda1      ext4 270553174016 24487538688 84456755200      23% /
tank/srv media zfs   27055317401  2448753868  8445675520      23% /srv/with blank
`,
  inodes: `Filesystem     Type   Inodes  IUsed   IFree IUse% Mounted on
/dev/vda1      ext4 16777216 431280 16345936    3% /
tank/srv media btrfs       0      0        0     - /srv/with blank
`,
  'os-release': osRelease,
  kernel: '6.1.0-28-amd64\n',
};

const platform = {
  'os-release': osRelease,
  kernel: host.kernel,
  kernels: '/lib/modules/6.1.0-28-amd64/kernel\n/lib/modules/6.1.0-31-amd64/kernel\n',
  'reboot-required': 'yes\n',
  updates: `Reading package lists...
Building dependency tree...
Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u10 Debian:12.11/stable, Debian-Security:12/stable-security [amd64])
Inst nginx (1.22.1-9 Debian:12.11/stable [amd64])
Conf libc6 (2.36-9+deb12u10 Debian:12.11/stable [amd64])
2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.
`,
  'lists-age': '1795372861 1795333261\n',
  zfs: '2.1.11-1\n',
};

const lxdLabels: readonly (readonly [label: string, question: string])[] = [
  ['server', ''],
  ['instances', '/instances?recursion=2&all-projects=true'],
  ['warnings', '/warnings?recursion=1'],
  ['pools', '/storage-pools?recursion=1'],
];

/** What an LXD answers to a question for its metrics. */
export const metricsSeed = `# TYPE lxd_cpu_seconds_total counter
lxd_cpu_seconds_total{cpu="0",mode="user",name="koha-001",project="default",type="container"} 12.5
lxd_cpu_seconds_total{cpu="0",mode="idle",name="koha-001",project="default",type="container"} 3600
lxd_disk_read_bytes_total{device="sda",name="koha-001",project="default",type="container"} 4096
lxd_filesystem_avail_bytes{device="tank/koha",fstype="zfs",mountpoint="/",name="koha-001",project="default",type="container"} 1.9e+10
lxd_memory_MemTotal_bytes{name="koha-001",project="default",type="container"} 8.589934592e+09
lxd_memory_MemAvailable_bytes{name="koha-001",project="default",type="container"} 4e+09
lxd_memory_OOM_kills_total{name="koha-001",project="default",type="container"} 2
lxd_network_receive_bytes_total{device="eth0",name="koha-001",project="default",type="container"} 516
lxd_procs_total{name="koha-001",project="default",type="container"} 31
# EOF
`;

/** Documents after their labels, few of their snapshots. */
function lxd(): string {
  const answers = lxdAnswers(small);
  const lines = lxdLabels.map(
    ([label, question]) =>
      `${label} ${JSON.stringify(JSON.parse(answers.get(question) ?? ''), (key, value: unknown) =>
        Array.isArray(value) ? value.slice(-2) : /^(certificate|config)$/.test(key) ? { a: 'b' } : value,
      )}\n`,
  );
  return `${lines.join('')}${metricsSeed}pool tank1
resources ${answers.get('/storage-pools/tank1/resources')}`;
}

/** An LXD 3.0, asked for each container by itself. */
const oldLxd = `server {"metadata":{"environment":{"server_version":"3.0.4","server_pid":77},"config":{"storage.zfs_pool_name":"tank/lxd"}}}
basic {"metadata":[{"name":"koha","status":"Running","expanded_config":{"limits.memory":"50%","limits.cpu.allowance":"25ms/100ms"},"expanded_devices":{"root":{"type":"disk","path":"/","size":"20GB"}}}]}
names koha
state {"metadata":{"status":"Running","pid":4711,"processes":3,"memory":{"usage":101576704},"network":{"eth0":{"type":"broadcast","host_name":"veth1","counters":{"bytes_received":516}}}}}
snapshots {"metadata":[{"name":"koha/sunday","created_at":"2026-11-22T01:00:00Z"}]}
`;

const container = {
  uptime,
  'boot-id': bootId,
  meminfo,
  cgroups: `lxc.payload.koha-001/memory.current:2101576704
lxc.payload.koha-001/memory.max:max
lxc.payload.koha-001/memory.stat:inactive_file 496403456
lxc.payload.koha-001/memory.stat:active_file 396403456
lxc.payload.koha-001/memory.events:oom_kill 0
lxc.payload.koha-001/cpu.stat:usage_usec 78069061500
lxc.payload.koha-001/cpu.max:400000 100000
lxc.payload.koha-001/io.pressure:some avg10=0.00 avg60=0.12 avg300=0.31 total=412
memory/lxc/old/memory.usage_in_bytes:1445888
memory/lxc/old/memory.stat:total_inactive_file 4096
cpu/lxc/old/cpu.cfs_quota_us:-1
pids/lxc/old/pids.current:7
`,
  lxd: lxd(),
  'lxd-snap': oldLxd,
  incus: ['', lxd()],
  lxc: `== version
5.0.2
== list
NAME  STATE   PID
koha  RUNNING 4711
media STOPPED -
== processes
/proc/4711/stat:4711 (init (x) y) S 1 4711 4711 0 -1 4194560 9 8 7 6 5 4 3 2 20 0 1 0 123456 9 8
${netDev.replace(/^/gm, '/proc/4711/net/dev:')}
== snapshots
1795372861 /var/lib/lxc/koha/snaps/snap0/ts
`,
};

const poolsInText = `  pool: tank
 state: DEGRADED
status: One or more devices could not be used because the label is missing or
	invalid.  Sufficient replicas exist for the pool to continue.
action: Replace the device using 'zpool replace'.
  scan: scrub in progress since Sun Nov 22 08:24:01 2026
	1.81T / 2.20T scanned at 512M/s, 1.02T / 2.20T issued at 288M/s
	69.1K repaired, 46.40% done, 01:11:12 to go
config:

	NAME           STATE     READ WRITE CKSUM  SLOW
	tank           DEGRADED     0     0     0     -
	  raidz2-0     DEGRADED     0     0     0     -
	    sda        ONLINE       0     0     0     3
	    replacing-1  DEGRADED   0     0     0     -
	      sdb      UNAVAIL      3 1.20K    12     0  corrupted data
	      sdc      ONLINE       0     0     0     0  (resilvering)
	logs
	  nvme0n1p1    ONLINE       0     0     0     0
	cache
	  nvme0n1p2    ONLINE       0     0     0     0
	spares
	  sdd          INUSE     currently in use

errors: Permanent errors have been detected in the following files:

        /tank/x

  pool: rpool
 state: ONLINE
  scan: resilvered 556M in 00:00:07 with 0 errors on Sun Nov 22 08:59:29 2026
remove: Removal of vdev 1 copied 40.1M in 0h0m, completed on Sun Nov 22 09:00:00 2026
config:

	NAME        STATE     READ WRITE CKSUM
	rpool       ONLINE       0     0     0
	  /dev/vda  ONLINE       0     0     0

errors: No known data errors
`;

const zfs = {
  status: [zpoolStatus(small), poolsInText],
  unhealthy: ['all pools are healthy\n', poolsInText],
  pools: `${zpoolList(small)}rpool\t960M\t69K\t960M\t0%\t1.00x\tONLINE\t-\n${end}`,
  datasets: [
    `${zfsList(small)}${end}`,
    `tank\ttype\tfilesystem\ntank\tused\t12345\ntank\tquota\tnone\ntank\tmountpoint\t/tank\ntank\tcreation\t1795300000\n${end}`,
  ],
  snapshots: `${zfsSnapshots(small)}${end}`,
  objsets: [...objsets(small).values()].join(''),
  version: '2.3.9-1\n',
};

/** An answer with as many values of each table as tell of its form. */
function short(text: string): string {
  return JSON.stringify(
    JSON.parse(text, (key, value: unknown) => (key === 'ata_log_directory' ? undefined : value)),
    (key, value: unknown) => (key === 'table' && Array.isArray(value) ? value.slice(0, 12) : value),
  );
}

const nvme = {
  smartctl: {
    version: [7, 3],
    exit_status: 4,
    messages: [{ string: 'Read NVMe log failed', severity: 'error' }],
  },
  device: { name: '/dev/nvme0', info_name: '/dev/nvme0', type: 'nvme', protocol: 'NVMe' },
  model_name: 'SAMSUNG MZQL21T9HCJR-00A07',
  serial_number: 'S64GNE0R',
  nvme_total_capacity: 1_920_383_410_176,
  smart_status: { passed: false, nvme: { value: 4 } },
  nvme_smart_health_information_log: {
    critical_warning: 4,
    temperature: 40,
    available_spare: 9,
    available_spare_threshold: 10,
    percentage_used: 104,
    data_units_read: 10,
    data_units_written: 2_000_000,
    power_on_hours: 20_000,
    unsafe_shutdowns: 12,
    media_errors: 0,
    num_err_log_entries: 3,
  },
  nvme_self_test_log: {
    table: [
      {
        self_test_code: { string: 'Short' },
        self_test_result: { string: 'Completed without error' },
        power_on_hours: 9,
      },
    ],
  },
};
const scsi = {
  smartctl: { version: [7, 2], exit_status: 0 },
  device: {
    name: '/dev/bus/0',
    info_name: '/dev/bus/0 [megaraid_disk_03]',
    type: 'megaraid,3',
    protocol: 'SCSI',
  },
  scsi_vendor: 'SEAGATE',
  scsi_product: 'ST600MM0006',
  serial_number: 'S0M0ABCD',
  user_capacity: { blocks: 1_172_123_568, bytes: 600_127_266_816 },
  rotation_rate: 10_500,
  power_on_time: { hours: 51_234, minutes: 12 },
  scsi_grown_defect_list: 3,
  scsi_error_counter_log: {
    read: { gigabytes_processed: '9876.543', total_uncorrected_errors: 1 },
    write: { gigabytes_processed: '1234.567', total_uncorrected_errors: 0 },
  },
  scsi_self_test_0: {
    code: { string: 'Background short' },
    result: { string: 'Completed' },
    power_on_time: { hours: 9 },
  },
};

const disk = {
  smart: `== scan
${smartScan(small)}/dev/nvme0 -d nvme # /dev/nvme0, NVMe device
/dev/bus/0 -d megaraid,3 # /dev/bus/0 [megaraid_disk_03], SCSI device
# /dev/sdz -d scsi # /dev/sdz, SCSI device open failed: No such device
== end 0
${devices(small)
  .map((path) => `== ${path} sat\n${short(smartAnswer(path))}\n\n`)
  .join('')}== /dev/nvme0 nvme
${JSON.stringify(nvme)}

== /dev/bus/0 megaraid,3
${JSON.stringify(scsi)}

`,
  block: lsblk(small),
};

const archives = (...answers: readonly string[]): string =>
  `\u0005restic 0.14.0 compiled with go1.19\n${answers.join('')}end\n`;
const answer = (repository: string, text: string, check = ''): string =>
  `\u0002${repository}\n${text}\u0001a note 0\u0004${check}\u0003\n`;
const borg = `{"archives":[{"archive":"koha-2026-11-01","name":"koha-2026-11-01","start":"2026-11-01T02:00:00.000000","time":"2026-11-01T02:00:01.000000"}],"encryption":{"mode":"none"},"repository":{"id":"ab","location":"/srv/borg/koha"}}`;

/** As `fuzzFleet` names them. */
const backup = {
  tools: '/usr/bin/gzip\n/usr/bin/restic\n',
  dumps: `v 1 1795340100
s koha ok 1
s omeka absent 0
f koha 334001 1795312801 valid trailer 2026-11-22 /backup/koha/koha-2026-11-22.sql.gz
f koha 334001 1795226401 bad cut - /backup/koha/koha-2026-11-21.sql.gz
f koha 0 1795140001 unverified budget - /backup/koha/koha-2026-11-20.sql.gz
c none
end
`,
  restic: archives(
    answer(
      '0 /srv/restic',
      '[{"time":"2026-11-22T02:00:00.123456789+01:00","tree":"d8","paths":["/srv/koha"],"hostname":"koha","tags":["db"],"id":"adf164cff746","short_id":"adf164cf","summary":{"total_bytes_processed":123}}]',
      '1795340000 1 Fatal: an error',
    ),
  ),
  borg: archives(answer('0 /srv/borg/koha', borg, '1795340000 0 '), answer('1 /srv/borg/omeka', '', '')),
  borgmatic: archives(answer('0 /etc/borgmatic.yaml', `[${borg}]`)),
  pbs: archives(
    answer(
      '0 vigie@pbs@pbs.example.org:store',
      '[{"backup-type":"ct","backup-id":"koha","backup-time":1795340000,"size":123,"comment":"koha","verification":{"state":"ok","upid":"U"}}]',
    ),
  ),
  cold: `t 0 /cold/media
look ok
state 123-1795340000-77 812345 40212 1795000000 0 0 0 40211 0 0 0 -
end
`,
};

/** What has something of every collector to read. */
export const fuzzFleet = `fleet: { name: Fuzz, timeZone: Europe/Paris, every: 5m }
prometheus: { main: { url: 'https://prometheus.example.org', presets: [node, smartctl, zfs, lxd] } }
icinga2: { main: { url: 'https://icinga.example.org:5665' } }
hosts:
  hv1: { ssh: hv1.example.org }
  hv2: { prometheus: main }
  hv3: { lxd: { url: 'https://hv3.example.org:8443', certificate: { file: lxd.crt, key: lxd.key } } }
services:
  koha: { name: Koha, application: koha, url: 'https://koha.example.org', host: hv1, backup: standard }
  omeka: { name: Omeka, application: omeka-s, url: 'https://omeka.example.org', host: hv1, backup: standard }
  watched:
    name: Watched
    checks:
      page: { kind: prometheus, target: 'https://watched.example.org' }
      queue: { kind: prometheus, query: up }
      disk: { kind: icinga2, host: web1, service: HTTP }
      machine: { kind: icinga2, host: web1 }
      page-nagios: { kind: nagios, on: hv1, host: web1, service: HTTP }
      machine-nagios: { kind: nagios, on: hv1, host: web1 }
backups:
  standard:
    on: hv1
    dumps: '/backup/{service}/*.sql.gz'
    restic: /srv/restic
    borg: '/srv/borg/{service}'
    borgmatic: /etc/borgmatic.yaml
    pbs: 'vigie@pbs@pbs.example.org:store'
    coldCopy: { path: /cold/media, checkEvery: 1y }
`;

/** By collector and section. */
export const sectionSeeds: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  backup,
  container,
  disk,
  host,
  nagios,
  platform,
  zfs,
};

/** Pages that services answer with. */
export const pageSeeds: readonly string[] = [
  '<!DOCTYPE html><html><head><meta name="generator" content="Koha 23.1100000" /><link href="/opac-tmpl/bootstrap/css/opac_23.1105000.css"></head><body><form id="bookbag_form"></form></body></html>',
  '<b>Fatal error</b>: Uncaught Error in /var/www/index.php:12',
  '[{"@context":"https://omeka.example.org/api-context","o:id":7,"o:title":"Carte postale"}]',
];
