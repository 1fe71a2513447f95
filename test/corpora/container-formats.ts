import { parseCgroups } from '../../src/collect/parse/cgroups.ts';
import { parseContainerMetrics } from '../../src/collect/parse/container-metrics.ts';
import {
  parseInstanceSnapshots,
  parseInstanceState,
  parseInstances,
} from '../../src/collect/parse/instances.ts';
import { parseLxcLs } from '../../src/collect/parse/lxc-ls.ts';
import {
  parsePoolResources,
  parsePools,
  parseServer,
  parseWarnings,
} from '../../src/collect/parse/manager.ts';
import type { Format } from './formats.ts';

/** What LXD, Incus and classic LXC print. */
export const containerFormats: readonly Format[] = [
  {
    name: 'instances',
    file: /(_(instances|containers)_recursion_[12].*|recursion2_\w+|^(\w+_)?(lxc|incus)-list|_error-raw)\.json$/,
    parse: parseInstances,
  },
  { name: 'instance state', file: /_(instances|containers)_[^_]+_state\.json$/, parse: parseInstanceState },
  { name: 'instance snapshots', file: /_snapshots_recursion_1\.json$/, parse: parseInstanceSnapshots },
  { name: 'LXD or Incus', file: /^(lxd|incus)[\d.]*[-_]1\.0(-\w+)?\.json$/, parse: parseServer },
  { name: 'storage pools', file: /_storage-pools_recursion_1\.json$/, parse: parsePools },
  { name: 'pool resources', file: /_storage-pools_[^_]+_resources\.json$/, parse: parsePoolResources },
  { name: 'warnings', file: /_warnings_recursion_[12]\.json$/, parse: parseWarnings },
  { name: 'container metrics', file: /^(lxd|incus)[\d.]*_metrics\.txt$/, parse: parseContainerMetrics },
  { name: 'lxc-ls', file: /^lxc-ls[\w-]*\.txt$/, parse: parseLxcLs },
  { name: 'cgroups', file: /^cgroup-v[12].*\.txt$/, parse: (text) => parseCgroups(asGrep(text)) },
];

/** Dumps of `== path`, then its content, as grep would print them. */
function asGrep(dump: string): string {
  return dump
    .split(/^== \/sys\/fs\/cgroup\//m)
    .flatMap((part) => {
      const [path = '', ...lines] = part.split('\n');
      return lines.filter((line) => line !== '').map((line) => `${path}:${line}\n`);
    })
    .join('');
}
