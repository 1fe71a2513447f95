import type { BackupMark, BackupReport, BackupState } from '../model/reports-file.ts';
import { formatBytes, formatDay, formatDuration, formatMonth } from '../ui/format.ts';
import type { Locale } from '../ui/locale.ts';
import { formatYears } from './figures.ts';
import { reportMessagesIn } from './messages.ts';

// Policies and evidence in words, and which services come first.

/** A shape of its own for each state, which colour only repeats. */
export const backupGlyphs: Readonly<Record<BackupState, string>> = {
  valid: '●',
  present: '◉',
  unverified: '◐',
  suspicious: '▲',
  bad: '■',
  late: '◔',
  missing: '✕',
  unseen: '?',
  none: '·',
};

const holes: readonly BackupState[] = ['missing', 'bad', 'suspicious', 'late'];

/** Services that lack something, the gravest first. */
export function holesIn(backups: readonly BackupReport[]): BackupReport[] {
  return backups
    .filter(({ state }) => holes.includes(state))
    .toSorted((a, b) => holes.indexOf(a.state) - holes.indexOf(b.state));
}

/** Services of which nothing worse is known than that not all could be looked at. */
export function unseenIn(backups: readonly BackupReport[]): BackupReport[] {
  return backups.filter(({ state }) => state === 'unseen');
}

/** Whether a service has all that its policy asks for, as far as is known, and nothing of it is left to be seen. */
export function isSound({ state }: BackupReport): boolean {
  return state !== 'unseen' && !holes.includes(state);
}

/** Those that lack something first, then those that could not be looked at. */
export function rankBackups(backups: readonly BackupReport[]): BackupReport[] {
  const first = [...holesIn(backups), ...unseenIn(backups)];
  return [...first, ...backups.filter((report) => !first.includes(report))];
}

/** What a policy asks for: `7 jours de suite, 12 mois de suite`. */
export function termsOf({ policy }: BackupReport, locale: Locale): string {
  const words = reportMessagesIn(locale).backups;
  const weekdays: Readonly<Record<string, string>> = words.weekdays;
  const { daily, monthly, containerSnapshot, coldCheck_seconds } = policy;
  const terms = [
    ...(daily === null ? [] : [words.daily(daily)]),
    ...(monthly === null ? [] : [words.monthly(monthly)]),
    ...(containerSnapshot === null ? [] : [words.weekly(weekdays[containerSnapshot] ?? containerSnapshot)]),
    ...(coldCheck_seconds === null ? [] : [words.cold(longDuration(coldCheck_seconds, locale))]),
  ];
  return terms.length === 0 ? words.noTerms : terms.join(', ');
}

/** A mark in words: `21 novembre 2026 : mauvaise (its closing line is missing)`. */
export function markText(mark: BackupMark, locale: Locale): string {
  const words = reportMessagesIn(locale).backups;
  const detail = detailOf(mark, locale);
  const state = words.states[mark.state];
  return words.mark(onText(mark, locale), detail === '' ? state : `${state} (${detail})`);
}

/** All that is wrong, a line each; neighbours of one state without anything to add share one. */
export function troublesOf(marks: readonly BackupMark[], locale: Locale): string[] {
  const words = reportMessagesIn(locale).backups;
  const runs: BackupMark[][] = [];
  for (const mark of marks) {
    const last = runs.at(-1);
    if (last?.[0]?.state === mark.state && isPlain(last[0]) && isPlain(mark)) last.push(mark);
    else runs.push([mark]);
  }
  return runs.flatMap(([first, ...others]) => {
    if (first === undefined || !isTrouble(first)) return [];
    const last = others.at(-1);
    if (last === undefined) return [markText(first, locale)];
    const range = words.range(onText(first, locale), onText(last, locale), others.length + 1);
    return [words.mark(range, words.states[first.state])];
  });
}

/** A year is not 365 days and 6 hours. */
function longDuration(seconds: number, locale: Locale): string {
  const days = seconds / 86_400;
  return days < 365 ? formatDuration(seconds, locale) : formatYears(days, locale);
}

function isPlain({ why, usual_bytes }: BackupMark): boolean {
  return why === null && usual_bytes === null;
}

function isTrouble({ state }: BackupMark): boolean {
  return holes.includes(state) || state === 'unverified';
}

function onText({ on }: BackupMark, locale: Locale): string {
  return on.length === 7 ? formatMonth(on, locale) : formatDay(on, locale);
}

function detailOf({ bytes, usual_bytes, why }: BackupMark, locale: Locale): string {
  const words = reportMessagesIn(locale).backups;
  const size = bytes === null ? null : formatBytes(bytes, locale);
  const sizes =
    size === null || usual_bytes === null ? size : words.usual(size, formatBytes(usual_bytes, locale));
  return [sizes, why].filter((part) => part !== null).join(', ');
}
