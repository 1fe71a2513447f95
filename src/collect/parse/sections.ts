import { EntityRecord, type SourceError } from '../../model/snapshot.ts';
import type { Command, HostContext, Parsed, Section } from '../collector.ts';
import { FormatError } from './field.ts';
import type { Rows } from './rows.ts';

/** Reads one section after another; what cannot be read becomes an error and costs nothing else. */
export interface SectionReader {
  /** The section's value, or undefined when it cannot be read, or is optional and not there. */
  read<Value>(name: string, parse: (text: string) => Value): Value | undefined;
  /** The rows that could be read, of a section of one row a line. */
  readRows<Row>(name: string, parse: (text: string) => Rows<Row>): readonly Row[];
  /** Keeps a record; one that cannot be (a device with a name of control characters, say) becomes an error of its section. */
  keep(name: string, record: EntityRecord): void;
  /** All that was kept, and all errors. */
  readonly parsed: Parsed;
}

/** A reader over what a host answered to a collector's commands. */
export function sectionReader(
  commands: Readonly<Record<string, Command>>,
  sections: ReadonlyMap<string, Section>,
  context: HostContext,
): SectionReader {
  const records: EntityRecord[] = [];
  const errors: SourceError[] = [];

  function report(name: string, message: string): void {
    errors.push({ source: `host:${context.host}`, part: name, message: message.slice(0, 1000) });
  }

  function textOf(name: string): string | undefined {
    const section = sections.get(name);
    // That root's sections are missing is told once a host, by whoever runs the script.
    const isOptional =
      commands[name]?.isOptional === true || (section === undefined && commands[name]?.asRoot === true);
    const failure = section === undefined ? 'no answer' : failureOf(section);
    if (failure === undefined) return section?.stdout;
    if (isOptional) return undefined;
    report(name, failure);
    return section === undefined || isBrokenOff(section) ? undefined : section.stdout;
  }

  function attempt<Value>(name: string, parse: (text: string) => Value): Value | undefined {
    const text = textOf(name);
    if (text === undefined || text === '') return undefined;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      report(name, error.message);
      return undefined;
    }
  }

  return {
    parsed: { records, errors },
    read: attempt,
    keep(name, record) {
      const checked = EntityRecord.safeParse(record);
      if (checked.success) {
        records.push(checked.data);
        return;
      }
      const [issue] = checked.error.issues;
      report(
        name,
        `${JSON.stringify(record.entity).slice(0, 120)}: ${issue?.path.join('.')}: ${issue?.message}`,
      );
    },
    readRows(name, parse) {
      const found = attempt(name, parse);
      for (const fault of found?.faults ?? []) report(name, fault);
      return found?.rows ?? [];
    },
  };
}

/**
 * Whether the output may end in the middle of a number. That of a command that failed by itself does not, and is read all the
 * same: df still tells of the other file systems when one is broken. From 124 on, `timeout` or a signal ended it.
 */
function isBrokenOff({ isTruncated, status }: Section): boolean {
  return isTruncated || status === null || status >= 124;
}

/** Why a section is not whole; undefined when it is. */
function failureOf(section: Section): string | undefined {
  const stderr = section.stderr.trim();
  const detail = stderr === '' ? '' : `: ${JSON.stringify(stderr.slice(0, 300)).slice(1, -1)}`;
  if (section.isTruncated) return `too much output${detail}`;
  if (section.status === null) return `cut off before its end${detail}`;
  if (section.status === 124) return `out of time${detail}`;
  if (section.status === 127) return `not installed${detail}`;
  if (section.status !== 0) return `exit status ${section.status}${detail}`;
  return section.stdout === '' ? 'empty' : undefined;
}
