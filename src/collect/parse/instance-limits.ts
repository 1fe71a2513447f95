import { FormatError } from './field.ts';

// Limits in all the spellings that LXD and Incus take. An empty one is none.

/** How many CPUs an instance may use at most, from `limits.cpu` and `limits.cpu.allowance`; undefined when it is not limited. */
export function cpuLimitOf(cpus: string | undefined, allowance: string | undefined): number | undefined {
  const found = [cpuCountOf(cpus), quotaOf(allowance)].filter((limit) => limit !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/**
 * The share of CPU time that an instance gets when others want it too: `limits.cpu.allowance` in percent. It is no limit: an idle host
 * gives more (https://documentation.ubuntu.com/lxd/latest/reference/instance_options/). Undefined without one.
 */
export function cpuShareOf(allowance: string | undefined): number | undefined {
  const [, percent] = /^(\d{1,3})%$/.exec(allowance ?? '') ?? [];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** The memory limit in bytes: a size, or a percentage of the host's memory. Undefined when there is none, or the host's memory is not known. */
export function memoryLimitOf(
  limit: string | undefined,
  { hostBytes, isBinary }: { readonly hostBytes: number | undefined; readonly isBinary: boolean },
): number | undefined {
  if (limit === undefined || limit === '') return undefined;
  const [, percent] = /^(\d{1,3})%$/.exec(limit) ?? [];
  if (percent === undefined) return sizeOf(limit, { isBinary });
  return hostBytes === undefined ? undefined : Math.floor(hostBytes / 100) * Number(percent);
}

/**
 * A size in bytes: `1GiB`, `512MB`, `1048576`. `isBinary`: LXD before 4.0 counted 1024 in a kB as well.
 * Undefined for an empty one. Throws FormatError for what is none.
 */
export function sizeOf(
  size: string | undefined,
  { isBinary }: { readonly isBinary: boolean },
): number | undefined {
  if (size === undefined || size === '') return undefined;
  const [, digits, prefix = '', binary] = /^(\d{1,15}) ?(?:([kKMGTPE])?(i)?B|bytes)?$/.exec(size) ?? [];
  const bytes =
    Number(digits) * (binary || isBinary ? 1024 : 1000) ** ' kMGTPE'.indexOf(prefix.replace('K', 'k') || ' ');
  if (!Number.isFinite(bytes) || (binary && prefix === ''))
    throw new FormatError('size', size, 'a size such as 512MiB or 2GB');
  return bytes;
}

/** `2` is a number of CPUs; `0-3`, `0,2` and `1-1` name them. */
function cpuCountOf(cpus: string | undefined): number | undefined {
  if (cpus === undefined || cpus === '') return undefined;
  if (/^\d{1,5}$/.test(cpus)) return Number(cpus) === 0 ? undefined : Number(cpus);
  const named = new Set<number>();
  for (const part of cpus.split(',')) {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim()) ?? [];
    if (first === undefined || Number(last) < Number(first))
      throw new FormatError('limits.cpu', cpus, 'a number of CPUs, or a set such as 0-3,7');
    for (let cpu = Number(first); cpu <= Number(last); cpu += 1) named.add(cpu);
  }
  return named.size;
}

/** `25ms/100ms`: 25 of each 100 milliseconds, of all CPUs together. A percentage is no limit. */
function quotaOf(allowance: string | undefined): number | undefined {
  if (allowance === undefined || allowance === '' || /^\d{1,3}%$/.test(allowance)) return undefined;
  const [, time, period] = /^(\d{1,9})ms\/(\d{1,9})ms$/.exec(allowance) ?? [];
  if (time === undefined || Number(period) === 0 || Number(time) === 0)
    throw new FormatError('limits.cpu.allowance', allowance, '50% or 25ms/100ms');
  return Number(time) / Number(period);
}
