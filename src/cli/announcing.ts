import { AnnouncementId, type Announcements, type Update } from '../model/announcement.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { Locale, type LocalText, type LocalTextFile } from '../model/local-text.ts';
import { dayOf, fromSeconds, resolveWhen, toInstant, toSeconds, whenOf } from '../model/time.ts';
import { formatUpdate, type UpdateToWrite } from '../store/announcement-format.ts';
import type { ReadAnnouncement, ReadingContext } from '../store/announcement-text.ts';
import {
  type AnnouncementFolder,
  announcementPath,
  readAnnouncementFile,
  readAnnouncements,
} from '../store/announcements.ts';
import { createDocument, isAbsence, writeDocument } from '../store/documents.ts';
import { readFleet, shownPath } from '../store/fleet.ts';
import type { Workspace } from '../store/workspace.ts';
import { stepTexts } from './announcement-templates.ts';
import { progressOn } from './progress.ts';
import { gatherSetAside } from './set-aside.ts';

// What the commands that write announcements share: they check by the reader of the build before they write, and overwrite nothing.

/** The services or libraries that a command names. */
export interface ConcernedFlags {
  readonly service?: string;
  readonly library?: string;
  readonly all?: true;
}

/** A kind of announcement. */
export interface Kind<Value> {
  /** `vigie incident`, in messages. */
  readonly command: string;
  readonly folder: AnnouncementFolder;
  readonly parse: (
    text: string,
    file: string,
    id: string,
    context: ReadingContext,
  ) => ReadAnnouncement<Value>;
}

/** Where a command works, as of now. */
export interface Desk extends ReadingContext {
  readonly workspace: Workspace;
}

/** What was written. */
export interface Written<Value> {
  readonly path: string;
  readonly value: Value;
}

/** The desk of a workspace. */
export async function deskOf(workspace: Workspace): Promise<Desk> {
  return { workspace, fleet: await readFleet(workspace.data), now: toSeconds(toInstant(new Date())) };
}

/** All that is told, as the build reads it; what it cannot read is named, and ends the command with 1. */
export async function readTold({ workspace, fleet, now }: Desk): Promise<Announcements> {
  const aside = gatherSetAside(progressOn());
  const announcements = await readAnnouncements({
    dataFolder: workspace.data,
    fleet,
    now: fromSeconds(now),
    onBroken: aside.onBroken,
  });
  process.exitCode = aside.files().length > 0 ? 1 : 0;
  return announcements;
}

/** A command that was given what it cannot do; it exits with 2. */
export function refusal(command: string, found: string, expected: string): ConfigurationError {
  return new ConfigurationError([{ file: command, found, expected }]);
}

/** As front matter says it. */
export function concernedBy({ service, library, all }: ConcernedFlags) {
  const listed = (names: string) => names.split(',').map((name) => name.trim());
  return {
    ...(all ? { services: 'all' as const } : service === undefined ? {} : { services: listed(service) }),
    ...(library === undefined ? {} : { libraries: listed(library) }),
  };
}

/** The names of services as people know them, as a title begins: the first three, or how many there are. */
export function namesOf(services: readonly string[], fleet: Fleet): LocalText {
  const names = services.map((id) => fleet.services.get(id)?.name ?? id);
  if (names.length > 1 && names.length === fleet.services.size)
    return { fr: 'Tous les services', en: 'All services' };
  if (names.length > 3) return { fr: `${names.length} services`, en: `${names.length} services` };
  return { fr: names.join(', '), en: names.join(', ') };
}

/** A title that begins with the names of what it is about. */
export function titleOf(names: LocalText, { fr, en }: Required<LocalText>, fleet: Fleet): LocalTextFile {
  return inFleetLanguages({ fr: `${names.fr}\u202f: ${fr}`, en: `${names.en}: ${en}` }, fleet);
}

/** A text in the languages of the fleet; a string where that is one. */
function inFleetLanguages(text: Required<LocalText>, { locales }: Fleet): LocalTextFile {
  const [first = 'fr', ...others] = locales;
  return others.length === 0
    ? text[first]
    : Object.fromEntries(locales.map((locale) => [locale, text[locale]]));
}

/** What is said at an instant: a text in the fleet's first language, or what is known to say in all of its languages. */
export function said(
  kind: Pick<Kind<never>, 'command'>,
  given: string | undefined,
  known: Required<LocalText> | undefined,
  { when, step }: Pick<UpdateToWrite, 'when' | 'step'>,
  { locales }: Fleet,
): UpdateToWrite[] {
  if (given !== undefined) return [{ when, step, text: given }];
  if (known === undefined) throw refusal(kind.command, 'no text', `a text to say with ${step}`);
  return locales.map((locale, index) => ({
    when,
    step,
    text: known[locale],
    ...(index === 0 ? {} : { locale }),
  }));
}

/** This minute. */
export function thisMinute({ now, fleet }: ReadingContext): string {
  return whenOf(now - (now % 60), fleet.timeZone);
}

/**
 * Writes a new file, named by the day on which it begins and the words of its title; where that name is taken, with a number.
 * @throws ConfigurationError with all that the build would refuse.
 */
export async function createAnnouncement<Value>(
  kind: Kind<Value>,
  desk: Desk,
  asked: {
    readonly from: string;
    readonly title: LocalTextFile;
    readonly id?: string;
    /** Refuses what the text says. */
    readonly check?: (value: Value) => void;
  },
  text: string,
): Promise<Written<Value>> {
  const { from, title, id } = asked;
  const { locales, timeZone } = desk.fleet;
  const first = resolveWhen(from, timeZone) ?? desk.now;
  const words = typeof title === 'string' ? title : (title[locales[0] ?? 'fr'] ?? '');
  const base = id ?? `${dayOf(fromSeconds(first), timeZone)}-${slugOf(words)}`;
  for (let count = 1; ; count += 1) {
    const own = AnnouncementId.parse(count === 1 ? base : `${base}-${count}`);
    const path = announcementPath(desk.workspace.data, kind.folder, own);
    const { value, unknown } = checked(kind, desk, path, own, text);
    // What the build would leave out is in a new file a slip of the pen.
    if (unknown.length > 0) throw new ConfigurationError(unknown);
    asked.check?.(value);
    if (await createDocument(path, text)) return { path, value };
    if (id !== undefined)
      throw refusal(kind.command, shownPath(path), 'an incident that nobody has written of yet');
  }
}

/** What an update says beside its step and its text. */
export interface UpdateFlags {
  readonly at?: string;
  readonly locale?: string;
  readonly json?: true;
}

/** An update as it was asked for. */
export interface AskedUpdate<Value> {
  readonly step: UpdateToWrite['step'];
  readonly text: string | undefined;
  readonly flags: UpdateFlags;
  /** Refuses what the file holds. */
  readonly check?: (value: Value) => void;
}

/**
 * Adds an update at the end of a file.
 * @throws ConfigurationError when there is no such file, with all that the build would refuse.
 */
export async function addUpdate<Value extends { readonly updates: readonly Update<string>[] }>(
  kind: Kind<Value>,
  desk: Desk,
  id: string,
  asked: AskedUpdate<Value>,
): Promise<Written<Value>> {
  const known = AnnouncementId.safeParse(id.replace(/^.*\/|\.md$/g, ''));
  const path = known.success ? announcementPath(desk.workspace.data, kind.folder, known.data) : id;
  const before = known.success ? await textOf(path) : undefined;
  if (before === undefined || !known.success)
    throw refusal(kind.command, JSON.stringify(id), `one that ${kind.command} list shows`);
  const { value: held } = checked(kind, desk, path, known.data, before);
  asked.check?.(held);
  const added = composed(kind, desk, held, asked);
  const text = `${before.trimEnd()}\n${added.map(formatUpdate).join('')}`;
  const { value } = checked(kind, desk, path, known.data, text);
  if ((await textOf(path)) !== before)
    throw refusal(
      kind.command,
      `${shownPath(path)}, changed by somebody else just now`,
      'to be alone; try again',
    );
  await writeDocument(path, text);
  return { path, value };
}

/** In another language it is that of the last update of its step. */
function composed<Value extends { readonly updates: readonly Update<string>[] }>(
  kind: Kind<Value>,
  desk: Desk,
  { updates }: Value,
  { step, text, flags }: AskedUpdate<Value>,
): UpdateToWrite[] {
  const { fleet } = desk;
  const locale = Locale.safeParse(flags.locale ?? fleet.locales[0]).data;
  if (locale === undefined)
    throw refusal(kind.command, JSON.stringify(flags.locale), `one of ${Locale.options.join(', ')}`);
  if (locale === fleet.locales[0])
    return said(kind, text, stepTexts[step], { when: flags.at ?? thisMinute(desk), step }, fleet);
  if (text === undefined) throw refusal(kind.command, 'no text', `a text in ${locale}`);
  const last = updates.findLast((update) => update.step === step);
  const at = last === undefined ? thisMinute(desk) : whenOf(toSeconds(last.at), fleet.timeZone);
  return [{ when: flags.at ?? at, step, text, locale }];
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readAnnouncementFile(path);
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw cause;
  }
}

/** What the build would read; what it would refuse is refused here. */
function checked<Value>(kind: Kind<Value>, desk: Desk, path: string, id: string, text: string) {
  const { value, faults, unknown } = kind.parse(text, shownPath(path), id, desk);
  if (value === undefined) throw new ConfigurationError(faults);
  return { value, unknown };
}

/** A title in small letters without accents, as many of its words as 60 characters hold. */
function slugOf(title: string): string {
  const words = title
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const some =
    words.length > 60
      ? words
          .slice(0, 61)
          .replace(/-[^-]*$/, '')
          .slice(0, 60)
      : words;
  return some === '' ? 'annonce' : some;
}
