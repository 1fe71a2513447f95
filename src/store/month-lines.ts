import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { EntityMonth, Monthly } from '../model/rollup.ts';
import type { Month } from '../model/time.ts';
import { type BrokenFile, isOurs, openingFlags } from './documents.ts';
import { type Part, partEntity, partOf, spanOf } from './part.ts';
import { faultOfEntity, faultOfMonth, monthlyKind, readMonthlyFile } from './rollups.ts';

const Head = Monthly.omit({ entities: true });

/** What a file says before its lines, and where they lie. */
interface Lines {
  readonly head: Pick<Monthly, 'month' | 'timeZone' | 'days' | 'inputs'>;
  readonly entities: ReadonlyMap<string, Line>;
}

/** Where an entity's line lies in a file. */
interface Line {
  readonly start: number;
  readonly end: number;
}

/**
 * Opens a month as a part. Its lines, one an entity, are parsed as they are asked for; a line that is broken is told then, and costs its
 * own entity. A file that was not written line by line is parsed whole. Undefined when it is broken as a whole, which is told.
 */
export async function openMonth(
  path: string,
  month: Month,
  onBroken: (broken: BrokenFile) => void,
): Promise<Part | undefined> {
  const opened = openLines(path);
  if (opened === undefined || faultOfMonth(opened.lines.head, month) !== undefined) {
    opened?.close();
    const monthly = await readMonthlyFile(path, month, onBroken);
    return monthly === undefined ? undefined : partOf(monthly, monthly.entities);
  }
  const { days, seen, end } = spanOf(opened.lines.head);
  let isSound = true;
  return {
    days,
    seen,
    end,
    names: [...opened.lines.entities.keys()],
    entity(name) {
      const line = opened.lines.entities.get(name);
      if (line === undefined) return undefined;
      const entity = parseLine(opened.read(line), days.length);
      if (typeof entity !== 'string') return partEntity(entity, days.length);
      isSound = false;
      onBroken({ file: path, message: `${name}: ${entity}` });
      return undefined;
    },
    isSound: () => isSound,
    close: opened.close,
  };
}

/** A file whose lines are read one by one; undefined when there is none, or none with such lines. */
function openLines(
  path: string,
): { lines: Lines; read: (line: Line) => string; close: () => void } | undefined {
  let file: number;
  try {
    file = openSync(path, openingFlags);
  } catch {
    return undefined;
  }
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  const lines = tryToFind(file);
  if (lines === undefined) {
    close();
    return undefined;
  }
  return {
    lines,
    read({ start, end }) {
      const bytes = Buffer.allocUnsafe(end - start);
      readSync(file, bytes, 0, bytes.length, start);
      return bytes.toString('utf8');
    },
    close,
  };
}

function tryToFind(file: number): Lines | undefined {
  try {
    return isOurs(fstatSync(file)) ? linesOf(readFileSync(file)) : undefined;
  } catch {
    // A folder, or larger than we read: whoever reads it as a document says so.
    return undefined;
  }
}

function parseLine(text: string, length: number): EntityMonth | string {
  try {
    const parsed = EntityMonth.safeParse(JSON.parse(text));
    if (!parsed.success) return parsed.error.issues[0]?.message ?? 'not of its schema';
    return faultOfEntity(parsed.data, length) ?? parsed.data;
  } catch (cause) {
    return `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** The head of a month and where its lines lie; undefined when it was not written as we write it, or not to its end. */
function linesOf(bytes: Buffer): Lines | undefined {
  const opening = ',\n"entities": {\n';
  const closing = '\n}\n}\n';
  const start = bytes.indexOf(opening);
  const end = bytes.length - closing.length;
  if (start === -1 || bytes.toString('latin1', end) !== closing) return undefined;
  const head = Head.safeParse(jsonOf(`${bytes.toString('utf8', 0, start)}}`));
  if (!head.success || head.data.schema !== monthlyKind.name) return undefined;
  const entities = new Map<string, Line>();
  for (let from = start + opening.length; from < end; ) {
    const found = bytes.indexOf('\n', from);
    const to = found === -1 || found > end ? end : found;
    const colon = bytes.indexOf('": {', from);
    if (colon === -1 || colon > to) return undefined;
    const name = jsonOf(bytes.toString('utf8', from, colon + 1));
    if (typeof name !== 'string') return undefined;
    // All but the last line end in a comma.
    entities.set(name, { start: colon + 3, end: to === end ? to : to - 1 });
    from = to + 1;
  }
  return { head: head.data, entities };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
