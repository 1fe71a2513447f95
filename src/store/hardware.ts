import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { HardwareRow, hardwareColumns } from '../model/hardware.ts';
import { problemsOf, show } from '../model/problem.ts';
import { shownPath, unreadable } from './fleet.ts';
import { importedHardwarePath, listImports } from './imports.ts';

/**
 * Reads `hardware.csv` of a data folder, and what was imported beside it: of two rows that tell of the same part from the same day on, the
 * fleet's own counts, then that of the newer import. A fleet without any owns nothing on record: an empty list. Without a fleet, any
 * host may be named.
 * @throws ConfigurationError with all faults at once: file, line, column, found, expected.
 */
export async function readHardware(dataFolder: string, fleet: Fleet | undefined): Promise<HardwareRow[]> {
  const path = join(dataFolder, 'hardware.csv');
  const text = await readText(path);
  const rows = text === undefined ? [] : parseHardware(text, shownPath(path), fleet);
  // A broken import is told where its months are read.
  const imports = await listImports({ data: dataFolder }, () => undefined);
  for (const { id } of imports.filter(({ kind }) => kind === 'hardware').toReversed()) {
    const imported = await readImported(importedHardwarePath({ data: dataFolder }, id), fleet);
    rows.push(...imported.filter((row) => !rows.some((own) => isSamePart(own, row))));
  }
  return rows;
}

/** The rows of an import, without those of hosts that have left the fleet since. */
async function readImported(path: string, fleet: Fleet | undefined): Promise<HardwareRow[]> {
  const text = await readText(path);
  const rows = text === undefined ? [] : parseRows(text, shownPath(path), undefined);
  return rows.filter(({ host }) => fleet === undefined || fleet.hosts.has(host));
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new ConfigurationError([unreadable(shownPath(path), cause)]);
  }
}

/** Two parts of one host that were bought together are told apart by their serial numbers, where both have one. */
function isSamePart(a: HardwareRow, b: HardwareRow): boolean {
  const isSame = a.host === b.host && a.part === b.part && a.from === b.from;
  return isSame && (a.serial === undefined || b.serial === undefined || a.serial === b.serial);
}

/** The text of a hardware.csv (comma, semicolon or tab; UTF-8) to its rows. Lines that begin with `#` are comments. */
export function parseHardware(text: string, file: string, fleet: Fleet | undefined): HardwareRow[] {
  return parseRows(text, file, fleet?.hosts);
}

function parseRows(
  text: string,
  file: string,
  hosts: ReadonlyMap<string, unknown> | undefined,
): HardwareRow[] {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: 'greedy',
    comments: '#',
    transformHeader: (header) => header.trim(),
    transform: (cell) => cell.trim(),
    delimitersToGuess: [',', ';', '\t'],
  });
  const faults: Fault[] = [];
  const header = meta.fields ?? [];
  const missing = hardwareColumns.filter((column) => !header.includes(column));
  const unknown = header.filter((column) => !hardwareColumns.includes(column));
  if (missing.length > 0 || unknown.length > 0) {
    throw new ConfigurationError([
      { file, line: 1, field: 'header', found: header.join(','), expected: hardwareColumns.join(',') },
    ]);
  }
  const lineOf = lineNumbers(text);
  for (const error of errors) {
    faults.push({ file, line: lineOf(error.row ?? 0), expected: `well-formed CSV (${error.message})` });
  }
  const rows: HardwareRow[] = [];
  data.forEach((cells, index) => {
    const parsed = HardwareRow.safeParse(cells);
    const line = lineOf(index);
    if (!parsed.success) {
      for (const { path, found, expected } of problemsOf(parsed.error.issues, cells)) {
        faults.push({
          file,
          line,
          field: path.map(String).join('.'),
          ...(found === undefined ? {} : { found }),
          expected,
        });
      }
    } else if (hosts !== undefined && !hosts.has(parsed.data.host)) {
      const expected = `a host of fleet.yaml (${[...hosts.keys()].slice(0, 8).join(', ')})`;
      faults.push({ file, line, field: 'host', found: show(parsed.data.host), expected });
    } else {
      rows.push(parsed.data);
    }
  });
  if (faults.length > 0) throw new ConfigurationError(faults);
  return rows;
}

/** The line on which the nth data row begins; exact as long as no cell holds a line break. */
function lineNumbers(text: string): (row: number) => number {
  const lines = text.split(/\r\n|\r|\n/);
  const kept = lines.flatMap((line, index) =>
    line.trim() === '' || line.startsWith('#') ? [] : [index + 1],
  );
  return (row) => kept[row + 1] ?? lines.length;
}
