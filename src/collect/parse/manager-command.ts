import { jsonWhitelist } from './json-whitelist.ts';
import { shellWord } from './shell-word.ts';

/** Where a manager of containers (LXD, Incus) listens, and how its own client is called. */
export interface Manager {
  /** The first of them that is there. */
  readonly sockets: readonly string[];
  /** Asked where curl is missing: `lxc` or `incus`. */
  readonly client: string;
  /** The client's settings below root's home. Without them it would write them. */
  readonly settings: string;
  /** The client's variable for the folder of its socket. */
  readonly folderVariable: string;
}

// What may leave the host. The API tells much more: config and expanded_config hold passwords in user.*, cloud-init.* and environment.*,
// each container snapshot has them again, and storage pools have keys of their back ends.

const server = `server server_version server_name server_clustered server_pid kernel_version driver_version storage`;
const serverPaths = [
  ...words(server).map((key) => `metadata/environment/${key}`),
  'metadata/config/storage.zfs_pool_name',
];

const limits =
  'limits.cpu limits.cpu.allowance limits.memory limits.memory.enforce limits.memory.swap limits.processes';
const config = `${limits} image.os image.release snapshots.schedule`;
const state = [
  ...words('status status_code pid processes started_at cpu/usage disk/*/usage disk/*/total'),
  ...words('usage usage_peak swap_usage').map((key) => `memory/${key}`),
  ...words('type host_name').map((key) => `network/*/${key}`),
  ...words('bytes_received bytes_sent errors_received errors_sent').map((key) => `network/*/counters/${key}`),
  ...words('packets_dropped_inbound packets_dropped_outbound').map((key) => `network/*/counters/${key}`),
];
const snapshot = words('name created_at creation_date expires_at size');
const instancePaths = [
  ...words('name type project location status status_code architecture created_at last_used_at profiles/*'),
  ...words(config).map((key) => `expanded_config/${key}`),
  ...words('type path pool size name').map((key) => `expanded_devices/*/${key}`),
  ...state.map((path) => `state/${path}`),
  ...snapshot.map((path) => `snapshots/*/${path}`),
].map((path) => `metadata/*/${path}`);
const poolPaths = words('name driver status config/source config/zfs.pool_name').map(
  (key) => `metadata/*/${key}`,
);
const resourcePaths = words('space/used space/total inodes/used inodes/total').map(
  (key) => `metadata/${key}`,
);
const warningPaths = words('type severity status location last_seen_at').map((key) => `metadata/*/${key}`);

/** Memory of virtual machines, and of containers where cgroups cannot be read. */
const metricLines = '^(lxd|incus)_memory_(MemTotal|MemAvailable|OOM_kills)_(bytes|total)[{]|^# EOF';

/**
 * A line of shell that asks a manager for all that a run needs, and prints documents one a line, each after its label
 * (manager-answer.ts reads them). It prints nothing where there is no such manager. What a version can do is told by its `api_extensions`:
 *
 * - `container_full` (LXD 3.4): state and snapshots in one question; where that fails or takes too long, the list alone.
 *   Older versions (LXD 2 and 3.0) are asked for each container's state by one curl.
 * - `projects` (3.6) and `instance_all_projects` (LXD 4.21): each project by itself, or all of them at once.
 */
export function managerCommand({ sockets, client, settings, folderVariable }: Manager): string {
  return [
    `for s in ${sockets.join(' ')}; do [ -S "$s" ] && break; done; [ -S "$s" ] || exit 0`,
    `filter=${shellWord(jsonWhitelist)} status=0 many=no fail=-f`,
    `if command -v curl >/dev/null; then many=yes; get() { timeout "$1" curl -q -sS $fail --noproxy "*" --unix-socket "$s" "http://manager$2"; }`,
    `elif [ -f "$HOME/${settings}" ]; then get() { ${folderVariable}="\${s%/*}" timeout "$1" ${client} query --raw "$2"; }`,
    `else echo "neither cURL nor ${client} can be used here" >&2; exit 1; fi`,
    'keep() { awk -v label="$1" -v paths="error $2" "$filter"; }',
    'ask() { get "$2" "$3" | keep "$1" "$4" || { status=1; return 1; }; }',
    // An element of a list: other parts of the answer have members of the same names.
    'has() { case $extensions in *"\\"$1\\","* | *"\\"$1\\"]"*) ;; *) return 1 ;; esac; }',
    // Names are words that need no escape in a URL; others are not asked for.
    `names() { get 4 "$1" | tr '"' '\\n' | sed -n 's,^/1[.]0/[a-z-]*/\\([A-Za-z0-9._-]*\\)$,\\1,p' | head -n "$2"; }`,
    `server=${shellWord(serverPaths.join(' '))} instance=${shellWord(instancePaths.join(' '))}`,
    'info=$(get 5 /1.0) || exit 1; extensions=$(printf "%s" "$info" | tr -d " \\t\\n")',
    'printf "%s\\n" "$info" | keep server "$server" || exit 1',
    'list=/1.0/containers all=; has instances && list=/1.0/instances; has instance_all_projects && all="&all-projects=true"',
    [
      // An answer that is an error keeps its place among the many.
      'if ! has container_full && ! has instances; then ask basic 15 "$list?recursion=1" "$instance"; found=$(names "$list" 500 | tr "\\n" "," | sed "s/,$//")',
      'if [ -n "$found" ] && [ "$many" = yes ]; then printf "names %s\\n" "$found"; fail=',
      `ask state 20 "$list/{$found}/state" ${shellWord(state.map((path) => `metadata/${path}`).join(' '))}`,
      `ask snapshots 15 "$list/{$found}/snapshots?recursion=1" ${shellWord(snapshot.map((path) => `metadata/*/${path}`).join(' '))}; fail=-f; fi`,
      'elif has projects && [ -z "$all" ]; then for p in $(names /1.0/projects 50); do printf "project %s\\n" "$p"; ask instances 15 "$list?recursion=2&project=$p" "$instance" || ask basic 10 "$list?recursion=1&project=$p" "$instance"; done',
      'else ask instances 25 "$list?recursion=2$all" "$instance" || ask basic 10 "$list?recursion=1$all" "$instance"; fi',
    ].join('; '),
    `has metrics && get 4 /1.0/metrics | grep -E ${shellWord(metricLines)}`,
    `has warnings && ask warnings 4 "/1.0/warnings?recursion=1" ${shellWord(warningPaths.join(' '))}`,
    `if has storage; then ask pools 4 "/1.0/storage-pools?recursion=1" ${shellWord(poolPaths.join(' '))}; fi`,
    `if has storage && has resources; then for p in $(names /1.0/storage-pools 20); do printf "pool %s\\n" "$p"; ask resources 3 "/1.0/storage-pools/$p/resources" ${shellWord(resourcePaths.join(' '))} || break; done; fi`,
    'exit $status',
  ].join('; ');
}

function words(text: string): string[] {
  return text.split(' ');
}
