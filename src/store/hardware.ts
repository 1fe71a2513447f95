import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { HardwareRow, hardwareColumns } from '../model/hardware.ts';
import { problemsOf, show } from '../model/problem.ts';
import { shownPath, unreadable } from './fleet.ts';

/**
 * Reads `hardware.csv` of a data folder. A fleet without one owns nothing on record: an empty list.
 * @throws ConfigurationError with all faults at once: file, line, column, found, expected.
 */
export async function readHardware(dataFolder: string, fleet: Fleet): Promise<HardwareRow[]> {
  const path = join(dataFolder, 'hardware.csv');
  const file = shownPath(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new ConfigurationError([unreadable(file, cause)]);
  }
  return parseHardware(text, file, fleet);
}

/** The text of a hardware.csv (comma, semicolon or tab; UTF-8) to its rows. Lines that begin with `#` are comments. */
export function parseHardware(text: string, file: string, fleet: Fleet): HardwareRow[] {
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
    } else if (!fleet.hosts.has(parsed.data.host)) {
      const expected = `a host of fleet.yaml (${[...fleet.hosts.keys()].slice(0, 8).join(', ')})`;
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
