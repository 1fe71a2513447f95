import { FormatError } from './field.ts';
import type { RepositoryTool } from './repository-script.ts';

/** What a host said of one repository. */
export interface RepositoryAnswer {
  /** Its place among those that were asked for. */
  readonly index: number;
  readonly repository: string;
  readonly text: string;
  /** The tool's exit status; `late`: there was no time to ask; `settings`: the file of settings cannot be read; `cut`: too much was printed. */
  readonly status: number | 'late' | 'settings' | 'cut';
  /** What the tool complained of. */
  readonly notes: string;
  readonly check?: RepositoryCheck;
}

/** How the tool's own check of a repository ended. */
export interface RepositoryCheck {
  /** Seconds since 1970, by the host's clock. */
  readonly seconds: number;
  readonly status: number;
  /** Its first line that complains. */
  readonly complaint: string;
}

export interface RepositoryAnswers {
  readonly version: string;
  readonly answers: readonly RepositoryAnswer[];
}

// What the script prints between the texts of others, which it keeps free of them.
const versionMark = '\u0005';
const answerMark = '\u0002';
const notesMark = '\u0001';
const checkMark = '\u0004';
const endMark = '\u0003\n';

/** The script sends no longer ones; what is looked for in them takes time that grows with their square. */
const maxNotesLength = 2000;

/** Reads what the script of repository-script.ts prints. Throws FormatError when that is not all of it. */
export function parseRepositoryAnswers(text: string): RepositoryAnswers {
  const [version = ''] = text.split('\n', 1);
  if (!version.startsWith(versionMark) || version.length > 300)
    throw new FormatError('first line', version, 'the version of the tool');
  if (!text.endsWith('\nend\n')) throw new FormatError('last line', text.slice(-60), 'end');
  const frames = text.slice(version.length + 1, -'end\n'.length).split(endMark);
  if (frames.pop() !== '') throw new FormatError('answer', text.slice(-60), 'one that is whole');
  return { version: version.slice(1).trim(), answers: frames.map(readFrame) };
}

function readFrame(frame: string): RepositoryAnswer {
  const [head = ''] = frame.split('\n', 1);
  const question = head.startsWith(answerMark) ? /^(\d{1,4}) (.{1,600})$/u.exec(head.slice(1)) : null;
  const [answer = '', check] = splitLast(frame.slice(head.length + 1), checkMark);
  if (question === null || check === undefined)
    throw new FormatError('answer', head, 'the place and the name of a repository, and what it answered');
  const found = readCheck(check);
  const common = {
    index: Number(question[1]),
    repository: question[2] ?? '',
    ...(found === undefined ? {} : { check: found }),
  };
  const [text = '', notes] = splitLast(answer, notesMark);
  if (notes === undefined) return { ...common, text: '', status: 'cut', notes: 'too much output' };
  const space = notes.lastIndexOf(' ');
  return {
    ...common,
    text,
    status: readStatus(notes.slice(space + 1)),
    notes: oneLine(notes.slice(0, space).slice(-maxNotesLength)),
  };
}

/** What stands before the last of these marks, and what after it; undefined where there is none. */
function splitLast(text: string, mark: string): [string, string?] {
  const at = text.lastIndexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function readStatus(text: string): RepositoryAnswer['status'] {
  if (text === 'late' || text === 'settings') return text;
  if (!/^\d{1,3}$/.test(text)) throw new FormatError('exit status', text, 'a status');
  return Number(text);
}

function readCheck(text: string): RepositoryCheck | undefined {
  if (text.trim() === '') return undefined;
  const fields = /^(\d{1,12}) (\d{1,3})(?: ([^\n]{0,300}))?$/.exec(text.trimEnd());
  if (fields === null) throw new FormatError('check', text, 'its time, exit status and complaint');
  return { seconds: Number(fields[1]), status: Number(fields[2]), complaint: oneLine(fields[3] ?? '') };
}

/** Without what a URL says of users and passwords: a tool may repeat it. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll(/:\/\/[^/@ ]{1,200}@/g, '://***@')
    .trim();
}

/** Why a repository could not be listed: what is wrong with it is `damaged`; everything else says nothing of the backups in it. */
export interface RepositoryFailure {
  readonly kind: 'locked' | 'password' | 'absent' | 'damaged' | 'late' | 'unknown';
  readonly message: string;
}

/** By exit status where the version of the tool has one for it, else by what it says. */
const statuses: Readonly<Record<RepositoryTool, Readonly<Record<number, RepositoryFailure['kind']>>>> = {
  // https://restic.readthedocs.io/en/stable/075_scripting.html#exit-codes
  restic: { 10: 'absent', 11: 'locked', 12: 'password' },
  // https://borgbackup.readthedocs.io/en/stable/internals/frontends.html#message-ids
  borg: {
    13: 'absent',
    15: 'absent',
    50: 'password',
    51: 'password',
    52: 'password',
    53: 'password',
    70: 'locked',
    71: 'locked',
    72: 'locked',
    73: 'locked',
    74: 'locked',
    75: 'locked',
  },
  borgmatic: {},
  pbs: {},
};

const texts: readonly (readonly [RegExp, RepositoryFailure['kind']])[] = [
  [/already locked|unable to create lock|acquire the lock|LockTimeout|locked exclusively/i, 'locked'],
  [
    /wrong password|no key found|empty password|password.*(incorrect|required|not set)|passphrase|authentication (failed|error)|permission check failed|401 unauthorized/i,
    'password',
  ],
  [
    /integrity|ciphertext verification failed|invalid data returned|checksum mismatch|is damaged|corrupt|manifest not found|tampered|repository contains errors|errors found/i,
    'damaged',
  ],
  [
    /does not exist|no such file|not a valid repository|repository at the following location|no such datastore/i,
    'absent',
  ],
];

const meanings: Readonly<Record<RepositoryFailure['kind'], string>> = {
  locked: 'locked by another run',
  password: 'the password is wrong or missing',
  absent: 'there is no repository',
  damaged: 'the repository is damaged',
  late: 'it did not answer in time',
  unknown: 'it could not be listed',
};

/** Why an answer is none; undefined when it is one. */
export function failureOf(
  tool: RepositoryTool,
  { status, notes }: Pick<RepositoryAnswer, 'status' | 'notes'>,
): RepositoryFailure | undefined {
  if (status === 0) return undefined;
  const detail = notes === '' ? '' : ` (${notes.slice(-300)})`;
  const kind = kindOf(tool, status, notes);
  if (kind === undefined) return undefined;
  const ending = typeof status === 'number' && kind === 'unknown' ? `: exit status ${status}` : '';
  return { kind, message: `${meanings[kind]}${ending}${detail}` };
}

function kindOf(
  tool: RepositoryTool,
  status: RepositoryAnswer['status'],
  notes: string,
): RepositoryFailure['kind'] | undefined {
  if (status === 'late' || status === 124 || status === 143) return 'late';
  if (typeof status !== 'number') return 'unknown';
  // Borg lists, and warns: with status 1, or from 100 on where it has modern ones.
  const isWarning = tool === 'borg' && (status === 1 || (status >= 100 && status <= 127));
  if (isWarning) return undefined;
  return statuses[tool][status] ?? texts.find(([text]) => text.test(notes))?.[1] ?? 'unknown';
}

/** What a check says of the repository; undefined when it could not be made. */
export function checkVerdict(
  tool: RepositoryTool,
  { status, complaint }: RepositoryCheck,
): 'valid' | 'bad' | undefined {
  if (status === 0) return 'valid';
  const kind = kindOf(tool, status, complaint);
  if (kind === 'damaged') return 'bad';
  // Borg ends a check that found errors with status 1, whatever the first of them says.
  return tool === 'borg' && status === 1 && kind === undefined ? 'bad' : undefined;
}
