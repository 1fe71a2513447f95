import type { Dirent } from 'node:fs';
import { access, constants, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Instant, toSeconds } from '../model/time.ts';
import { isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import type { Workspace } from '../store/workspace.ts';
import type { Examination, Finding } from './examination.ts';

/** What belongs into each folder, by the path below it; folders end in a slash. */
const ours: Readonly<Record<string, RegExp>> = {
  snapshots: /^(\d{4})-(\d\d)-(\d\d)\/(\1\2\3T\d{6}Z-[a-z][a-z0-9-]*\.json)?$/,
  daily: /^(\d{4})\/(\1-\d\d-\d\d\.json)?$/,
  monthly: /^\d{4}-\d\d\.json$/,
};
/** Names under which a file is being written, and folders under which an import is made or taken back. */
const temporary = /\.tmp$|\.json\.\d+$|^known_hosts\.\d+$|^\.[a-z]+-[0-9a-f]{12}-\d+(-undone)?$/;
const abandonedSeconds = 86_400;
/** A live lock is renewed every second. */
const staleSeconds = 60;

/** Folders, rights, and what lies there that should not. */
export const workspace: Examination = {
  name: 'workspace',
  looksFor:
    'folders that cannot be written, files that are not ours, links to elsewhere, what killed runs left behind',
  async examine({ workspace, now }) {
    const { data, cache } = workspace;
    const isOlder = async (path: string, seconds: number) => {
      const status = await present(lstat(path));
      return status !== undefined && toSeconds(now) - status.mtimeMs / 1000 > seconds;
    };
    const findings: Finding[] = [];
    for (const folder of [data, ...Object.keys(ours).map((name) => join(data, name)), cache]) {
      findings.push(...(await unfit(folder)));
    }
    for (const [name, pattern] of Object.entries(ours))
      findings.push(...(await strangersBelow(join(data, name), '', pattern)));
    for (const path of await temporariesOf(workspace)) {
      if (await isOlder(path, abandonedSeconds)) findings.push(leftover(shownPath(path)));
    }
    const lock = join(cache, 'compact.lock');
    if (await isOlder(lock, staleSeconds)) {
      const [where, found] = [shownPath(lock), 'a lock that nobody renews'];
      const advice = 'nothing: a compaction was killed, and the next one takes the lock over';
      findings.push({ severity: 'note', where, found, advice });
    }
    return findings;
  },
};

/** A folder that is there, but is none that can be written. */
async function unfit(folder: string): Promise<Finding[]> {
  if ((await present(lstat(folder))) === undefined) return [];
  const where = shownPath(folder);
  const advice =
    'let the account that collects write there: snapshots and rollups are lost as long as it cannot';
  const fault = (found: string): Finding[] => [
    { severity: 'error', where, found, expected: 'a folder that can be written', advice },
  ];
  try {
    // Through links: a folder may lie on another disk.
    if (!(await stat(folder)).isDirectory()) return fault('no folder, but a file or a device');
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch (cause) {
    return fault(cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause));
  }
}

/** What does not belong into a folder: links, and names that are not ours. */
async function strangersBelow(root: string, below: string, pattern: RegExp): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entry of await entriesOf(join(root, below))) {
    const path = `${below}${entry.name}`;
    const where = shownPath(join(root, path));
    const isOurs = (shape: string) => pattern.test(shape) && isDated(shape);
    if (entry.isSymbolicLink()) {
      const advice = 'put the file itself there, or remove the link: it may lead anywhere';
      const found = 'a symbolic link';
      findings.push({ severity: 'warning', where, found, expected: 'a file of Vigie', advice });
    } else if (entry.isDirectory() && isOurs(`${path}/`)) {
      findings.push(...(await strangersBelow(root, `${path}/`, pattern)));
    } else if (entry.isDirectory() || !(entry.isFile() && isOurs(path))) {
      if (entry.isFile() && temporary.test(entry.name)) continue;
      const found = entry.isDirectory() ? 'a folder that is not ours' : 'a file that is not ours';
      const advice = 'move it elsewhere, or give it back its name: it is not read';
      findings.push({ severity: 'warning', where, found, expected: 'files of Vigie alone', advice });
    }
  }
  return findings;
}

/** Whether the calendar has the date, and the clock the time, that ends a path. */
function isDated(path: string): boolean {
  const date = /(\d{4})-?(\d\d)?-?(\d\d)?(?:T(\d\d)(\d\d)(\d\d)Z)?[^/]*\/?$/.exec(path);
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = date ?? [];
  return Instant.safeParse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`).success;
}

/** All that looks as if it were being written. */
async function temporariesOf({ data, cache }: Workspace): Promise<string[]> {
  const [snapshots, daily] = [join(data, 'snapshots'), join(data, 'daily')];
  const inner = await Promise.all(
    [snapshots, daily].map(async (folder) =>
      (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)),
    ),
  );
  const folders = [
    data,
    snapshots,
    daily,
    join(data, 'monthly'),
    join(data, 'imports'),
    ...inner.flat(),
    cache,
    join(cache, 'cache'),
  ];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await entriesOf(folder))
        .filter(({ name }) => temporary.test(name))
        .map(({ name }) => join(folder, name)),
    ),
  );
  return found.flat();
}

function leftover(where: string): Finding {
  const advice = 'remove it: a run that was killed left it behind, and it counts for nothing';
  return { severity: 'note', where, found: 'a temporary file older than a day', advice };
}

/** What lies in a folder; one that cannot be read is told where its files are read. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** What the disk says of a path; undefined where there is nothing of that kind. */
async function present<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asked;
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw cause;
  }
}
