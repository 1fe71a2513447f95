import { type ContainerMetrics, parseContainerMetrics } from './container-metrics.ts';
import { FormatError } from './field.ts';
import {
  type Instance,
  type InstanceSnapshot,
  type InstanceState,
  parseInstanceSnapshots,
  parseInstanceState,
  parseInstances,
} from './instances.ts';
import {
  type ManagerServer,
  type ManagerWarning,
  type PoolResources,
  parsePoolResources,
  parsePools,
  parseServer,
  parseWarnings,
  type StoragePool,
} from './manager.ts';

/** All that a manager told, by manager-command.ts. */
export interface ManagerAnswer {
  readonly server?: ManagerServer | undefined;
  /** Those of this host: a cluster tells of the others' too. Undefined when it did not tell. */
  readonly instances?: readonly Instance[] | undefined;
  /** By project and name: `default/koha`. */
  readonly metrics: ReadonlyMap<string, ContainerMetrics>;
  /** Undefined when it did not tell (before LXD 4.14). */
  readonly warnings?: readonly ManagerWarning[] | undefined;
  readonly pools: readonly (StoragePool & PoolResources)[];
  readonly faults: readonly string[];
}

/** Reads one document a line, each after its label. One that cannot be read costs itself alone. */
export function parseManagerAnswer(text: string): ManagerAnswer {
  const faults: string[] = [];
  const instances: Instance[] = [];
  const metricLines: string[] = [];
  const states: (InstanceState | undefined)[] = [];
  const snapshots: (readonly InstanceSnapshot[] | undefined)[] = [];
  const resources = new Map<string, PoolResources>();
  let server: ManagerServer | undefined;
  let warnings: readonly ManagerWarning[] | undefined;
  let pools: readonly StoragePool[] = [];
  let names: readonly string[] = [];
  let project: string | undefined;
  let pool = '';
  let hasList = false;

  const attempt = <Value>(
    label: string,
    document: string,
    parse: (document: string) => Value,
  ): Value | undefined => {
    try {
      return parse(document);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(`${label}: ${error.message}`);
      return undefined;
    }
  };
  const takeInstances = (label: string, document: string): void => {
    const found = attempt(label, document, parseInstances);
    if (found === undefined) return;
    hasList = true;
    faults.push(...found.faults);
    for (const instance of found.rows) instances.push({ ...instance, project: instance.project ?? project });
  };
  const readLine: Readonly<Record<string, (document: string, label: string) => void>> = {
    server: (document, label) => {
      server = attempt(label, document, parseServer);
    },
    project: (name) => {
      project = name;
    },
    instances: (document, label) => takeInstances(label, document),
    // The list alone, where the whole did not come.
    basic: (document, label) => takeInstances(label, document),
    names: (list) => {
      names = list.split(',');
    },
    state: (document, label) => states.push(attempt(label, document, parseInstanceState)),
    snapshots: (document, label) => {
      const found = attempt(label, document, parseInstanceSnapshots);
      faults.push(...(found?.faults ?? []));
      snapshots.push(found?.rows);
    },
    warnings: (document, label) => {
      warnings = attempt(label, document, parseWarnings);
    },
    pools: (document, label) => {
      pools = attempt(label, document, parsePools) ?? [];
    },
    pool: (name) => {
      pool = name;
    },
    resources: (document, label) => {
      const found = attempt(`${label} of ${pool}`, document, parsePoolResources);
      if (found !== undefined) resources.set(pool, found);
    },
  };

  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (faults.length >= maxFaults) break;
    if (/^((lxd|incus)_|# EOF)/.test(line)) {
      metricLines.push(line);
      continue;
    }
    const blank = line.indexOf(' ');
    const label = line.slice(0, Math.max(0, blank));
    const read = Object.hasOwn(readLine, label) ? readLine[label] : undefined;
    if (read === undefined) faults.push(new FormatError('line', line, 'a label and its document').message);
    else read(line.slice(blank + 1), label);
  }

  const metrics =
    metricLines.length === 0 ? undefined : attempt('metrics', metricLines.join('\n'), parseContainerMetrics);
  const here = <Located extends { readonly location?: string | undefined }>(
    all: readonly Located[],
  ): Located[] =>
    all.filter(
      ({ location }) => server?.member === undefined || (location ?? server.member) === server.member,
    );
  return {
    server,
    instances: hasList
      ? here(instances).map((instance) =>
          withParts(instance, names.indexOf(instance.name), states, snapshots),
        )
      : undefined,
    metrics: new Map(metrics?.rows.map((row) => [`${row.project}/${row.name}`, row])),
    warnings: warnings && here(warnings),
    pools: pools.map((one) => ({ ...one, ...resources.get(one.name) })),
    faults: faults.length <= 6 ? faults : [...faults.slice(0, 5), `and ${faults.length - 5} more faults`],
  };
}

/** A host that sends more than this is not read any further. */
const maxFaults = 1000;

/** What was asked of each instance apart, in the order of their names. */
function withParts(
  instance: Instance,
  position: number,
  states: readonly (InstanceState | undefined)[],
  snapshots: readonly (readonly InstanceSnapshot[] | undefined)[],
): Instance {
  if (position === -1) return instance;
  return {
    ...instance,
    state: instance.state ?? states[position],
    snapshots: instance.snapshots ?? snapshots[position],
  };
}
