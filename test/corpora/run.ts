import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FormatError } from '../../src/collect/parse/field.ts';
import { type Format, formats } from './formats.ts';

// Tries our parsers on files of real machines that do not belong to this project: `npm run corpora [folder]`.

type Outcome = 'parsed' | 'refused' | 'crashed' | 'differs';

interface Finding {
  readonly format: string;
  readonly file: string;
  readonly outcome: Outcome;
  /** Why not parsed, or what another program read instead. */
  readonly detail: string;
}

const folder = process.argv[2] ?? process.env.VIGIE_CORPORA;
if (folder === undefined) {
  console.log(
    'Nothing to try. Name a folder of captured files: npm run corpora FOLDER, or VIGIE_CORPORA=FOLDER.',
  );
} else {
  const findings = await tryFolder(folder);
  printTable(findings);
  const isBroken = findings.some(({ outcome }) => outcome === 'crashed' || outcome === 'differs');
  process.exitCode = isBroken ? 1 : 0;
}

async function tryFolder(root: string): Promise<Finding[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const findings: Finding[] = [];
  for (const path of paths.toSorted()) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const format = formats.find(({ file }) => file.test(name) || file.test(path));
    if (format !== undefined)
      findings.push({ format: format.name, file: relative(root, path), ...(await tryFile(format, path)) });
  }
  return findings;
}

async function tryFile(format: Format, path: string): Promise<Pick<Finding, 'outcome' | 'detail'>> {
  let value: unknown;
  try {
    value = format.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof FormatError) return { outcome: 'refused', detail: error.message };
    return {
      outcome: 'crashed',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  const [fault] = faultsOf(value);
  if (fault !== undefined) return { outcome: 'refused', detail: fault };
  const expected = await twinOf(format, path);
  if (expected === undefined || isDeepStrictEqual(value, expected.value))
    return { outcome: 'parsed', detail: '' };
  const detail = `ours ${JSON.stringify(value)}\n    theirs ${JSON.stringify(expected.value)}`;
  return { outcome: 'differs', detail };
}

function faultsOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && 'faults' in value && Array.isArray(value.faults)
    ? value.faults
    : [];
}

/** What another program read; undefined when there is no such file. */
async function twinOf(format: Format, path: string): Promise<{ value: unknown } | undefined> {
  const { twin, twinText } = format;
  if (twinText !== undefined) {
    const text = await readIfThere(twinText.file(path));
    return text === undefined ? undefined : { value: twinText.read(text) };
  }
  if (twin === undefined) return undefined;
  const text = await readIfThere(`${path}.json`);
  return text === undefined ? undefined : { value: twin(JSON.parse(text)) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function printTable(findings: readonly Finding[]): void {
  const rows = formats.map(({ name }) => {
    const own = findings.filter(({ format }) => format === name);
    const count = (outcome: Outcome): number => own.filter((finding) => finding.outcome === outcome).length;
    return {
      format: name,
      files: own.length,
      parsed: count('parsed'),
      refused: count('refused'),
      differs: count('differs'),
      crashed: count('crashed'),
    };
  });
  console.table(Object.fromEntries(rows.map(({ format, ...counts }) => [format, counts])));
  for (const { outcome, file, detail } of findings.filter((finding) => finding.outcome !== 'parsed')) {
    console.log(`${outcome} ${file}\n    ${detail}`);
  }
}
