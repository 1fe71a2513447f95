import { livestatusColumns } from './livestatus.ts';
import { shellWord } from './shell-word.ts';

// What is asked on a host where a Nagios may run. nagios-answer.ts reads it.

/** Debian, Red Hat, openSUSE and Arch, a Nagios built from source; Naemon and Icinga 1 write the same files. */
const mainFiles = words(`/etc/nagios4/nagios.cfg /etc/nagios/nagios.cfg /usr/local/nagios/etc/nagios.cfg
  /etc/nagios3/nagios.cfg /opt/nagios/etc/nagios.cfg /etc/naemon/naemon.cfg /etc/icinga/icinga.cfg`);
const cgis =
  words(`/usr/lib/cgi-bin/nagios4 /usr/lib64/nagios/cgi-bin /usr/lib/nagios/cgi-bin /usr/lib/nagios/cgi
  /usr/share/nagios/sbin /usr/local/nagios/sbin /opt/nagios/sbin /usr/lib64/nagios/cgi`).map(
    (folder) => `${folder}/statusjson.cgi`,
  );
/** The stars are for the sites of Checkmk. */
const sockets =
  words(`/var/lib/nagios4/rw/live /var/lib/nagios/rw/live /var/spool/nagios/cmd/live /usr/local/nagios/var/rw/live
  /var/cache/naemon/live /run/naemon/live /run/icinga2/cmd/livestatus /var/run/icinga2/cmd/livestatus
  /omd/sites/*/tmp/run/live`);

/** What is read of each object: the rest of what Nagios tells of it stays on the host. */
const cgiKeys = words(`query_time last_data_update type_code message version program_start
  name host_name description
  plugin_output perf_data max_attempts current_attempt status has_been_checked last_check last_hard_state state_type
  problem_has_been_acknowledged is_flapping latency execution_time scheduled_downtime_depth`);
const statusKeys =
  words(`created version program_start host_name service_description check_interval has_been_checked
  current_state last_hard_state state_type current_attempt max_attempts last_check plugin_output performance_data
  problem_has_been_acknowledged scheduled_downtime_depth is_flapping check_latency check_execution_time`);
const objectKeys = words('host_name service_description check_interval');

/** For awk: the lines of `keys` in the blocks of `types`, of status.dat or objects.cache. */
const blockLines = [
  'BEGIN { n = split(types, list, " "); for (i = 1; i <= n; i++) isType[list[i]]; n = split(keys, list, " "); for (i = 1; i <= n; i++) isKey[list[i]] }',
  '/^[a-z]+( [a-z]+)? ?[{]/ { type = $1 == "define" ? $2 : $1; sub(/[{]$/, "", type); isIn = type in isType; if (isIn) print; next }',
  '!isIn { next }',
  '/^[ \\t]*[}]/ { print; isIn = 0; next }',
  '{ key = $0; sub(/^[ \\t]+/, "", key); sub(/[= \\t].*/, "", key); if (key in isKey) print }',
].join(' ');

/** For awk: the values of `keys` in a JSON of one value a line, and all that holds them together. */
const jsonLines = [
  'function put(line) { if (held != "") { if (held !~ /[[{]$/ && line !~ /^ *[]}]/) held = held ","; print held } held = line }',
  'BEGIN { n = split(keys, list, " "); for (i = 1; i <= n; i++) isKey[list[i]] }',
  '!isIn && /^[{]/ { isIn = 1 }',
  '!isIn { next }',
  '{ sub(/\\r$/, ""); sub(/,$/, "") }',
  '/[[{]$/ || /^ *[]}]$/ { put($0); next }',
  '{ key = $1; gsub(/[":]/, "", key); if (key in isKey) put($0) }',
  'END { if (held != "") print held }',
].join(' ');

/**
 * A line of shell that prints what a Nagios knows, by the first of its three ways that this account may go: the JSON CGIs, run as a web
 * server would; status.dat; Livestatus. Lines that begin with `@` say what follows. Where nothing of Nagios is, it prints `@ none`.
 */
export const nagiosCommand = [
  ...findNagios(),
  `for cgi in ${cgis.join(' ')}; do [ -x "$cgi" ] && break; done; cgis=\${main%/*}/cgi.cfg`,
  // What the account nagios could have written is not run as root.
  'as=; if [ "$(id -u)" = 0 ]; then owner=$(stat -c %u "$cgi" 2>/dev/null); [ "$owner" = 0 ] || as="setpriv --reuid $owner --regid $owner --clear-groups"; fi',
  `user=$(setting authorized_for_all_hosts "$cgis" 2>/dev/null); user=\${user%%,*}; case $user in "" | "*") user=nagiosadmin ;; esac`,
  'get() { REQUEST_METHOD=GET REMOTE_USER="$user" NAGIOS_CGI_CONFIG="$cgis" QUERY_STRING="query=$1&formatoptions=whitespace+enumerate" $as "$cgi"; }',
  `document() { printf "@ %s\\n" "$1"; awk -v keys=${shellWord(cgiKeys.join(' '))} ${shellWord(jsonLines)}; }`,
  // The CGIs write nothing where a text is not plain ASCII, and (null) for such names (mbstowcs in json_escape_string, cgi/jsonutils.c).
  'if [ -n "$main" ] && [ -x "$cgi" ] && [ -r "$cgis" ] && ! grep -q "[^ -~[:blank:]]" "$file" 2>/dev/null; then program=$(get programstatus 2>/dev/null); case $program in *"\\"type_code\\": 0"*) begin CGI; printf "%s\\n" "$program" | document program; get "hostlist&details=true" | document hosts; get "servicelist&details=true" | document services; printf "@ objects\\n"; intervals; exit 0 ;; esac; fi',
  ...readFiles(),
  'if [ -n "$why" ]; then printf "@ %s\\n" "$why"; else printf "@ none\\n"; fi',
].join('; ');

/** The same as root, for what the account that asked may not read itself. CGIs are not run by root. */
export const nagiosRootCommand = [
  `[ -n "\${SUDO_UID-}" ] || exit 0`,
  ...findNagios(),
  'mine() { setpriv --reuid "$SUDO_UID" --regid "$SUDO_GID" --init-groups test -r "$1" 2>/dev/null; }',
  '[ -n "$main" ] && mine "$file" && exit 0',
  ...readFiles(),
].join('; ');

/** Finds the main configuration and what it says; `main` is empty where there is none. */
function findNagios(): string[] {
  return [
    'setting() { sed -n "/^[[:blank:]]*$1[[:blank:]]*=/{s/^[^=]*=[[:blank:]]*//;s/[[:blank:]]*$//;p;}" "$2" | tail -n 1; }',
    `for main in ${mainFiles.join(' ')}; do [ -r "$main" ] && break; done; [ -r "$main" ] || main=`,
    'file= cache= why=; if [ -n "$main" ]; then file=$(setting status_file "$main"); cache=$(setting object_cache_file "$main"); fi',
    'begin() { printf "@ source %s\\n@ now %s\\n" "$1" "$(date +%s)"; if [ -n "$main" ]; then for name in interval_length status_update_interval; do printf "@ %s %s\\n" "$name" "$(setting "$name" "$main")"; done; fi; }',
    `lines() { awk -v types="$1" -v keys="$2" ${shellWord(blockLines)}; }`,
    `intervals() { lines "host service" ${shellWord(objectKeys.join(' '))} <"$cache"; }`,
  ];
}

/** Reads status.dat, else Livestatus; ends the script when one of them told something, and says in `why` why they did not. */
function readFiles(): string[] {
  return [
    `if [ -n "$file" ] && [ -r "$file" ]; then begin status.dat; printf "@ status\\n"; lines "info programstatus hoststatus servicestatus" ${shellWord(statusKeys.join(' '))} <"$file"; exit 0; fi`,
    `if [ -n "$file" ]; then if [ -e "$file" ] || { [ -d "\${file%/*}" ] && [ ! -x "\${file%/*}" ]; }; then why="failed this account may not read $file"; else why="stopped $file"; fi; fi`,
    `for socket in ${sockets.join(' ')}; do [ -S "$socket" ] && break; done`,
    'ask() { if command -v unixcat; then set -- unixcat "$socket"; elif command -v socat; then set -- socat -t 10 - "UNIX-CONNECT:$socket"; elif command -v nc && nc -h </dev/null 2>&1 | grep -qe -U; then set -- nc -U "$socket"; else set -- perl -MSocket -e "socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, pack_sockaddr_un(shift)) or exit 1; sysread(STDIN, \\$q, 65536); syswrite(S, \\$q); print \\$a while sysread(S, \\$a, 65536)" "$socket"; fi >/dev/null; "$@"; }',
    `table() { printf "@ %s\\n" "$1"; printf "GET %s\\nColumns: %s\\nOutputFormat: json\\nResponseHeader: fixed16\\n\\n" "$1" "$2" | ask; printf "\\n"; }`,
    `if [ -S "$socket" ]; then if [ -r "$socket" ] && [ -w "$socket" ]; then begin Livestatus; ${Object.entries(
      livestatusColumns,
    )
      .map(([table, columns]) => `table ${table} ${shellWord(columns.join(' '))}`)
      .join('; ')}; exit 0; fi; why="failed this account may not ask $socket"; fi`,
  ];
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
