import type { Dirent } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Instant, toSeconds } from '../model/time.ts';
import { isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';

/** What belongs into each folder, by the path below it. */
const ours: Readonly<Record<string, RegExp>> = {
  snapshots: /^\d{4}-\d\d-\d\d\/\d{8}T\d{6}Z-[a-z][a-z0-9-]*\.json$/,
  daily: /^\d{4}\/\d{4}-\d\d-\d\d\.json$/,
  monthly: /^\d{4}-\d\d\.json$/,
};
/** Names under which a file is being written. */
const temporary = /(^|\/)\.[^/]*\.tmp$|\.json\.\d+$|\.tmp$/;
const abandonedSeconds = 86_400;
const staleSeconds = 60;

/** Folders, rights, and what lies there that should not. */
export const workspace: Examination = {
  name: 'workspace',
  looksFor:
    'folders that cannot be written, files that are not ours, links to elsewhere, what killed runs left behind',
  async examine({ workspace, now }) {
    const findings: Finding[] = [];
    for (const folder of [workspace.data, ...Object.keys(ours).map((name) => join(workspace.data, name))]) {
      findings.push(...(await writable(folder)));
    }
    for (const [folder, pattern] of Object.entries(ours)) {
      const root = join(workspace.data, folder);
      for (const entry of await entriesBelow(root)) {
        const path = join(entry.parentPath, entry.name);
        const where = shownPath(path);
        if (entry.isSymbolicLink()) {
          const advice = 'put the file itself there, or remove the link: links are passed over';
          findings.push({
            severity: 'warning',
            where,
            found: 'a symbolic link',
            expected: 'a file of ours',
            advice,
          });
        } else if (entry.isFile() && !pattern.test(path.slice(root.length + 1))) {
          const { mtimeMs } = await stat(path);
          if (temporary.test(path)) {
            if (toSeconds(now) - mtimeMs / 1000 > abandonedSeconds) findings.push(leftover(where));
          } else findings.push(foreign(where));
        }
      }
    }
    findings.push(...(await staleLock(join(workspace.cache, 'compact.lock'), now)));
    return findings;
  },
};

/** A live lock is renewed every second. */
async function staleLock(path: string, now: Instant): Promise<Finding[]> {
  try {
    const { mtimeMs } = await stat(path);
    if (toSeconds(now) - mtimeMs / 1000 < staleSeconds) return [];
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
  const advice = 'nothing: a compaction was killed, and the next one takes the lock over';
  return [{ severity: 'note', where: shownPath(path), found: 'a lock that nobody renews', advice }];
}

async function writable(folder: string): Promise<Finding[]> {
  try {
    await access(folder, constants.W_OK);
    return [];
  } catch (cause) {
    if (isAbsence(cause)) return [];
    const found = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const advice =
      'let the account that collects write there: snapshots and rollups are lost as long as it cannot';
    return [
      {
        severity: 'error',
        where: shownPath(folder),
        found,
        expected: 'a folder that can be written',
        advice,
      },
    ];
  }
}

async function entriesBelow(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}

function leftover(where: string): Finding {
  const advice = 'remove it: a run that was killed left it behind, and it counts for nothing';
  return { severity: 'note', where, found: 'a temporary file older than a day', advice };
}

function foreign(where: string): Finding {
  const advice = 'move it elsewhere, or give it back its name: it is not read';
  return {
    severity: 'warning',
    where,
    found: 'a file that is not ours',
    expected: 'files of Vigie alone',
    advice,
  };
}
