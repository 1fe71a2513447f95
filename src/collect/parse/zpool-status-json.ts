import { FormatError } from './field.ts';
import { readIsolated } from './isolated.ts';
import type { Rows } from './rows.ts';
import { readZfsDate, readZfsSeconds, roundAsPrinted } from './zfs-number.ts';
import { amountOf, type Members, members, textOf } from './zpool-json.ts';
import type { PoolStatus, Scan } from './zpool-status.ts';
import { readRoot, readVdevs } from './zpool-vdev-json.ts';
import { oneLine, poolStates, readPoolName, readWord } from './zpool-words.ts';

/**
 * Reads `zpool status -j`, with `-p` or without (OpenZFS 2.3 and later). Identifiers (guid) are left alone: `--json-int` writes 64 bits
 * as numbers, of which JavaScript keeps 53.
 */
export function parseZpoolStatusJson(text: string): Rows<PoolStatus> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError('JSON', text.slice(-40), 'a whole document');
  }
  const { output_version, pools } = members(document, 'JSON');
  const command = members(output_version, 'output_version').command;
  if (command !== 'zpool status')
    throw new FormatError('output_version command', String(command), 'zpool status');
  return readIsolated(
    Object.entries(members(pools, 'pools')).map(([key, pool]) => ({
      name: key,
      read: () => readPool(members(pool, 'pool')),
    })),
  );
}

function readPool(pool: Members): PoolStatus {
  const name = readPoolName(textOf(pool.name, 'name'), 'name');
  const message = oneLine(textOf(pool.status, 'status') ?? '');
  return {
    name,
    health: readWord(textOf(pool.state, 'state'), poolStates, 'state'),
    ...(message !== undefined && { message }),
    scans: pool.scan_stats === undefined ? [] : readScans(members(pool.scan_stats, 'scan_stats')),
    root: readRoot(pool, name),
    vdevs: readVdevs(pool, name),
    ...(pool.error_count !== undefined && { dataErrorCount: amountOf(pool, 'error_count') }),
  };
}

/** Those scans of which the text would tell: the last scrub of any kind, and the last resilver of any kind. */
function readScans(stats: Members): Scan[] {
  const scan = readScan(stats);
  const errorScrub = stats.err_scrub_func === undefined ? undefined : readErrorScrub(stats);
  const rebuilds = Object.values(members(stats.rebuild_stats ?? {}, 'rebuild_stats')).map((rebuild) =>
    readRebuild(members(rebuild, 'rebuild_stats')),
  );
  const resilver = scan?.kind === 'resilver' ? scan : undefined;
  const rebuildEnd = Math.max(0, ...rebuilds.map(endOf));
  const isRebuilding = rebuilds.some(({ state }) => state === 'running');
  const isResilverShown =
    resilver?.state === 'running' ||
    (!isRebuilding && resilver !== undefined && endOf(resilver) > rebuildEnd);
  const isRebuildShown =
    isRebuilding || (rebuildEnd > 0 && rebuildEnd > (resilver === undefined ? 0 : endOf(resilver)));
  return [
    ...(errorScrub === undefined ? (scan?.kind === 'scrub' ? [scan] : []) : [errorScrub]),
    ...(isResilverShown && resilver !== undefined ? [resilver] : isRebuildShown ? rebuilds : []),
  ];
}

function endOf({ endSeconds = 0 }: Scan): number {
  return endSeconds;
}

function readScan(stats: Members): Scan | undefined {
  // A pool without a scan may still have rebuilds.
  if (stats.function === undefined || stats.function === 'NONE') return undefined;
  const kind = readWord(textOf(stats.function, 'scan function'), ['SCRUB', 'RESILVER'], 'scan function');
  const state = readWord(
    textOf(stats.state, 'scan state'),
    ['NONE', 'SCANNING', 'FINISHED', 'CANCELED'],
    'scan state',
  );
  const isScrub = kind === 'SCRUB';
  const scan = { kind: isScrub ? ('scrub' as const) : ('resilver' as const) };
  if (state === 'NONE') return undefined;
  if (state === 'CANCELED') return { ...scan, state: 'canceled', endSeconds: timeOf(stats, 'end_time') };
  const start = timeOf(stats, 'start_time');
  if (state === 'FINISHED') {
    const end = timeOf(stats, 'end_time');
    return {
      ...scan,
      state: 'finished',
      endSeconds: end,
      durationSeconds: Math.max(0, end - start),
      errorCount: amountOf(stats, 'errors', 'scan errors'),
      ...(isScrub &&
        stats.processed !== undefined && {
          repairedBytes: roundAsPrinted(amountOf(stats, 'processed', 'scan processed')),
        }),
    };
  }
  const toIssue =
    amountOf(stats, 'to_examine') - (stats.skipped === undefined ? 0 : amountOf(stats, 'skipped'));
  return {
    ...scan,
    state: ['0', '-', undefined].includes(textOf(stats.scrub_pause, 'scrub_pause')) ? 'running' : 'paused',
    startSeconds: start,
    ...progressOf(amountOf(stats, 'issued'), toIssue),
  };
}

function readErrorScrub(stats: Members): Scan {
  const state = readWord(
    textOf(stats.err_scrub_state, 'err_scrub_state'),
    ['ERRORSCRUBBING', 'FINISHED', 'CANCELED'],
    'err_scrub_state',
  );
  const kind = 'error scrub';
  if (state === 'CANCELED')
    return { kind, state: 'canceled', endSeconds: timeOf(stats, 'err_scrub_end_time') };
  const start = timeOf(stats, 'err_scrub_start_time');
  if (state === 'FINISHED') {
    const end = timeOf(stats, 'err_scrub_end_time');
    return { kind, state: 'finished', endSeconds: end, durationSeconds: Math.max(0, end - start) };
  }
  const examined = amountOf(stats, 'err_scrub_examined');
  const isPaused = (textOf(stats.err_scrub_pause, 'err_scrub_pause') ?? '0') !== '0';
  return {
    kind,
    state: isPaused ? 'paused' : 'running',
    startSeconds: start,
    ...progressOf(examined, examined + amountOf(stats, 'err_scrub_to_examine')),
  };
}

function readRebuild(rebuild: Members): Scan {
  const state = readWord(
    textOf(rebuild.state, 'rebuild state'),
    ['ACTIVE', 'CANCELED', 'COMPLETE'],
    'rebuild state',
  );
  const kind = 'rebuild';
  if (state === 'ACTIVE') {
    return {
      kind,
      state: 'running',
      startSeconds: timeOf(rebuild, 'start_time'),
      ...progressOf(amountOf(rebuild, 'scanned'), amountOf(rebuild, 'to_scan') + 1),
    };
  }
  const endSeconds = timeOf(rebuild, 'end_time');
  if (state === 'CANCELED') return { kind, state: 'canceled', endSeconds };
  return { kind, state: 'finished', endSeconds, errorCount: amountOf(rebuild, 'errors', 'rebuild errors') };
}

/** With as many digits as the text has. */
function progressOf(done: number, all: number): { progressRatio?: number } {
  return all > 0 ? { progressRatio: Math.min(1, Math.round((done / all) * 1e4) / 1e4) } : {};
}

function timeOf(object: Members, key: string): number {
  const text = textOf(object[key], key);
  return text !== undefined && /^\d+$/.test(text) ? readZfsSeconds(text, key) : readZfsDate(text, key);
}
