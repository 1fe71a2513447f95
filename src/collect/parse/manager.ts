import { z } from 'zod';
import { amount, readAs, readDocument, table, text } from './api-document.ts';

// What LXD and Incus tell of themselves.

/** The manager of a host's containers. */
export interface ManagerServer {
  /** `lxd` or `incus`. */
  readonly kind: string;
  readonly version: string;
  /** Its name in a cluster; absent without one. */
  readonly member?: string | undefined;
  readonly pid?: number | undefined;
  /** Before storage pools (LXD 2.9): the ZFS dataset that holds the containers. */
  readonly zfsDataset?: string | undefined;
}

/** A storage pool of the manager; on ZFS its space is that of a dataset. */
export interface StoragePool {
  readonly name: string;
  /** `zfs`, `btrfs`, `dir`, `lvm`, `ceph` … */
  readonly driver: string;
  /** The dataset that holds its containers; absent on other drivers. */
  readonly zfsDataset?: string | undefined;
}

/** How full a storage pool is. */
export interface PoolResources {
  readonly totalBytes?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly inodeCount?: number | undefined;
  readonly inodesUsedCount?: number | undefined;
}

/** Something that the manager thinks its operators should know. */
export interface ManagerWarning {
  readonly type: string;
  /** `low`, `moderate`, `high`. */
  readonly severity: string;
  /** `new`, `acknowledged`, `resolved`. */
  readonly status: string;
  readonly location?: string | undefined;
}

/** Reads `/1.0`. */
export function parseServer(answer: string): ManagerServer {
  const { environment, config } = readAs(ServerShape, readDocument(answer), 'server');
  return {
    kind: environment.server,
    version: environment.server_version,
    member: environment.server_clustered === true ? environment.server_name : undefined,
    pid: environment.server_pid,
    zfsDataset: config?.get('storage.zfs_pool_name'),
  };
}

/** Reads `/1.0/storage-pools?recursion=1`. */
export function parsePools(answer: string): StoragePool[] {
  return readAs(z.array(PoolShape, 'a list'), readDocument(answer), 'pools').map(
    ({ name, driver, config }) => ({
      name,
      driver,
      zfsDataset: driver === 'zfs' ? (config.get('zfs.pool_name') ?? config.get('source')) : undefined,
    }),
  );
}

/** Reads `/1.0/storage-pools/NAME/resources`. */
export function parsePoolResources(answer: string): PoolResources {
  const { space, inodes } = readAs(ResourcesShape, readDocument(answer), 'resources');
  // btrfs counts no inodes, and says 0 of 0.
  const hasInodes = inodes?.total !== undefined && inodes.total > 0;
  return {
    totalBytes: space.total,
    usedBytes: space.used,
    ...(hasInodes && { inodeCount: inodes.total, inodesUsedCount: inodes.used }),
  };
}

/** Reads `/1.0/warnings?recursion=1`. */
export function parseWarnings(answer: string): ManagerWarning[] {
  return readAs(z.array(WarningShape, 'a list'), readDocument(answer), 'warnings').map(
    ({ type, severity, status, location }) => ({
      type,
      severity,
      status,
      location: location === 'none' ? undefined : location,
    }),
  );
}

const word = (what: string) => z.string(what).min(1, what).max(200, what);

const ServerShape = z.object(
  {
    environment: z.object(
      {
        // LXD 2 does not say who it is.
        server: z
          .string('lxd or incus')
          .regex(/^[a-z][a-z0-9-]{0,30}$/, 'lxd or incus')
          .default('lxd'),
        server_version: word('a version'),
        server_name: text,
        server_clustered: z.boolean('true or false').nullish(),
        server_pid: amount,
      },
      'an object',
    ),
    config: table(z.union([z.string(), z.boolean(), z.number()]).transform(String)),
  },
  'an object',
);

const PoolShape = z.object(
  { name: word('a name'), driver: word('a driver'), config: table(z.string('a text')) },
  'an object',
);

const Share = z.object({ total: amount, used: amount }, 'an object');
const ResourcesShape = z.object({ space: Share, inodes: Share.nullish() }, 'an object');

const WarningShape = z.object(
  { type: word('a type'), severity: word('a severity'), status: word('a status'), location: text },
  'an object',
);
