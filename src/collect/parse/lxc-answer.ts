import { FormatError, readCount, splitFields } from './field.ts';
import { type LxcContainer, parseLxcLs } from './lxc-ls.ts';
import { type InterfaceCounters, parseNetDev } from './net-dev.ts';

/** A container of classic LXC with what /proc tells of its first process. */
export interface LxcInstance extends LxcContainer {
  /** When its first process started, in ticks of the kernel since boot. */
  readonly startTicks?: number | undefined;
  readonly interfaces: readonly InterfaceCounters[];
  /** When each container snapshot was made, in seconds since 1970. */
  readonly snapshotSeconds: readonly number[];
}

/** What classic LXC told. */
export interface LxcAnswer {
  readonly version?: string | undefined;
  readonly instances: readonly LxcInstance[];
  readonly faults: readonly string[];
}

/**
 * A line of shell that prints four parts, each after a line `== name`: the version, the table of containers, the start and traffic of
 * each first process, and the container snapshots. Nothing where LXC is missing or has no container.
 */
export const lxcCommand = [
  'command -v lxc-ls >/dev/null || exit 0',
  'list=$(lxc-ls -f -F NAME,STATE,PID) || exit 1',
  '[ -n "$list" ] || exit 0',
  'printf "== version\\n%s\\n== list\\n%s\\n== processes\\n" "$(lxc-ls --version)" "$list"',
  `files=$(printf "%s\\n" "$list" | awk 'NR != 1 && $3 ~ /^[0-9]+$/ { print "/proc/" $3 "/stat /proc/" $3 "/net/dev" }')`,
  '[ -z "$files" ] || grep -sH . $files',
  'echo "== snapshots"',
  'path=$(lxc-config lxc.lxcpath 2>/dev/null) || path=/var/lib/lxc',
  'stat -c "%Y %n" "$path"/*/snaps/*/ts 2>/dev/null; :',
].join('; ');

/** Reads what lxcCommand prints. */
export function parseLxcAnswer(text: string): LxcAnswer {
  const parts = new Map(
    text
      .split(/^== /m)
      .slice(1)
      .map((part): [string, string] => {
        const end = part.indexOf('\n');
        return [part.slice(0, end), part.slice(end + 1)];
      }),
  );
  const list = parts.get('list');
  if (list === undefined) throw new FormatError('answer', text.trim(), 'a line "== list"');
  const { rows, faults } = parseLxcLs(list);
  const processes = readProcesses(parts.get('processes') ?? '');
  const snapshots = readSnapshots(parts.get('snapshots') ?? '');
  return {
    version: /^[\w.~+-]{1,50}$/m.exec(parts.get('version') ?? '')?.[0],
    instances: rows.map((row) => ({
      ...row,
      interfaces: [],
      ...(row.pid === undefined ? {} : processes.get(row.pid)),
      snapshotSeconds: snapshots.get(row.name) ?? [],
    })),
    faults,
  };
}

interface FirstProcess {
  readonly startTicks?: number;
  readonly interfaces: readonly InterfaceCounters[];
}

/** Lines such as `/proc/123/stat:123 (init) S …` and `/proc/123/net/dev:  eth0: …`. */
function readProcesses(text: string): Map<number, FirstProcess> {
  const contents = Map.groupBy(
    text.split('\n'),
    (line) => /^\/proc\/\d{1,10}\/(stat|net\/dev)(?=:)/.exec(line)?.[0],
  );
  const processes = new Map<number, FirstProcess>();
  for (const [path, lines] of contents) {
    if (path === undefined) continue;
    const pid = readCount(path.split('/')[2], 'pid');
    const content = lines.map((line) => line.slice(path.length + 1)).join('\n');
    const known = processes.get(pid) ?? { interfaces: [] };
    processes.set(
      pid,
      path.endsWith('stat')
        ? { ...known, startTicks: startTicksOf(content) }
        : { ...known, interfaces: parseNetDev(content).rows.filter(({ name }) => name !== 'lo') },
    );
  }
  return processes;
}

/** The 22nd field (proc_pid_stat(5)); the second one, the name, may hold blanks and parentheses. */
function startTicksOf(stat: string): number {
  return readCount(splitFields(stat.slice(stat.lastIndexOf(')') + 1))[19], 'start of the first process');
}

/** Lines such as `1795372861 /var/lib/lxc/koha/snaps/snap0/ts`; the file itself has a local time without its zone. */
function readSnapshots(text: string): Map<string, number[]> {
  const snapshots = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    const [, seconds, name] = /^(\d{1,12}) .*\/([^/]+)\/snaps\/[^/]+\/ts$/.exec(line) ?? [];
    if (name !== undefined) snapshots.set(name, [...(snapshots.get(name) ?? []), Number(seconds)]);
  }
  return snapshots;
}
