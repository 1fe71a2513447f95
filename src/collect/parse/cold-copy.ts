import { openCache } from './dump-script.ts';
import { FormatError, readCount } from './field.ts';
import { shellWord } from './shell-word.ts';

/** A folder that was copied once, and the checksums of its files as sha256sum and its kind print them. */
export interface ColdCopy {
  readonly path: string;
  readonly manifest: string;
  readonly checkEverySeconds: number;
}

/** How far a host has read a cold copy again. One cycle reads each file of the manifest once. */
export interface ColdState {
  readonly index: number;
  readonly path: string;
  /** `absent`, `denied`: the folder. `no-manifest`: nothing to compare with. `no-tool`: no program for such checksums. */
  readonly look: 'ok' | 'absent' | 'denied' | 'no-manifest' | 'no-tool';
  /** Lines of the manifest. */
  readonly files: number;
  readonly startedSeconds: number;
  /** When the last whole cycle ended, and what it found. */
  readonly finished?: { readonly seconds: number; readonly bad: number; readonly missing: number };
  /** Of the cycle that is under way, or has just ended. */
  readonly checked: number;
  readonly bad: number;
  readonly missing: number;
  /** Files that cannot be read, or take longer than a run may read, and lines that are no checksum. */
  readonly skipped: number;
  /** The first that is bad or missing. */
  readonly firstBad: string;
}

/**
 * Shell that compares the next files of each cold copy with its manifest, for `seconds` in all, and goes on from there in the next run.
 * A cycle begins anew once it is `checkEverySeconds` old, or when the manifest changes.
 */
export function coldScript(copies: readonly ColdCopy[], seconds: number, folder: string): string {
  const calls = copies.map(
    ({ path, manifest, checkEverySeconds }, index) =>
      `cold ${index} ${checkEverySeconds} ${shellWord(path)} ${shellWord(manifest)}\n`,
  );
  return `seconds=${seconds} folder=${folder} count=${copies.length}\n${openCache}${comparing}${calls.join('')}echo end\n`;
}

const comparing = `
# cold INDEX EVERY FOLDER MANIFEST
cold() {
  every=$2 place=$3 manifest=$4 look=ok
  printf 't %s %s\\n' "$1" "$place"
  if [ ! -e "$place" ]; then look=absent
  elif [ ! -r "$place" ] || [ ! -x "$place" ]; then look=denied
  elif [ ! -r "$manifest" ] || [ ! -f "$manifest" ]; then look=no-manifest
  fi
  [ $look = ok ] || { printf 'look %s\\n' $look; return; }
  mark="cold $(printf '%s %s' "$place" "$manifest" | cksum | tr ' ' -) "
  stamp=$(stat -L -c %s-%Y-%i "$manifest")
  state=
  [ -z "$cache" ] || state=$(mark="$mark" awk '
    index($0, ENVIRON["mark"]) == 1 { last = substr($0, length(ENVIRON["mark"]) + 1) }
    END { print last }' "$cache")
  kept=$state
  case $state in
    "$stamp "*) ;;
    *) state="$stamp $(wc -l <"$manifest" | tr -d ' ') 1 $now 0 0 0 0 0 0 0 -" ;;
  esac
  set -f
  set -- $state
  set +f
  lines=$2 next=$3 started=$4 finished=$5 last_bad=$6 last_missing=$7 checked=$8 bad=$9
  shift 9
  missing=$1 skipped=$2 first=$3
  shift 2
  first=$*
  if [ "$next" -gt "$lines" ] && [ $((now - started)) -ge "$every" ]; then
    next=1 started=$now checked=0 bad=0 missing=0 skipped=0 first=-
  fi
  # Copies share the time, whichever comes first.
  share=$(((ends - $(date +%s)) / count)) count=$((count - 1))
  until=$(($(date +%s) + share)) tried=0
  tail -n "+$next" "$manifest" | {
    while IFS= read -r line; do
      left=$((until - $(date +%s)))
      [ $left -gt 0 ] || break
      compare
      [ $verdict = late ] && [ $tried -gt 0 ] && break
      tried=$((tried + 1)) next=$((next + 1))
      case $verdict in
        ok) checked=$((checked + 1)) ;;
        bad) bad=$((bad + 1)) checked=$((checked + 1)) ;;
        missing) missing=$((missing + 1)) checked=$((checked + 1)) ;;
        *) skipped=$((skipped + 1)) ;;
      esac
      case $verdict-$first in bad-- | missing--) first=$(printf '%s' "\${line#*[ *]}" | head -c 300 | tr -c ' -~\\200-\\377' '?') ;; esac
    done
    if [ "$next" -gt "$lines" ] && [ "$finished" -lt "$started" ] || [ "$lines" = 0 ]; then
      finished=$(date +%s) last_bad=$bad last_missing=$missing
      [ "$finished" -ge "$started" ] || finished=$started
    fi
    state="$stamp $lines $next $started $finished $last_bad $last_missing $checked $bad $missing $skipped $first"
    [ -z "$cache" ] || [ "$state" = "$kept" ] || printf '%s%s\\n' "$mark" "$state" >>"$cache"
    printf 'look %s\\nstate %s\\n' "\${tool_missing:-ok}" "$state"
  }
}

# Sets $verdict for the checksum in $line.
compare() {
  digest=\${line%%[ *]*} digest=\${digest#\\\\} verdict=odd
  case $digest in '' | *[!0-9a-fA-F]*) return ;; esac
  case \${#digest} in
    32) sum=md5sum ;;
    40) sum=sha1sum ;;
    56) sum=sha224sum ;;
    64) sum=sha256sum ;;
    96) sum=sha384sum ;;
    128) sum=sha512sum ;;
    *) return ;;
  esac
  command -v $sum >/dev/null || { tool_missing=no-tool; return; }
  name=\${line#*[ *]} name=\${name#[ *]}
  case $line in
    \\\\*) ;;
    *)
      case $name in /*) target=$name ;; *) target=$place/$name ;; esac
      [ -e "$target" ] || { verdict=missing; return; }
      [ -r "$target" ] || return ;;
  esac
  said=$(printf '%s\\n' "$line" | (cd "$place" && timeout $left $sum -c - 2>&1; printf 'status %s' $?))
  case $said in
    *'status 0') verdict=ok ;;
    *'status 124' | *'status 143' | *'status 137') verdict=late ;;
    *'open or read'* | *"an't open"* | *'nput/output error'*) ;;
    *) verdict=bad ;;
  esac
}
`;

const stateLine =
  /^state \d{1,20}-\d{1,12}-\d{1,20} (\d{1,9}) \d{1,10} (\d{1,12}) (\d{1,12}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (.{0,400})$/u;

/** Reads what the script of `coldScript` prints. Throws FormatError when that is not all of it. */
export function parseColdCopies(text: string): ColdState[] {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') throw new FormatError('last line', text.slice(-60), 'end');
  const found: ColdState[] = [];
  for (let at = 0; at < lines.length; ) {
    const title = /^t (\d{1,4}) (\/.{0,600})$/u.exec(lines[at] ?? '');
    const look = /^look (ok|absent|denied|no-manifest|no-tool)$/.exec(lines[at + 1] ?? '')?.[1];
    if (title === null) throw new FormatError(`line ${at + 1}`, lines[at], 'a cold copy');
    if (look === undefined) throw new FormatError(`line ${at + 2}`, lines[at + 1], 'what can be seen of it');
    const state = lines[at + 2]?.startsWith('state ') ? readState(lines[at + 2] ?? '') : nothing;
    found.push({ index: Number(title[1]), path: title[2] ?? '', look: look as ColdState['look'], ...state });
    at += state === nothing ? 2 : 3;
  }
  return found;
}

const nothing = { files: 0, startedSeconds: 0, checked: 0, bad: 0, missing: 0, skipped: 0, firstBad: '' };

function readState(line: string): Omit<ColdState, 'index' | 'path' | 'look'> {
  const fields = stateLine.exec(line);
  if (fields === null) throw new FormatError('state', line, 'how far the copy was read');
  const [files = 0, startedSeconds = 0, finished = 0, lastBad = 0, lastMissing = 0, ...counts] = fields
    .slice(1, 10)
    .map((field) => readCount(field, 'state'));
  const [checked = 0, bad = 0, missing = 0, skipped = 0] = counts;
  const firstBad = fields[10]?.trim() ?? '';
  return {
    files,
    startedSeconds,
    ...(finished === 0 ? {} : { finished: { seconds: finished, bad: lastBad, missing: lastMissing } }),
    checked,
    bad,
    missing,
    skipped,
    firstBad: firstBad === '-' ? '' : firstBad,
  };
}
