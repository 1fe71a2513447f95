import { z } from 'zod';
import { amount, describe, readAs, readDocument, secondsOf, table, text } from './api-document.ts';
import { FormatError } from './field.ts';
import type { Rows } from './rows.ts';

// Instances (containers and virtual machines) as the API of LXD 2 to 6 and of Incus shows them.

/** A container snapshot, or one of a virtual machine. */
export interface InstanceSnapshot {
  readonly name: string;
  /** Seconds since 1970. */
  readonly createdSeconds?: number | undefined;
}

/** What an instance uses, as its manager sees it. */
export interface InstanceState {
  /** Lower case: `running`, `stopped`, `frozen`, `error`. */
  readonly status: string;
  /** Of its first process; absent when it is stopped. */
  readonly pid?: number | undefined;
  /** Absent before Incus 6.0.4. */
  readonly startedAt?: string | undefined;
  /** Processes and threads. */
  readonly processCount?: number | undefined;
  /** Of all CPUs, since it started. */
  readonly cpuSeconds?: number | undefined;
  /** With the page cache, as cgroups charge it. */
  readonly chargedBytes?: number | undefined;
  readonly peakBytes?: number | undefined;
  readonly swapBytes?: number | undefined;
  /** By the name of the disk device. The storage driver `dir` cannot tell. */
  readonly disks: ReadonlyMap<
    string,
    { readonly usedBytes?: number | undefined; readonly totalBytes?: number | undefined }
  >;
  /** By the interface's name within; `lo` among them. */
  readonly interfaces: ReadonlyMap<string, InstanceInterface>;
}

export interface InstanceInterface {
  readonly isLoopback: boolean;
  /** Its other end on the host; empty for what the instance made itself. */
  readonly hostName: string;
  readonly receivedBytes?: number | undefined;
  readonly sentBytes?: number | undefined;
  readonly errorCount?: number | undefined;
  readonly dropCount?: number | undefined;
}

/** An instance, its state and container snapshots with it where they were asked for. */
export interface Instance {
  readonly name: string;
  /** Absent before LXD 3.6. */
  readonly project?: string | undefined;
  /** `container` or `virtual-machine`. */
  readonly type: string;
  /** Lower case. */
  readonly status: string;
  readonly architecture?: string | undefined;
  readonly createdSeconds?: number | undefined;
  /** When it started last, as the manager writes it; absent when it never did. */
  readonly lastUsedAt?: string | undefined;
  /** The member of a cluster that it is on; absent without one. */
  readonly location?: string | undefined;
  /** Of the expanded configuration, profiles included: limits.*, image.os … */
  readonly config: ReadonlyMap<string, string>;
  /** Its own and its profiles', by name. */
  readonly devices: ReadonlyMap<string, InstanceDevice>;
  readonly snapshots?: readonly InstanceSnapshot[] | undefined;
  readonly state?: InstanceState | undefined;
}

export interface InstanceDevice {
  readonly type: string;
  readonly path?: string | undefined;
  readonly pool?: string | undefined;
  readonly size?: string | undefined;
  readonly name?: string | undefined;
}

/** Reads `/1.0/instances` or `/1.0/containers` with recursion=1 or 2, and `lxc list --format json`, which is the same. */
export function parseInstances(answer: string): Rows<Instance> {
  return readList(readDocument(answer), 'instance', (value, name) =>
    toInstance(readAs(InstanceShape, value, name)),
  );
}

/** Reads `/1.0/instances/NAME/state`. */
export function parseInstanceState(answer: string): InstanceState {
  return toState(readAs(StateShape, readDocument(answer), 'state'));
}

/** Reads `/1.0/instances/NAME/snapshots?recursion=1`. */
export function parseInstanceSnapshots(answer: string): Rows<InstanceSnapshot> {
  return readList(readDocument(answer), 'snapshot', (value, name) =>
    toSnapshot(readAs(SnapshotShape, value, name)),
  );
}

const name = z.string('a name').regex(/^[^\p{Cc}/]{1,200}$/u, 'a name');
const status = z.string('a status such as Running').regex(/^[A-Za-z]{1,30}$/, 'a status such as Running');

const SnapshotShape = z.object(
  {
    // LXD 2 and 3 say CONTAINER/NAME.
    name: z.string('a name').min(1, 'a name').max(500, 'a name'),
    created_at: text,
    creation_date: text,
  },
  'an object',
);

const Counters = z.object({
  bytes_received: amount,
  bytes_sent: amount,
  errors_received: amount,
  errors_sent: amount,
  packets_dropped_inbound: amount,
  packets_dropped_outbound: amount,
});

const StateShape = z.object(
  {
    status,
    pid: amount,
    started_at: text,
    processes: amount,
    cpu: z.object({ usage: amount }, 'an object').nullish(),
    memory: z.object({ usage: amount, usage_peak: amount, swap_usage: amount }, 'an object').nullish(),
    disk: table(z.object({ usage: amount, total: amount }, 'an object')),
    network: table(z.object({ type: text, host_name: text, counters: Counters.nullish() }, 'an object')),
  },
  'an object',
);

const DeviceShape = z.object(
  { type: z.string('a type').max(100, 'a type'), path: text, pool: text, size: text, name: text },
  'an object',
);

const InstanceShape = z.object(
  {
    name,
    status,
    type: text,
    project: text,
    location: text,
    architecture: text,
    created_at: text,
    last_used_at: text,
    expanded_config: table(z.string('a text')),
    expanded_devices: table(DeviceShape),
    snapshots: z.array(z.unknown(), 'a list').nullish(),
    state: StateShape.nullish(),
  },
  'an object',
);

function toInstance(shape: z.output<typeof InstanceShape>): Instance {
  const { snapshots, state } = shape;
  const isUsed = secondsOf(shape.last_used_at, `${shape.name}.last_used_at`) !== undefined;
  // Only a question with recursion=2 has either; where there are none they are null then.
  if (snapshots !== undefined && snapshots !== null && snapshots.length > maxSnapshots)
    throw new FormatError(`${shape.name}.snapshots`, describe(snapshots), `at most ${maxSnapshots}`);
  const isFull = snapshots !== undefined && (snapshots !== null || state !== undefined);
  return {
    name: shape.name,
    project: shape.project,
    type: shape.type ?? 'container',
    status: statusOf(shape.status),
    architecture: shape.architecture,
    createdSeconds: secondsOf(shape.created_at, `${shape.name}.created_at`),
    lastUsedAt: isUsed ? shape.last_used_at : undefined,
    location: shape.location === 'none' ? undefined : shape.location,
    config: shape.expanded_config,
    devices: shape.expanded_devices,
    snapshots: isFull
      ? (snapshots ?? []).map((one) => toSnapshot(readAs(SnapshotShape, one, `${shape.name}.snapshots`)))
      : undefined,
    state: state ? toState(state) : undefined,
  };
}

function toSnapshot({
  name: path,
  created_at,
  creation_date,
}: z.output<typeof SnapshotShape>): InstanceSnapshot {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    createdSeconds: secondsOf(created_at ?? creation_date, `${path}.created_at`),
  };
}

function toState(shape: z.output<typeof StateShape>): InstanceState {
  const { cpu, memory } = shape;
  const isStarted = secondsOf(shape.started_at, 'started_at') !== undefined;
  return {
    status: statusOf(shape.status),
    pid: shape.pid === 0 ? undefined : shape.pid,
    startedAt: isStarted ? shape.started_at : undefined,
    processCount: shape.processes,
    cpuSeconds: cpu?.usage === undefined ? undefined : cpu.usage / 1e9,
    chargedBytes: memory?.usage,
    // Always 0 on cgroup v2 with Incus 6, whose kernel knows better.
    peakBytes: memory?.usage_peak === 0 ? undefined : memory?.usage_peak,
    swapBytes: memory?.swap_usage,
    disks: mapValues(shape.disk, ({ usage, total }) => ({ usedBytes: usage, totalBytes: total })),
    interfaces: mapValues(shape.network, ({ type, host_name, counters }, device) => ({
      isLoopback: type === 'loopback' || device === 'lo',
      hostName: host_name ?? '',
      receivedBytes: counters?.bytes_received,
      sentBytes: counters?.bytes_sent,
      errorCount: sum(counters?.errors_received, counters?.errors_sent),
      dropCount: sum(counters?.packets_dropped_inbound, counters?.packets_dropped_outbound),
    })),
  };
}

/** One that told LXD that it is ready runs. */
function statusOf(status: string): string {
  const lower = status.toLowerCase();
  return lower === 'ready' ? 'running' : lower;
}

function mapValues<From, To>(
  from: ReadonlyMap<string, From>,
  change: (value: From, key: string) => To,
): Map<string, To> {
  return new Map([...from].map(([key, value]) => [key, change(value, key)]));
}

/** One that cannot be read costs itself alone. */
function readList<Row>(
  document: unknown,
  kind: string,
  readRow: (value: unknown, name: string) => Row,
): Rows<Row> {
  if (!Array.isArray(document)) throw new FormatError('answer', describe(document), `a list of ${kind}s`);
  const rows: Row[] = [];
  const faults: string[] = [];
  for (const [index, value] of document.slice(0, maxRows).entries()) {
    try {
      rows.push(readRow(value, `${kind} ${index + 1}`));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      faults.push(error.message);
    }
  }
  if (document.length > maxRows) faults.push(`more than ${maxRows} ${kind}s: the others are not read`);
  return {
    rows,
    faults:
      faults.length <= 4
        ? faults
        : [...faults.slice(0, 3), `and ${faults.length - 3} more ${kind}s that cannot be read`],
  };
}

/** More than any host has. */
const maxRows = 5000;
const maxSnapshots = 20_000;

function sum(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined && second === undefined ? undefined : (first ?? 0) + (second ?? 0);
}
