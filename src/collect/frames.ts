import type { Section } from './collector.ts';

// The text that a host script prints (script.ts), and how it is read back. Per command one frame:
//   ::vigie/1 NAME whole|cut|late STATUS|- STDOUT_BYTES STDERR_BYTES\n<stdout><stderr>\n
// and at the end `::vigie/1 end\n`. Lengths, not marks, say where content ends, so that no content can look like a frame.

/** How a line that begins a frame begins. */
export const frameMagic = '::vigie/1';

/** The section that holds the frames of the root wrapper. */
export const rootSection = 'root';

/** How much of a command's stderr travels. */
export const stderrLimitBytes = 4096;

const maxLineBytes = 256;
const maxSections = 1000;
const newline = 0x0a;

const header = /^::vigie\/1 (\S{1,100}) (whole|cut|late) (\d{1,3}|-) (\d{1,9}) (\d{1,4})$/;

/** A name that needs no quoting in a shell or in a frame: `host.meminfo`. */
export function isSectionName(name: string): boolean {
  return name.length <= 100 && /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name);
}

/** Bytes in, sections out. */
export interface FrameReader {
  /** Takes the next bytes, cut anywhere. Never throws; after a fault or the end it does nothing. */
  push(chunk: Uint8Array): void;
  /** The sections that came whole so far. */
  readonly sections: ReadonlyMap<string, Section>;
  /** The end frame came. */
  readonly isWhole: boolean;
  /** What came instead of a frame. */
  readonly fault: string | undefined;
}

interface Frame {
  readonly name: string;
  readonly isTruncated: boolean;
  readonly status: number | null;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

const maxRecentChunks = 1024;

/** A reader for one host's answer. It holds at most one frame besides the sections, and no frame longer than `maxBytes`. */
export function openFrameReader(maxBytes: number): FrameReader {
  const sections = new Map<string, Section>();
  let pending: Uint8Array[] = [];
  let recent: Uint8Array[] = [];
  let pendingBytes = 0;
  let frame: Frame | undefined;
  let isInFrames = false;
  let isWhole = false;
  let isLongNoise = false;
  let fault: string | undefined;

  function push(chunk: Uint8Array): void {
    if (isOver() || chunk.length === 0) return;
    recent.push(chunk);
    pendingBytes += chunk.length;
    if (recent.length >= maxRecentChunks) gather();
    while (!isOver() && (frame === undefined ? readLine() : readContent(frame)));
    if (isOver()) keepFrom(Buffer.alloc(0), 0);
  }

  function isOver(): boolean {
    return isWhole || fault !== undefined;
  }

  /** Reads one line, when it is there: noise, a header, or the end. */
  function readLine(): boolean {
    const bytes = joined();
    const end = bytes.indexOf(newline);
    const isLong = end < 0 ? bytes.length > maxLineBytes : end > maxLineBytes;
    if (isLong && isInFrames) fault = 'the host sent no frame where one was due';
    if (end < 0) {
      if (isLong) {
        isLongNoise = true;
        keepFrom(bytes, bytes.length);
      }
      return false;
    }
    const line = isLong || isLongNoise ? '' : bytes.toString('latin1', 0, end);
    isLongNoise = false;
    keepFrom(bytes, end + 1);
    takeLine(line);
    return true;
  }

  function takeLine(line: string): void {
    if (line === `${frameMagic} end`) {
      isWhole = true;
      return;
    }
    frame = parseHeader(line);
    if (frame === undefined) {
      if (isInFrames) fault = 'the host sent no frame where one was due';
      return;
    }
    isInFrames = true;
    if (frame.stdoutBytes > maxBytes)
      fault = `section ${frame.name} claims ${frame.stdoutBytes} bytes, more than ${maxBytes}`;
    if (sections.has(frame.name)) fault = `section ${frame.name} came twice`;
    if (sections.size >= maxSections) fault = `more than ${maxSections} sections came`;
  }

  /** Reads a frame's content, when all of it is there. */
  function readContent({ name, isTruncated, status, stdoutBytes, stderrBytes }: Frame): boolean {
    const contentBytes = stdoutBytes + stderrBytes;
    if (pendingBytes <= contentBytes) return false;
    const bytes = joined();
    if (bytes[contentBytes] !== newline) {
      fault = `section ${name} is not as long as it says`;
      return false;
    }
    const content = bytes.subarray(0, stdoutBytes);
    const stderr = bytes.toString('utf8', stdoutBytes, contentBytes);
    // What the wrapper printed before it was cut off is read all the same.
    if (name === rootSection) takeSections(content);
    const stdout = name === rootSection ? '' : content.toString('utf8');
    sections.set(name, { stdout, stderr, status, isTruncated });
    frame = undefined;
    keepFrom(bytes, contentBytes + 1);
    return true;
  }

  /** Takes the sections of frames within a frame. */
  function takeSections(content: Buffer): void {
    const inner = openFrameReader(maxBytes);
    inner.push(content);
    for (const [name, section] of inner.sections) {
      if (sections.has(name)) fault = `section ${name} came twice`;
      else if (name !== rootSection) sections.set(name, section);
    }
  }

  /** Many small chunks become one: an array of bytes costs a hundred times what it holds when it holds one. */
  function gather(): void {
    if (recent.length > 0) pending.push(recent.length === 1 && recent[0] ? recent[0] : Buffer.concat(recent));
    recent = [];
  }

  function joined(): Buffer {
    gather();
    const [first] = pending;
    const bytes = pending.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(pending);
    pending = [bytes];
    return bytes;
  }

  function keepFrom(bytes: Buffer, start: number): void {
    pending = start < bytes.length ? [bytes.subarray(start)] : [];
    recent = [];
    pendingBytes = bytes.length - Math.min(start, bytes.length);
  }

  return {
    push,
    sections,
    get isWhole() {
      return isWhole;
    },
    get fault() {
      return fault;
    },
  };
}

/** The same text as a host script would print for these sections: for simulated hosts. */
export function encodeSections(sections: ReadonlyMap<string, Section>): Buffer {
  const frames = [...sections].map(([name, { stdout, stderr, status, isTruncated }]) => {
    const [out, complaint] = [Buffer.from(stdout), Buffer.from(stderr).subarray(0, stderrLimitBytes)];
    const line = `${frameMagic} ${name} ${isTruncated ? 'cut' : 'whole'} ${status ?? '-'} ${out.length} ${complaint.length}\n`;
    return Buffer.concat([Buffer.from(line), out, complaint, Buffer.of(newline)]);
  });
  return Buffer.concat([Buffer.from('\n'), ...frames, Buffer.from(`${frameMagic} end\n`)]);
}

function parseHeader(line: string): Frame | undefined {
  const [, name = '', extent, status, stdoutBytes, stderrBytes] = header.exec(line) ?? [];
  if (!isSectionName(name)) return undefined;
  return {
    name,
    isTruncated: extent !== 'whole',
    status: status === '-' ? null : Number(status),
    stdoutBytes: Number(stdoutBytes),
    stderrBytes: Number(stderrBytes),
  };
}
