import { openCache } from './dump-script.ts';
import { shellWord } from './shell-word.ts';

export type RepositoryTool = 'restic' | 'borg' | 'borgmatic' | 'pbs';

/** A repository to list, and to check with the tool's own check when that is due. */
export interface RepositoryQuestion {
  readonly repository: string;
  /** A file on the host with the tool's settings. */
  readonly environment?: string;
  readonly checkEverySeconds: number;
}

/** How each tool lists $repository as JSON, and checks it without a lock or a change; no more than that differs between them. */
const tools: Readonly<
  Record<RepositoryTool, { program: string; version: string; list: string; check?: string }>
> = {
  restic: {
    program: 'restic',
    version: 'restic version',
    // A cache of ours is worth its files only where the repository is far.
    list: 'restic -r "$repository" --no-lock $far snapshots --json',
    check: 'restic -r "$repository" --no-lock $far check',
  },
  borg: {
    program: 'borg',
    version: 'borg --version',
    list: 'borg list --bypass-lock --json "$repository"',
    check: 'borg check --bypass-lock --repository-only "$repository"',
  },
  borgmatic: {
    program: 'borgmatic',
    version: 'borgmatic --version',
    list: 'borgmatic --config "$repository" list --json',
  },
  pbs: {
    program: 'proxmox-backup-client',
    version: 'proxmox-backup-client version',
    list: 'proxmox-backup-client snapshot list --output-format json --repository "$repository"',
  },
};

/** One repository may take so long to list. */
const listSeconds = 30;

/**
 * Shell that lists repositories, in another order each hour so that none is for ever the last, and runs the checks that are due, for
 * `seconds` in all; repository-answers.ts reads what it prints. How a check ended is kept in the cache file of dump-script.ts.
 *
 * Passwords come from the environment or a file of settings on the host; of that file, only what these tools know is taken, and nothing
 * in it is run.
 */
export function repositoryScript(
  tool: RepositoryTool,
  questions: readonly RepositoryQuestion[],
  { seconds, folder }: { readonly seconds: number; readonly folder: string },
): string {
  const { program, version, list, check } = tools[tool];
  const calls = questions.map(
    ({ repository, environment, checkEverySeconds }, index) =>
      `ask ${index} ${checkEverySeconds} ${shellWord(repository)} ${shellWord(environment ?? '')}\n`,
  );
  return `seconds=${seconds} folder=${folder} tool=${tool} count=${questions.length}
${openCache}
command -v ${program} >/dev/null || { echo 'no ${program} here' >&2; exit 127; }
version() { timeout 10 ${version}; }
list() { timeout "$1" ${list}; }
check() { ${check === undefined ? 'return 1' : `timeout "$1" ${check}`}; }
can_check=${check === undefined ? 0 : 1}
asks() {
${calls.join('')}}
${asking}`;
}

const asking = `
export HOME="\${HOME:-/root}" BORG_EXIT_CODES=modern BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
export BORG_RELOCATED_REPO_ACCESS_IS_OK=no BORG_DISPLAY_PASSPHRASE=no RESTIC_PROGRESS_FPS=0

# Takes the tools' own settings from lines of NAME=value.
settings() {
  # Another account that could write it would choose what the tool runs.
  [ -f "$1" ] && [ -r "$1" ] && [ -O "$1" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    line=\${line#export }
    name=\${line%%=*} value=\${line#*=}
    case $line in *=*) ;; *) continue ;; esac
    case $name in
      *[!A-Z0-9_]*) continue ;;
      RESTIC_?* | BORG_?* | PBS_?* | AWS_?* | B2_?* | AZURE_?* | GOOGLE_?* | OS_?* | ST_?* | RCLONE_?*) ;;
      *) continue ;;
    esac
    case $value in
      \\"*\\") value=\${value#?} value=\${value%?} ;;
      \\'*\\') value=\${value#?} value=\${value%?} ;;
    esac
    export "$name=$value"
  done <"$1"
}

# ask INDEX CHECK_EVERY REPOSITORY SETTINGS: in a shell of its own, so that no repository gets another's password
ask() {
  case $turn in
    first) [ "$1" -ge $start ] ;;
    *) [ "$1" -lt $start ] ;;
  esac && ( answer "$@" )
}

answer() {
  repository=$3 every=$2 left=$((ends - $(date +%s)))
  printf '\\002%s %s\\n' "$1" "$3"
  [ $left -gt 0 ] || { printf '\\001no time left in this run late\\004\\003\\n'; return; }
  [ -z "$4" ] || settings "$4" || { printf '\\001%s cannot be read, or belongs to another account settings\\004\\003\\n' "$4"; return; }
  case $repository in /*) far=--no-cache ;; *) far= ;; esac
  [ $left -lt ${listSeconds} ] || left=${listSeconds}
  found=$({
    notes=$({ list $left 2>&1 >&4 4>&-; printf ' %s' $?; } | tail -c 2000 | tr '\\001-\\010\\013-\\037' ' ')
    printf '\\001%s' "$notes"
  } 4>&1 | head -c 4000000)
  printf '%s\\004' "$found"
  case $found in *' 0') [ $can_check = 1 ] && [ -n "$cache" ] && last_check ;; esac
  printf '\\003\\n'
}

# Prints when the last check was, its exit status and its first complaint; makes it when it is due.
last_check() {
  mark="check $tool $(printf '%s' "$repository" | cksum | tr ' ' -)"
  last=$(mark="$mark " awk 'index($0, ENVIRON["mark"]) == 1 { last = substr($0, length(ENVIRON["mark"]) + 1) } END { print last }' "$cache")
  left=$((ends - $(date +%s)))
  if [ $((now - \${last%% *} + 0)) -ge "$every" ] && [ $left -gt 0 ]; then
    said=$({ check $left 2>&1; printf '\\nstatus %s\\n' $?; } | awk '
      /^status [0-9]+$/ { status = $2 }
      first == "" && tolower($0) ~ /error|fatal|lock|password|passphrase/ { first = $0 }
      END { print status " " substr(first, 1, 200) }' | tr -c ' -~' ' ')
    last="$now $said"
    printf '%s %s\\n' "$mark" "$last" >>"$cache"
  fi
  printf '%s' "$last"
}

printf '\\005%s\\n' "$(version 2>/dev/null | head -n 1 | head -c 200 | tr -c ' -~' ' ')"
start=$((now / 3600 % count))
turn=first
asks
turn=second
asks
echo end
`;
