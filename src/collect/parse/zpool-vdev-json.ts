import { FormatError } from './field.ts';
import { amountOf, type Members, members, textOf } from './zpool-json.ts';
import type { ErrorCounts, Vdev, VdevKind } from './zpool-status.ts';
import { oneLine, readVdevName, readWord, vdevStates } from './zpool-words.ts';

/** Where a pool keeps its devices, and the heading that the text puts above them. */
const classes: readonly (readonly [member: string, heading: string, kind: VdevKind])[] = [
  ['logs', 'logs', 'log'],
  ['l2cache', 'cache', 'cache'],
  ['spares', 'spares', 'spare'],
  ['special', 'special', 'special'],
  ['dedup', 'dedup', 'dedup'],
];

/** zpool builds no deeper trees: a spare that is being replaced in a replaced device of a group. */
const maxDepth = 8;
const maxVdevs = 5000;

/** What the text adds to a device, by what is wrong with it (print_status_config in cmd/zpool/zpool_main.c of OpenZFS). */
const notes: Readonly<Record<string, string>> = {
  OPEN_FAILED: 'cannot open',
  BAD_GUID_SUM: 'missing device',
  NO_REPLICAS: 'insufficient replicas',
  VERSION_NEWER: 'newer version',
  UNSUP_FEAT: 'unsupported feature(s)',
  ASHIFT_TOO_BIG: 'unsupported minimum blocksize',
  SPARED: 'currently in use',
  ERR_EXCEEDED: 'too many errors',
  IO_FAILURE: 'experienced I/O failures',
  BAD_LOG: 'bad intent log',
  EXTERNAL: 'external device fault',
  EXTERNAL_PERSIST: 'external device fault',
  SPLIT_POOL: 'split into new pool',
  ACTIVE: 'currently in use',
  CHILDREN_OFFLINE: 'all children offline',
  BAD_LABEL: 'invalid label',
};

/** The errors of a pool that no device of it accounts for. */
export function readRoot(pool: Members, name: string): ErrorCounts {
  return readCounts(rootOf(pool, name), name);
}

/** The devices of a pool and groups of them, as the text lists them. */
export function readVdevs(pool: Members, name: string): Vdev[] {
  const vdevs: Vdev[] = [];

  function add(children: unknown, parent: string, kind: VdevKind, depth: number): void {
    if (children === undefined) return;
    if (depth > maxDepth) throw new FormatError('vdevs', parent, `at most ${maxDepth} levels`);
    for (const [key, child] of Object.entries(members(children, parent))) {
      if (vdevs.length === maxVdevs) throw new FormatError('vdevs', key, `at most ${maxVdevs}`);
      const vdev = members(child, 'vdev');
      const path = `${parent}/${readVdevName(textOf(vdev.name, 'vdev name'), 'vdev name')}`;
      vdevs.push(readVdev(vdev, path, kind));
      add(vdev.vdevs, path, kind, depth + 1);
    }
  }

  add(rootOf(pool, name).vdevs, name, 'data', 1);
  for (const [member, heading, kind] of classes) add(pool[member], `${name}/${heading}`, kind, 1);
  return vdevs;
}

function rootOf(pool: Members, name: string): Members {
  const roots = Object.entries(members(pool.vdevs, 'vdevs'));
  const [key, root] = roots[0] ?? [];
  if (roots.length !== 1 || key !== name)
    throw new FormatError('vdevs', key, `the pool ${name} alone (a tree, not a flat list)`);
  return members(root, 'vdevs');
}

function readVdev(vdev: Members, path: string, kind: VdevKind): Vdev {
  const aux = textOf(vdev.aux, `${path} aux`);
  const health = readWord(healthOf(textOf(vdev.state, `${path} state`), aux), vdevStates, `${path} state`);
  const note = noteOf(vdev, aux);
  if (kind === 'spare')
    return { path, kind, health, ...(note !== undefined && health !== 'INUSE' && { note }) };
  return {
    path,
    kind,
    health,
    ...readCounts(vdev, path),
    ...(vdev.slow_ios !== undefined && vdev.vdevs === undefined && { slowCount: amountOf(vdev, 'slow_ios') }),
    ...(note !== undefined && { note }),
  };
}

function readCounts(vdev: Members, path: string): ErrorCounts {
  return {
    readErrorCount: amountOf(vdev, 'read_errors', `${path} read_errors`),
    writeErrorCount: amountOf(vdev, 'write_errors', `${path} write_errors`),
    checksumErrorCount: amountOf(vdev, 'checksum_errors', `${path} checksum_errors`),
  };
}

/** The state's name in the text (zpool_state_to_name in lib/libzfs/libzfs_pool.c). */
function healthOf(state: string | undefined, aux: string | undefined): string | undefined {
  if (state === 'CLOSED') return 'OFFLINE';
  if (state !== 'CANT_OPEN') return state;
  if (aux === 'CORRUPT_DATA' || aux === 'BAD_LOG') return 'FAULTED';
  return aux === 'SPLIT_POOL' ? 'SPLIT' : 'UNAVAIL';
}

function noteOf(vdev: Members, aux: string | undefined): string | undefined {
  const was = textOf(vdev.was, 'was');
  if (was !== undefined) return oneLine(`was ${was}`);
  if (aux === 'ERR_EXCEEDED' && isSlowAlone(vdev)) return 'too many slow I/Os';
  if (aux !== undefined) return notes[aux] ?? 'corrupted data';
  if (vdev.physical_ashift === undefined || vdev.configured_ashift === undefined) return undefined;
  const [configured, native] = [amountOf(vdev, 'configured_ashift'), amountOf(vdev, 'physical_ashift')];
  if (Math.max(configured, native) > 40) throw new FormatError('ashift', `${native}`, 'at most 40');
  return `block size: ${2 ** configured}B configured, ${2 ** native}B native`;
}

function isSlowAlone(vdev: Members): boolean {
  const counts = ['read_errors', 'write_errors', 'checksum_errors'].map((key) => amountOf(vdev, key));
  return (
    vdev.slow_ios !== undefined && amountOf(vdev, 'slow_ios') > 0 && counts.every((count) => count === 0)
  );
}
