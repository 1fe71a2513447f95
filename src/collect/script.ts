import type { Command } from './collector.ts';
import { frameMagic, isSectionName, stderrLimitBytes } from './frames.ts';

/** What a command gets when it says nothing else. */
const defaults = { timeoutSeconds: 10, maxBytes: 1024 * 1024 };

/** How long a command may go on after being asked to end, and its reader after that. */
const graceSeconds = 2;

/**
 * One POSIX sh script (dash, bash, busybox ash) that runs every command by its name and prints the sections that frames.ts reads.
 *
 * It is fed to `sh -s`, or installed as a key's forced command. It writes no file: a host whose disk is full must still be monitored.
 * A command that hangs, fails, floods or is missing costs its own section and no other.
 */
export function hostScript(commands: ReadonlyMap<string, Command>): string {
  const calls = [...commands].map(([name, command]) => {
    if (!isSectionName(name))
      throw new Error(
        `expected a section name of letters, digits and single . _ -, found ${JSON.stringify(name)}`,
      );
    if (command.run.includes('\0')) throw new Error(`expected a command without NUL in section ${name}`);
    const { timeoutSeconds = defaults.timeoutSeconds, maxBytes = defaults.maxBytes } = command;
    return `section ${name} ${wholeNumber(timeoutSeconds)} ${wholeNumber(maxBytes)} ${quote(command.run)}\n`;
  });
  return `${head}${calls.join('')}${tail}`;
}

/** A word of shell that stands for exactly this text. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
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
const head = `{
LC_ALL=C TZ=UTC PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin
export LC_ALL TZ PATH
exec </dev/null

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
