import { stringify } from 'yaml';
import type { z } from 'zod';
import type { IncidentFile, IncidentStep, MaintenanceFile, MaintenanceStep } from '../model/announcement.ts';
import type { Locale } from '../model/local-text.ts';

/** An update as it is to be written. */
export interface UpdateToWrite {
  /** As people write instants: `2026-11-22 14:10`. */
  readonly when: string;
  readonly step: IncidentStep | MaintenanceStep;
  /** The fleet's first when absent. */
  readonly locale?: Locale;
  readonly text: string;
}

/** The text of an announcement's file. */
export function formatAnnouncement(
  frontMatter: z.input<typeof IncidentFile> | z.input<typeof MaintenanceFile>,
  updates: readonly UpdateToWrite[],
): string {
  return `---\n${stringify(frontMatter, { lineWidth: 0 })}---\n${updates.map(formatUpdate).join('')}`;
}

/** One update, to be added at the end of a file. */
export function formatUpdate({ when, step, locale, text }: UpdateToWrite): string {
  const language = locale === undefined ? '' : ` (${locale})`;
  return `\n## ${when} ${step}${language}\n\n${text.trim()}\n`;
}
