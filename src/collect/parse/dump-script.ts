import { folderOf, shellGlob } from './shell-glob.ts';
import { shellWord } from './shell-word.ts';

/** Files to look at: a service, and the shell pattern of its dumps. */
export interface DumpFiles {
  /** Letters, digits, hyphens. */
  readonly service: string;
  readonly pattern: string;
}

/** The folder in which a host keeps what it need not read twice: root's own, else the account's. */
export function cacheFolder(isRoot: boolean): string {
  return isRoot ? '/var/cache/vigie' : `"\${HOME:-/nonexistent}"/.cache/vigie`;
}

/**
 * Shell that lists dumps and reads each file once, the newest first, for `seconds` in all; dump-files.ts reads what it prints.
 *
 * What a file was found to be is kept in one file of the host by path, size, time and inode. Files that could not be read to their end
 * in the time that was left come last in the next run. Paths end their lines, and those with control characters are only counted.
 */
export function dumpScript(files: readonly DumpFiles[], seconds: number, folder: string): string {
  const calls = files.map(
    ({ service, pattern }) => `of ${service} ${shellWord(folderOf(pattern))} ${shellGlob(pattern)}\n`,
  );
  return `seconds=${seconds} folder=${folder}\n${openCache}${listing}${verifying}list() {\n${calls.join('')}}\n${reading}`;
}

/** Where the cache can be written, $cache names it; else it is empty. */
export const openCache = `umask 077
nl='
'
now=$(date +%s)
ends=$((now + seconds))
ionice -c 3 -p $$ >/dev/null 2>&1
cache=$folder/backups
mkdir -p "$folder" 2>/dev/null
{ [ ! -L "$cache" ] && [ -O "$folder" ] && ( : >>"$cache" ) 2>/dev/null; } || cache=
if [ -n "$cache" ] && [ "$(wc -c <"$cache")" -gt 1000000 ]; then
  awk '
    $1 == "f" { print; next }
    { key = $1 " " $2 ($1 == "check" ? " " $3 : ""); last[key] = $0 }
    END { for (key in last) print last[key] }
  ' "$cache" >"$cache.new"
  if [ $(($(wc -c <"$cache.new") * 2)) -lt "$(wc -c <"$cache")" ]; then
    mv -f "$cache.new" "$cache"
  else
    rm -f "$cache.new"
  fi
fi
`;

/** Prints one line of each service and one of each file. */
const listing = `
of() {
  service=$1 above=$2
  shift 2
  while [ ! -e "$above" ]; do
    above=\${above%/*}
    [ -n "$above" ] || above=/
    look=absent
  done
  [ -x "$above" ] && { [ "$look" = absent ] || [ -r "$above" ]; } || look=denied
  odd=0 count=$#
  for file; do
    case $file in *[[:cntrl:]]*) odd=$((odd + 1)) ;; esac
  done
  if [ $odd -gt 0 ]; then
    while [ $count -gt 0 ]; do
      file=$1 count=$((count - 1))
      shift
      case $file in *[[:cntrl:]]*) ;; *) set -- "$@" "$file" ;; esac
    done
  fi
  printf 's %s %s %s\\n' "$service" "\${look:-ok}" $odd
  look=
  printf '%s\\0' "$@" | xargs -0 -r stat -L -c "f $service %i %s %Y %f %n" 2>/dev/null
}
look=
`;

/** verify FILE SIZE: sets $verdict to a verdict, why, and when the dump says it was completed. */
const verifying = `
# unpack [SECONDS]: its beginning takes no time and no limit, which costs busybox a second
unpack() {
  limit=\${1:+timeout $1}
  case $pack in
    gz) $limit gzip -dc ;;
    xz) $limit xz -dc ;;
    zst) $limit zstd -dcq ;;
    bz2) $limit bzip2 -dc ;;
    *) $limit cat ;;
  esac
}

verify() {
  file=$1 verdict=
  [ "$2" -gt 0 ] || { verdict='bad empty -'; return; }
  ( : <"$file" ) 2>/dev/null || { verdict='unverified denied -'; return; }
  case $(head -c 6 <"$file" 2>/dev/null | od -An -tx1 | tr -d ' \\n') in
    '') verdict='unverified unread -'; return ;;
    000000000000) verdict='bad zeros -'; return ;;
    1f8b*) found=gz ;;
    fd377a585a00) found=xz ;;
    28b52ffd*) found=zst ;;
    425a68*) found=bz2 ;;
    *) found=none ;;
  esac
  case $file in
    *.gz | *.tgz) pack=gz ;;
    *.xz | *.txz) pack=xz ;;
    *.zst | *.tzst) pack=zst ;;
    *.bz2 | *.tbz2 | *.tbz) pack=bz2 ;;
    *.sql | *.tar) pack=none ;;
    *) pack=$found ;;
  esac
  [ $pack = $found ] || { verdict="bad is-$found -"; return; }
  case $pack in gz) tool=gzip ;; zst) tool=zstd ;; bz2) tool=bzip2 ;; *) tool=$pack ;; esac
  [ $pack = none ] || command -v $tool >/dev/null || { verdict="unverified no-$tool -"; return; }
  top=$(unpack <"$file" 2>/dev/null | head -c 4096 | tr -d '\\000')
  kind=text
  case \${file##*/} in
    *.sql | *.sql.*) ;;
    *.tar | *.tar.* | *.t[gxb]z | *.tzst | *.tbz2) kind=archive ;;
    *) [ "$(unpack <"$file" 2>/dev/null | head -c 262 | tail -c 5 | tr -d '\\000')" = ustar ] && kind=archive ;;
  esac
  verify_$kind
}

# Sets $status and $said, what the tool complained of; the rest of $answer is $rest.
split() {
  said=\${answer%%"\${nl}status "*}
  rest=\${answer#*"\${nl}status "}
  status=\${rest%%"$nl"*}
  case $rest in *"$nl"*) rest=\${rest#*"$nl"} ;; *) rest= ;; esac
  case $status in
    0) ;;
    2) [ $pack = gz ] && case $said in *'trailing garbage'*) status=0 ;; esac ;;
    124 | 143) verdict='late - -'; return ;;
    1[0-9][0-9]) verdict='unverified unread -'; return ;;
  esac
  [ "$status" = 0 ] && return
  case $said in
    *'nput/output error'* | *[Ss]'tale file'* | *'ermission denied'* | *'annot allocate'* | *'emory'*)
      verdict='unverified unread -' ;;
    *'nexpected end'* | *'remature end'* | *'ends unexpectedly'*) verdict='bad cut -' ;;
    *) verdict='bad damaged -' ;;
  esac
}

verify_archive() {
  answer=$({ { unpack $left 2>&3; printf '\\nstatus %s\\n' $? >&3; } <"$file" |
    { tar -tf - >/dev/null 2>&1; listed=$?; cat >/dev/null; printf 'tar %s\\n' $listed >&3; }; } 3>&1)
  # Whichever ends first writes first.
  case $answer in *"tar 0"*) listed=0 ;; *"tar 127"*) listed=127 ;; *) listed=1 ;; esac
  split
  [ -z "$verdict" ] || return
  case $listed in
    0) verdict='valid archive -' ;;
    127) verdict='unverified no-tar -' ;;
    *) verdict='bad archive -' ;;
  esac
}

verify_text() {
  answer=$({ { unpack $left 2>&3; printf '\\nstatus %s\\n' $? >&3; } <"$file" | tail -c 512 | tr -d '\\000'; } 3>&1)
  split
  [ -z "$verdict" ] || return
  last=\${rest##*"$nl"} completed=- missing=cut
  case $last in *';') missing=trailer ;; esac
  case $nl$top in
    *"$nl-- MySQL dump"* | *"$nl-- MariaDB dump"*)
      case $last in
        '-- Dump completed on '[12][0-9][0-9][0-9]-*)
          completed=\${last#'-- Dump completed on '}
          case $completed in
            *[!0-9:\\ -]*) completed=- ;;
            ????-??-??*) completed=\${completed%% *} ;;
            *) completed=- ;;
          esac
          verdict=whole ;;
        '-- Dump completed'*) verdict=whole ;;
      esac ;;
    *'SET @OLD_SQL_NOTES=@@SQL_NOTES'*)
      case $rest in *'SET SQL_NOTES=@OLD_SQL_NOTES'*) verdict='unverifiable comments -' ;; esac ;;
    *"$nl/*!"* | *"$nl/*M!"*)
      [ $missing = trailer ] && verdict='unverifiable compact -' ;;
    *"$nl-- PostgreSQL database dump"* | *"$nl-- PostgreSQL database cluster dump"*)
      missing=trailer
      case $nl$rest in
        *"$nl-- PostgreSQL database dump complete"* | *"$nl-- PostgreSQL database cluster dump complete"*) verdict=whole ;;
      esac ;;
    *"\${nl}PRAGMA foreign_keys=OFF;"*)
      case $last in 'COMMIT;') verdict=whole ;; 'ROLLBACK;'*) missing=errors ;; esac ;;
    *) verdict='unverifiable format -' ;;
  esac
  if [ "$verdict" = whole ]; then
    verdict="valid trailer $completed"
    unpack $left <"$file" 2>/dev/null | grep -q -e '^INSERT ' -e '^REPLACE ' -e '^COPY ' ||
      verdict="unverifiable schema $completed"
  fi
  verdict=\${verdict:-bad $missing -}
}
`;

/** Joins the list with the cache, reads what is new while there is time, and prints all. */
const reading = `
printf 'v 1 %s\\n' "$now"
list | awk -v cache="$cache" '
  function from(text, words) {
    for (; words > 0; words--) text = substr(text, index(text, " ") + 1)
    return text
  }
  BEGIN {
    while (cache != "" && (getline line < cache) > 0) {
      if (split(line, word, " ") < 8 || word[1] != "f") { other[++others] = line; continue }
      seen[word[2] " " word[3] " " word[4] " " from(line, 7)] = word[5] " " word[6] " " word[7]
      total++
    }
  }
  $1 == "s" { print "1 0 " $0; next }
  $6 !~ /^8...$/ { next }
  {
    path = from($0, 6)
    key = $3 " " $4 " " $5 " " path
    known = seen[key]
    if (known != "") live[++count] = "f " $3 " " $4 " " $5 " " known " " path
    if (known == "" || known ~ /^late /)
      print (known == "" ? 2 : 3) " " $5 " " $2 " " $3 " " $4 " " $5 " " path
    else print "1 0 f " $2 " " $4 " " $5 " " known " " path
  }
  END {
    if (cache == "" || total < 2 * count + 200) exit
    fresh = cache ".new"
    printf "" > fresh
    for (i = 1; i <= count; i++) print live[i] > fresh
    for (i = 500 < others ? others - 499 : 1; i <= others; i++) print other[i] > fresh
    close(fresh)
    print "0 0 renew"
  }
' | sort -k1,1n -k2,2nr | while IFS= read -r line; do
  case $line in
    '0 '*) mv -f "$cache.new" "$cache"; continue ;;
    '1 '*) printf '%s\\n' "\${line#1 0 }"; continue ;;
  esac
  line=\${line#* * }
  service=\${line%% *} line=\${line#* }
  inode=\${line%% *} line=\${line#* }
  size=\${line%% *} line=\${line#* }
  time=\${line%% *} path=\${line#* }
  left=$((ends - $(date +%s)))
  if [ $((now - time)) -ge 0 ] && [ $((now - time)) -lt 300 ]; then
    verdict='unverified recent -'
  elif [ $left -le 0 ]; then
    verdict='unverified budget -'
  else
    verify "$path" "$size"
    case $verdict in
      unverified*) ;;
      *) [ -z "$cache" ] || printf 'f %s %s %s %s %s\\n' "$inode" "$size" "$time" "$verdict" "$path" >>"$cache" ;;
    esac
    case $verdict in late*) verdict='unverified late -' ;; esac
  fi
  printf 'f %s %s %s %s %s\\n' "$service" "$size" "$time" "$verdict" "$path"
done
[ -n "$cache" ] || echo 'c none'
echo end
`;
