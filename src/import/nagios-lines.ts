import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { ConfigurationError } from '../model/fault.ts';
import type { Source } from './source.ts';

/** The rest of a longer line is passed over. */
const maxLineLength = 65_536;

/** A line of one of several logs. */
export interface LogLine {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

interface OpenLog {
  readonly source: Source;
  readonly lines: AsyncGenerator<LogLine>;
  head: LogLine;
  /** Seconds since 1970; of a line without a time, that of the line before. */
  at: number;
}

/**
 * The lines of all logs in the order of their times, whatever the order of the files; a line that stands in two of them comes once.
 * Files end in .gz or not: their bytes tell.
 * @throws ConfigurationError when a compressed file is damaged.
 */
export async function* mergedLines(sources: readonly Source[]): AsyncGenerator<LogLine> {
  const waiting: OpenLog[] = [];
  for (const source of sources) {
    const log = await open(source);
    if (log === undefined) continue;
    waiting.push(log);
    // Hundreds of archives are not held open together: each is read again when its time comes.
    await log.lines.return(undefined);
  }
  const queue = waiting.toSorted((a, b) => a.at - b.at);
  const opened: OpenLog[] = [];
  const seen = new Set<string>();
  let second = 0;
  while (queue.length > 0 || opened.length > 0) {
    const earliest = earliestOf(opened);
    const [next] = queue;
    if (next !== undefined && (earliest === undefined || next.at <= earliest.at)) {
      queue.shift();
      const again = await open(next.source);
      if (again !== undefined) opened.push(again);
      continue;
    }
    if (earliest === undefined) return;
    const { head, at } = earliest;
    if (at !== second) seen.clear();
    second = at;
    if (!seen.has(head.text)) yield head;
    seen.add(head.text);
    if (!(await advance(earliest))) opened.splice(opened.indexOf(earliest), 1);
  }
}

function earliestOf(logs: readonly OpenLog[]): OpenLog | undefined {
  let earliest: OpenLog | undefined;
  for (const log of logs) if (earliest === undefined || log.at < earliest.at) earliest = log;
  return earliest;
}

async function open(source: Source): Promise<OpenLog | undefined> {
  const lines = linesOf(source);
  const first = await lines.next();
  if (first.done) return undefined;
  return { source, lines, head: first.value, at: timeOf(first.value.text) ?? 0 };
}

async function advance(log: OpenLog): Promise<boolean> {
  const next = await log.lines.next();
  if (next.done) return false;
  log.head = next.value;
  log.at = timeOf(next.value.text) ?? log.at;
  return true;
}

function timeOf(text: string): number | undefined {
  const seconds = /^\[(\d{9,11})\]/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

async function* linesOf({ path, name }: Source): AsyncGenerator<LogLine> {
  let begun = '';
  let line = 0;
  for await (const piece of piecesOf(path, name)) {
    const ends = (begun + piece).split('\n');
    begun = (ends.pop() ?? '').slice(0, maxLineLength);
    for (const end of ends) {
      line += 1;
      const text = end.slice(0, maxLineLength).trimEnd();
      if (text !== '') yield { file: name, line, text };
    }
  }
  if (begun.trim() !== '') yield { file: name, line: line + 1, text: begun.trimEnd() };
}

/** Text in any encoding of the ASCII family; what else is in it may be spoilt, and the line is read all the same. */
async function* piecesOf(path: string, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const file = createReadStream(path);
  try {
    const isCompressed = await startsWithGzip(path);
    const stream = isCompressed ? file.pipe(createGunzip()) : file;
    for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_'))) throw cause;
    throw new ConfigurationError([{ file: name, found: cause.message, expected: 'a whole gzip file' }]);
  } finally {
    file.destroy();
  }
}

async function startsWithGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 })) {
    const [first, second] = chunk as Buffer;
    return first === 0x1f && second === 0x8b;
  }
  return false;
}
