import type { z } from 'zod';
import type { Update } from '../model/announcement.ts';
import type { Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { Locale } from '../model/local-text.ts';
import { problemsOf, show } from '../model/problem.ts';
import { fromSeconds, resolveWhen } from '../model/time.ts';
import { readYaml, type YamlDocument } from './yaml-document.ts';

// The text of an incident or a maintenance: front matter between two lines of ---, then updates, each below a heading of its own.

/** What announcements are read by. */
export interface ReadingContext {
  readonly fleet: Fleet;
  /** In seconds since 1970. */
  readonly now: number;
}

/** An update, and the line of its heading. */
export interface WrittenUpdate<Step extends string> extends Update<Step> {
  /** In seconds since 1970. */
  readonly seconds: number;
  readonly line: number;
}

/** What stands in the file of an announcement; there is nothing when its front matter is not what it should be, and then there are faults. */
export interface AnnouncementText<FrontMatter, Step extends string> {
  readonly written?: {
    readonly frontMatter: FrontMatter;
    readonly toFault: YamlDocument['toFault'];
    /** Oldest first. */
    readonly updates: readonly WrittenUpdate<Step>[];
  };
  readonly faults: readonly Fault[];
}

/** What became of the file of an announcement. */
export interface ReadAnnouncement<Value> {
  /** Undefined when the file has faults. */
  readonly value: Value | undefined;
  readonly faults: readonly Fault[];
  /** Names that fleet.yaml does not know (any more): they are left out. */
  readonly unknown: readonly Fault[];
}

/** Clocks of those who write may be ahead of ours by this much. */
export const aheadSeconds = 300;
/** As much as an update of Statuspage holds. */
const mostCharacters = 25_000;
const fence = '---';
/** What no XML may hold (https://www.w3.org/TR/xml/#charsets); word processors leave some of it in what is copied from them. */
const unprintable = /[^\P{Cc}\n\r\t]|[\uFFFE\uFFFF]/gu;

/** Reads a file's text. Any text is read or refused, with every fault of it. */
export function readAnnouncementText<Schema extends z.ZodType, Step extends string>(
  text: string,
  file: string,
  { schema, steps, jsonSchema }: { schema: Schema; steps: readonly Step[]; jsonSchema: () => object },
  context: ReadingContext,
): AnnouncementText<z.output<Schema>, Step> {
  const lines = text.replace(unprintable, ' ').split(/\r?\n/);
  const isFenced = lines[0]?.trimEnd() === fence;
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === fence);
  if (!isFenced || end === -1) {
    const line = isFenced ? lines.length : 1;
    return { faults: [{ file, line, expected: 'front matter between two lines of ---' }] };
  }
  const { updates, faults } = readUpdates(lines, end + 1, file, steps, context);
  // With its first line, so that the lines of the document are those of the file.
  const document = readYaml(lines.slice(0, end).join('\n'), file, jsonSchema);
  if (!('value' in document)) return { faults: [...document.faults, ...faults] };
  const { toFault } = document;
  const parsed = schema.safeParse(document.value);
  if (parsed.success)
    return {
      written: { frontMatter: parsed.data, toFault, updates },
      faults: [...document.faults, ...faults],
    };
  const problems = problemsOf(parsed.error.issues, document.value);
  return { faults: [...document.faults, ...problems.map(toFault), ...faults] };
}

/** A heading and what stands below it. */
interface Section {
  readonly heading: string;
  /** 1-based. */
  readonly line: number;
  readonly body: string[];
}

function readUpdates<Step extends string>(
  lines: readonly string[],
  start: number,
  file: string,
  steps: readonly Step[],
  { fleet, now }: ReadingContext,
): { readonly updates: readonly WrittenUpdate<Step>[]; readonly faults: readonly Fault[] } {
  const { sections, faults } = sectionsOf(lines, start, file);
  const updates: WrittenUpdate<Step>[] = [];
  for (const { heading, line, body } of sections) {
    const refuse = (found: string, expected: string) => faults.push({ file, line, found, expected });
    const [, when = '', word = '', language = fleet.locales[0] ?? 'fr'] =
      /^(\S+(?: \d\d:\S+)?) +([A-Za-z_-]+)(?: +\(([A-Za-z-]+)\))?$/.exec(heading) ?? [];
    const step = steps.find((one) => lettersOf(one) === lettersOf(word));
    const locale = Locale.safeParse(language).data;
    const seconds = resolveWhen(when, fleet.timeZone);
    const text = body.join('\n').trim();
    if (word === '') refuse(show(heading), `an update such as ## 2026-11-22 14:10 ${steps[0]}`);
    else if (step === undefined) refuse(show(word), `one of ${steps.join(', ')}`);
    else if (seconds === undefined) refuse(show(when), 'an instant such as 2026-11-22 14:10');
    else if (seconds > now + aheadSeconds) refuse(show(when), 'an instant that has come');
    else if (locale === undefined) refuse(show(language), `one of ${Locale.options.join(', ')}`);
    else if (text.length > mostCharacters)
      refuse(`${text.length} characters`, `at most ${mostCharacters} in an update`);
    else {
      const same = updates.findIndex((update) => update.seconds === seconds && update.step === step);
      const known = updates[same];
      if (known !== undefined && known.text[locale] !== undefined)
        refuse(`${show(heading)} a second time`, 'an update once in each language');
      else if (known !== undefined) updates[same] = { ...known, text: { ...known.text, [locale]: text } };
      else if (seconds < (updates.at(-1)?.seconds ?? 0))
        refuse(show(when), `an instant not before that of the update above (${updates.at(-1)?.at})`);
      else updates.push({ at: fromSeconds(seconds), seconds, step, text: { [locale]: text }, line });
    }
  }
  return { updates, faults };
}

/** What stands below each line that begins with `## `, wherever it stands. */
function sectionsOf(
  lines: readonly string[],
  start: number,
  file: string,
): { readonly sections: readonly Section[]; readonly faults: Fault[] } {
  const sections: Section[] = [];
  const faults: Fault[] = [];
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const section = sections.at(-1);
    if (/^##\s/.test(line))
      sections.push({ heading: line.slice(2).trim().replace(/\s+/g, ' '), line: index + 1, body: [] });
    else if (section !== undefined) section.body.push(line);
    else if (line.trim() !== '' && faults.length === 0)
      faults.push({
        file,
        line: index + 1,
        found: show(line),
        expected: 'a heading such as ## 2026-11-22 14:10 … before any text',
      });
  }
  return { sections, faults };
}

/** So that `post-mortem` and `in-progress` are understood as well. */
function lettersOf(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '');
}
