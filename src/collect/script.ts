import type { Command } from './collector.ts';
import { frameMagic, isSectionName, rootSection, stderrLimitBytes } from './frames.ts';
import { shellWord } from './parse/shell-word.ts';

/** By the names of their sections, which begin with the name of their collector: `host.meminfo`. */
export type SectionCommands = ReadonlyMap<string, Command>;

/** Where the root wrapper lies on a host: the one program that the account may run as root. */
export const rootWrapperPath = '/usr/local/lib/vigie/root';

/** How we ask a host: a forced command gets these words as SSH_ORIGINAL_COMMAND, and the names of the collectors that are due after them. */
export const askingWords = 'sh -s -- ';

/** What a command gets when it says nothing else. */
const defaults = { timeoutSeconds: 10, maxBytes: 1024 * 1024 };

/** How long a command may go on after being asked to end, and its reader after that. */
const graceSeconds = 2;

/**
 * One POSIX sh script (dash, bash, busybox ash) that runs every command by its name and prints the sections that frames.ts reads.
 *
 * It is fed to `sh -s`, or installed as a key's forced command. It writes no file: a host whose disk is full must still be monitored.
 * A command that hangs, fails, floods or is missing costs its own section and no other. What only root may read is left to the root
 * wrapper, unless the account is root.
 */
export function hostScript(commands: SectionCommands): string {
  const { own, root } = byAccount(commands);
  return `${head(`case \${SSH_ORIGINAL_COMMAND-} in
  '${askingWords}'*) wanted=" \${SSH_ORIGINAL_COMMAND#${askingWords}} " ;;
  *) wanted= ;;
esac`)}${callsOf(own)}${root.size === 0 ? '' : rootPart(root)}${tail}`;
}

/**
 * The script of the root wrapper, which the account may run by sudo, without an argument. It reads one line, the names of the collectors
 * that are due, and does nothing with them but compare.
 */
export function rootScript(commands: SectionCommands): string {
  const { root } = byAccount(commands);
  return `${head(`PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
IFS= read -r wanted || wanted=
wanted=" $wanted "`)}${callsOf(root)}${tail}`;
}

/** How much longer than usual commands may take that ask for more time than usual, in seconds. */
export function extraSeconds(commands: SectionCommands): number {
  return [...commands.values()].reduce(
    (sum, { timeoutSeconds = 0 }) => sum + Math.max(0, timeoutSeconds - defaults.timeoutSeconds),
    0,
  );
}

function byAccount(commands: SectionCommands): { own: SectionCommands; root: SectionCommands } {
  const of = (asRoot: boolean) =>
    new Map([...commands].filter(([, command]) => (command.asRoot === true) === asRoot));
  return { own: of(false), root: of(true) };
}

/** Root's sections: at once where the account is root, else all of them in one section, as the wrapper prints them. */
function rootPart(commands: SectionCommands): string {
  const collectors = [...new Set([...commands.keys()].map(collectorOf))];
  const bytes = [...commands.values()].reduce(
    (sum, { maxBytes = defaults.maxBytes }) => sum + maxBytes + stderrLimitBytes + 256,
    0,
  );
  const seconds = [...commands.values()].reduce(
    (sum, { timeoutSeconds = defaults.timeoutSeconds }) => sum + timeoutSeconds,
    0,
  );
  return `root_sections() {
:
${callsOf(commands)}}
if [ "$(id -u)" = 0 ]; then
  root_sections
else
  asked=
  for name in ${collectors.join(' ')}; do
    wants "$name" && asked="$asked $name"
  done
  [ -z "$asked" ] ||
    section ${rootSection} ${seconds} ${bytes} "printf '%s\\n' '$asked' | sudo -n ${rootWrapperPath}"
fi
`;
}

function callsOf(commands: SectionCommands): string {
  const byCollector = Map.groupBy(commands, ([name]) => collectorOf(name));
  return [...byCollector]
    .map(([collector, own]) => `if wants ${collector}; then\n${own.map(callOf).join('')}fi\n`)
    .join('');
}

function callOf([name, { run, ...limits }]: readonly [string, Command]): string {
  if (!isSectionName(name) || name === rootSection)
    throw new Error(
      `expected a section name of letters, digits and single . _ -, found ${JSON.stringify(name)}`,
    );
  if (run.includes('\0')) throw new Error(`expected a command without NUL in section ${name}`);
  const { timeoutSeconds = defaults.timeoutSeconds, maxBytes = defaults.maxBytes } = limits;
  return `section ${name} ${wholeNumber(timeoutSeconds)} ${wholeNumber(maxBytes)} ${shellWord(run)}\n`;
}

function collectorOf(section: string): string {
  return section.split('.', 1)[0] ?? '';
}

function wholeNumber(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`expected a whole number above 0, found ${value}`);
  return value;
}

/**
 * How a section is captured. The command runs in the background, and only its reader is waited for: a process that not even KILL
 * ends (a hung pool or mount) holds its pipe for ever, and so do children that busybox's timeout leaves behind.
 * The status and the length of stderr travel at the end of the same stream; when the reader cuts it, both are unknown.
 * Braces around everything: the shell reads the whole script before it runs any, so half a script does nothing.
 */
const head = (choice: string) => `{
LC_ALL=C TZ=UTC PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin
export LC_ALL TZ PATH
${choice}
exec </dev/null

wants() {
  case $wanted in '' | *" $1 "*) ;; *) return 1 ;; esac
}

for tool in timeout head; do
  command -v "$tool" >/dev/null || { echo "this host has no $tool (coreutils or busybox)" >&2; exit 3; }
done
two_bytes=$(printf '\\303\\251')
[ "\${#two_bytes}" -eq 2 ] || { echo "this host's sh counts characters, not bytes" >&2; exit 3; }
exec 2>/dev/null
renice -n 10 -p $$ >/dev/null

# What stands where these are due may be anything: numbers as they were printed, and none that a shell counts wrong.
is_status() {
  case $1 in [0-9] | [0-9][0-9] | [0-9][0-9][0-9]) ;; *) return 1 ;; esac
}
is_size() {
  case $1 in 0 | [1-9] | [1-9][0-9] | [1-9][0-9][0-9] | [1-9][0-9][0-9][0-9]) ;; *) return 1 ;; esac
}

# capture SECONDS COMMAND: what it prints, then its stderr (the first bytes), the length of that, and its exit status
capture() {
  {
    notes=$({ timeout -k ${graceSeconds} "$1" sh -c "$2" 2>&1 >&4 4>&-; echo " $?"; } | head -c 65536)
    status=\${notes##* } notes=\${notes% *}
    { is_status "$status" && [ "\${#notes}" -lt 65530 ]; } || status=-
    size=\${#notes}
    [ "$size" -le ${stderrLimitBytes} ] || size=${stderrLimitBytes}
    printf '%.${stderrLimitBytes}s %s %s' "$notes" "$size" "$status"
  } 4>&1
}

# section NAME SECONDS BYTES COMMAND
section() {
  limit=$(($3 + ${stderrLimitBytes + 16})) extent=whole
  answer=$({ capture "$2" "$4" & } | timeout -k 1 $(($2 + ${graceSeconds * 2})) head -c "$limit") || extent=late
  content=\${answer% *} status=\${answer##* }
  size=\${content##* } content=\${content% *}
  if [ $extent = late ]; then
    content=$answer status=124 size=0
  elif [ "\${#answer}" -ge "$limit" ] || ! is_size "$size" || [ "$size" -gt "\${#content}" ]; then
    content=$answer status=- size=0
  fi
  is_status "$status" || status=- extent=cut
  # busybox's timeout leaves the status to the signal it sent.
  [ "$status" = 143 ] && status=124
  length=$((\${#content} - size))
  if [ "$length" -gt "$3" ]; then
    length=$3 size=0 extent=cut
  fi
  printf '${frameMagic} %s %s %s %s %s\\n%.*s\\n' "$1" "$extent" "$status" "$length" "$size" $((length + size)) "$content"
}

printf '\\n'
`;

const tail = `printf '${frameMagic} end\\n'
exit 0
}
`;
