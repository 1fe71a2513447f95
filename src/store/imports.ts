import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { DocumentKind } from '../model/json-document.ts';
import type { Monthly } from '../model/rollup.ts';
import { Day, Instant, type Month } from '../model/time.ts';
import { type BrokenFile, formatDocument, isAbsence, readDocument, writeDocument } from './documents.ts';
import { formatMonthly, monthsIn } from './rollups.ts';
import type { Workspace } from './workspace.ts';

type OnBroken = (broken: BrokenFile) => void;
type DataFolder = Pick<Workspace, 'data'>;

/** What can be imported. */
export const ImportKind = z.enum(['metrics', 'outages', 'hardware', 'rrd', 'nagios']);
export type ImportKind = z.infer<typeof ImportKind>;

/** `<kind>-<first 12 hex digits of the digest of its sources and options>`: the same import twice is the same id. */
export const ImportId = z
  .string()
  .regex(
    new RegExp(`^(${ImportKind.options.join('|')})-[0-9a-f]{12}$`),
    'expected the id of an import such as metrics-0123456789ab',
  );
export type ImportId = z.infer<typeof ImportId>;

/** `data/imports/<id>/import.json`: where history from elsewhere came from, and how it was understood. */
export const ImportFile = z.strictObject({
  schema: z.literal('vigie/import@1'),
  id: ImportId,
  kind: ImportKind,
  /** When it was imported. */
  at: Instant,
  /** The files that it was made from, without their folders. */
  sources: z.array(
    z.strictObject({ name: z.string(), bytes: z.int().nonnegative(), sha256: z.string().length(64) }),
  ),
  /** What was found out about each source, or asked for: delimiter, decimal mark, header, date format, time zone, mapping. */
  detected: z.array(z.record(z.string(), z.string())),
  counts: z.strictObject({
    /** Rows, lines or readings that were understood. */
    rows: z.int().nonnegative(),
    /** Those that were not. */
    refused: z.int().nonnegative(),
    entities: z.int().nonnegative(),
    metrics: z.int().nonnegative(),
    /** Days on which anything is known of any entity. */
    days: z.int().nonnegative(),
  }),
  /** The first and the last of these days; null when there is none. */
  first: Day.nullable(),
  last: Day.nullable(),
});
export type ImportFile = z.infer<typeof ImportFile>;

const importKind: DocumentKind<typeof ImportFile> = { name: 'vigie/import@1', schema: ImportFile };

/** A draft that nobody has written to for so long was left behind by an import that was killed. */
const abandonedMilliseconds = 3_600_000;

/** An import on its way into the workspace: nothing of it can be seen until it is committed. */
export interface ImportDraft {
  writeMonth(monthly: Monthly): Promise<void>;
  /** The text of a hardware.csv. */
  writeHardware(text: string): Promise<void>;
  /** Puts it in its place, whole. */
  commit(file: ImportFile): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/** All imports, oldest first. A broken one is told, and its data count for nothing until it is mended or undone. */
export async function listImports(workspace: DataFolder, onBroken: OnBroken): Promise<ImportFile[]> {
  const imports: ImportFile[] = [];
  for (const id of await idsIn(workspace)) {
    const path = join(importFolder(workspace, id), 'import.json');
    const file = await readDocument(path, importKind, onBroken);
    if (file === undefined) continue;
    if (file.id === id) imports.push(file);
    else onBroken({ file: path, message: `id: found "${file.id}", expected "${id}" as its folder says` });
  }
  return imports.toSorted((a, b) => (a.at === b.at ? compare(a.id, b.id) : compare(a.at, b.at)));
}

/** The months that an import brought, oldest first, and where they lie. */
export async function importedMonthPaths(
  workspace: DataFolder,
  id: ImportId,
): Promise<{ readonly month: Month; readonly path: string }[]> {
  const folder = join(importFolder(workspace, id), 'monthly');
  return (await monthsIn(folder)).map((month) => ({ month, path: join(folder, `${month}.json`) }));
}

/** Where the hardware.csv of an import of hardware lies. */
export function importedHardwarePath(workspace: DataFolder, id: ImportId): string {
  return join(importFolder(workspace, id), 'hardware.csv');
}

/** Whether there is an import of this id, broken or not. */
export async function hasImport(workspace: DataFolder, id: ImportId): Promise<boolean> {
  return (await idsIn(workspace)).includes(id);
}

/** Begins to write an import; removes what killed ones left behind. */
export async function draftImport(workspace: DataFolder, id: ImportId): Promise<ImportDraft> {
  const folder = join(workspace.data, 'imports', `.${id}-${process.pid}`);
  await dropAbandoned(workspace);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return {
    async writeMonth(monthly) {
      await writeDocument(join(folder, 'monthly', `${monthly.month}.json`), formatMonthly(monthly));
    },
    async writeHardware(text) {
      await writeDocument(join(folder, 'hardware.csv'), text);
    },
    async commit(file) {
      await writeDocument(join(folder, 'import.json'), formatDocument(file, ['sources', 'detected']));
      try {
        await rename(folder, importFolder(workspace, id));
      } catch (cause) {
        // Another run of the same import was faster; both wrote the same.
        if (!(await hasImport(workspace, id))) throw cause;
        await rm(folder, { recursive: true, force: true });
      }
    },
    async discard() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes an import and nothing else; false when there is none of this id. */
export async function removeImport(workspace: DataFolder, id: ImportId): Promise<boolean> {
  if (!(await hasImport(workspace, id))) return false;
  // Out of sight first, so that a removal that is killed leaves no half import.
  const hidden = join(workspace.data, 'imports', `.${id}-${process.pid}-undone`);
  await rename(importFolder(workspace, id), hidden);
  await rm(hidden, { recursive: true, force: true });
  return true;
}

async function dropAbandoned(workspace: DataFolder): Promise<void> {
  for (const name of await namesIn(workspace)) {
    if (!ImportId.safeParse(/^\.([a-z]+-[0-9a-f]{12})-\d+(-undone)?$/.exec(name)?.[1]).success) continue;
    const path = join(workspace.data, 'imports', name);
    if (Date.now() - (await stat(path)).mtimeMs > abandonedMilliseconds)
      await rm(path, { recursive: true, force: true });
  }
}

async function idsIn(workspace: DataFolder): Promise<ImportId[]> {
  return (await namesIn(workspace)).filter((name) => ImportId.safeParse(name).success).toSorted();
}

async function namesIn(workspace: DataFolder): Promise<string[]> {
  try {
    return await readdir(join(workspace.data, 'imports'));
  } catch (cause) {
    if (isAbsence(cause)) return [];
    throw cause;
  }
}

function importFolder(workspace: DataFolder, id: ImportId): string {
  return join(workspace.data, 'imports', basename(id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
