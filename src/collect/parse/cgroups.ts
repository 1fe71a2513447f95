import { FormatError, readCount } from './field.ts';
import { type Pressure, parsePressure } from './pressure.ts';

/** What the kernel counts of a container, version 1 or 2 of cgroups alike. Absent is what the kernel does not tell. */
export interface Cgroup {
  /** Memory less page cache: what it is charged with, less its file pages. tmpfs and the kernel's own share stay in. */
  readonly usedBytes?: number | undefined;
  /** With page cache. */
  readonly chargedBytes?: number | undefined;
  readonly cacheBytes?: number | undefined;
  /** Absent without a limit. */
  readonly memoryLimitBytes?: number | undefined;
  /** The most that was ever charged, page cache included. */
  readonly peakBytes?: number | undefined;
  readonly swapBytes?: number | undefined;
  readonly oomKillCount?: number | undefined;
  readonly cpuSeconds?: number | undefined;
  /** How long it wanted a CPU that its quota denied. */
  readonly throttledSeconds?: number | undefined;
  /** The quota in CPUs; absent without one. */
  readonly cpuLimitCount?: number | undefined;
  /** Processes and threads. */
  readonly processCount?: number | undefined;
  readonly cpuPressure?: Pressure | undefined;
  readonly memoryPressure?: Pressure | undefined;
  readonly ioPressure?: Pressure | undefined;
}

/** The cgroups of containers by the names that LXC gives them: `koha`, `project_koha` for a project of LXD or Incus. */
export interface Cgroups {
  readonly byName: ReadonlyMap<string, Cgroup>;
  readonly faults: readonly string[];
}

// Where LXC puts its containers: 4.0 and later, 3.1 and 3.2, before; each below the controller's folder on cgroup v1.
const folders = ['lxc.payload.*', 'lxc.payload/*', 'lxc/*'];
const files = {
  '': 'memory.current memory.peak memory.max memory.swap.current memory.stat memory.events cpu.stat cpu.max pids.current cpu.pressure memory.pressure io.pressure',
  'memory/':
    'memory.usage_in_bytes memory.max_usage_in_bytes memory.limit_in_bytes memory.stat memory.oom_control',
  'cpuacct/': 'cpuacct.usage',
  'cpu/': 'cpu.cfs_quota_us cpu.cfs_period_us cpu.stat',
  'pids/': 'pids.current',
};
const lines =
  '^(-?[0-9]+|max|(max|[0-9]+) [0-9]+|(total_)?(in)?active_file [0-9]+|total_swap [0-9]+|(oom_kill|usage_usec|throttled_usec|throttled_time) [0-9]+|(some|full) avg.*)$';

/** One grep over all files of all containers; a container that ends meanwhile is no error. Nothing where there is none. */
export const cgroupsCommand = `cd /sys/fs/cgroup 2>/dev/null && grep -sHE '${lines}' ${Object.entries(files)
  .flatMap(([controller, names]) =>
    folders.flatMap((folder) => names.split(' ').map((name) => `${controller}${folder}/${name}`)),
  )
  .join(' ')}; :`;

/** Reads what cgroupsCommand prints: `lxc.payload.koha/memory.current:1445888`. */
export function parseCgroups(text: string): Cgroups {
  const values = new Map<string, Map<string, string>>();
  const faults: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    if (faults.length === maxFaults) break;
    const [, name, file = '', content = ''] =
      /^(?:[a-z]+\/)?lxc(?:\.payload\.|\.payload\/|\/)([^/]{1,200})\/([a-z_.]+):(.{1,300})$/.exec(line) ?? [];
    if (name === undefined) {
      faults.push(
        `line ${index + 1}: ${new FormatError('line', line, 'a file of a cgroup, a colon, its content').message}`,
      );
      continue;
    }
    const own = values.get(name) ?? new Map<string, string>();
    if (values.size < maxContainers || values.has(name)) values.set(name, own);
    const [word = '', ...rest] = content.split(' ');
    const isKeyed = /^[a-z_]+$/.test(word) && word !== 'max';
    const key = isKeyed ? `${file} ${word}` : file;
    own.set(key, file.endsWith('.pressure') ? content : isKeyed ? rest.join(' ') : content);
  }
  const byName = new Map<string, Cgroup>();
  for (const [name, own] of values) {
    try {
      byName.set(name, toCgroup(own));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(`${name}: ${error.message}`);
    }
  }
  return { byName, faults: faults.slice(0, maxFaults) };
}

const maxContainers = 5000;
const maxFaults = 4;

function toCgroup(own: ReadonlyMap<string, string>): Cgroup {
  const count = (...keys: string[]): number | undefined => {
    const key = keys.find((candidate) => own.has(candidate));
    return key === undefined ? undefined : readCount(own.get(key), key);
  };
  const scaled = (value: number | undefined, perUnit: number) =>
    value === undefined ? undefined : value / perUnit;
  // On cgroup v1 those of child cgroups are in the total alone.
  const activeBytes = count('memory.stat total_active_file', 'memory.stat active_file');
  const inactiveBytes = count('memory.stat total_inactive_file', 'memory.stat inactive_file');
  const cacheBytes =
    activeBytes === undefined || inactiveBytes === undefined ? undefined : activeBytes + inactiveBytes;
  const chargedBytes = count('memory.current', 'memory.usage_in_bytes');
  return {
    // Both were read one after the other.
    usedBytes:
      chargedBytes === undefined || cacheBytes === undefined
        ? undefined
        : Math.max(0, chargedBytes - cacheBytes),
    chargedBytes,
    cacheBytes,
    memoryLimitBytes: memoryLimitOf(own),
    peakBytes: count('memory.peak', 'memory.max_usage_in_bytes'),
    swapBytes: count('memory.swap.current', 'memory.stat total_swap'),
    oomKillCount: count('memory.events oom_kill', 'memory.oom_control oom_kill'),
    cpuSeconds: scaled(count('cpu.stat usage_usec'), 1e6) ?? scaled(count('cpuacct.usage'), 1e9),
    throttledSeconds:
      scaled(count('cpu.stat throttled_usec'), 1e6) ?? scaled(count('cpu.stat throttled_time'), 1e9),
    cpuLimitCount: cpuLimitOf(own),
    processCount: count('pids.current'),
    cpuPressure: pressureOf(own, 'cpu'),
    memoryPressure: pressureOf(own, 'memory'),
    ioPressure: pressureOf(own, 'io'),
  };
}

function memoryLimitOf(own: ReadonlyMap<string, string>): number | undefined {
  const text = own.get('memory.max') ?? own.get('memory.limit_in_bytes');
  if (text === undefined || text === 'max') return undefined;
  const bytes = readCount(text, 'memory limit');
  // Version 1 has no word for none: the largest multiple of a page.
  return bytes >= 2 ** 60 ? undefined : bytes;
}

function cpuLimitOf(own: ReadonlyMap<string, string>): number | undefined {
  const [quota, period] = own.get('cpu.max')?.split(' ') ?? [
    own.get('cpu.cfs_quota_us'),
    own.get('cpu.cfs_period_us'),
  ];
  if (quota === undefined || period === undefined || quota === 'max' || quota === '-1') return undefined;
  const periodLength = readCount(period, 'CPU period');
  return periodLength === 0 ? undefined : readCount(quota, 'CPU quota') / periodLength;
}

function pressureOf(own: ReadonlyMap<string, string>, resource: string): Pressure | undefined {
  const kinds = ['some', 'full'].flatMap((kind) => own.get(`${resource}.pressure ${kind}`) ?? []);
  return kinds.some((line) => line.startsWith('some ')) ? parsePressure(kinds.join('\n')) : undefined;
}
