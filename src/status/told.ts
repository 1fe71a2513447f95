import type { Impact, IncidentStep } from '../model/announcement.ts';
import { inLocale, type LocalText } from '../model/local-text.ts';
import type { State } from '../model/state.ts';
import type { PublicIncident, PublicService, StatusFile } from '../model/status-file.ts';
import type { Instant } from '../model/time.ts';
import type { Locale } from '../ui/locale.ts';
import { statusMessages } from './messages.ts';
import { onceOf } from './once.ts';

/** The services by their ids, in the order of the pages. */
export const servicesById = onceOf(
  ({ services }): ReadonlyMap<string, PublicService> =>
    new Map(services.map((service) => [service.id, service])),
);

/** The names of some services, as one text. */
export function namesOf(services: readonly string[], status: StatusFile): string {
  const known = servicesById(status);
  return services.flatMap((id) => known.get(id)?.name ?? []).join(', ');
}

/** The title of an incident: that of people, else what our probes can say. */
export function incidentTitle(
  { title, services, impact }: PublicIncident,
  status: StatusFile,
  locale: Locale,
): string {
  if (title !== null) return told(title, locale);
  const words = statusMessages(locale).incident;
  const [only, ...others] = services;
  const name = only === undefined ? undefined : servicesById(status).get(only)?.name;
  return name === undefined || others.length > 0
    ? words.several(services.length, impact)
    : words.one(name, impact);
}

/** The state whose colours go with what an incident does to services. */
export const impactStates: Readonly<Record<Impact, State>> = {
  none: 'unknown',
  minor: 'degraded',
  major: 'down',
  critical: 'down',
};

/** What was said of an incident at an instant. */
export interface Said {
  readonly at: Instant;
  readonly step: IncidentStep;
  readonly html: string;
  readonly text: string;
}

/** What was said of an incident, oldest first; of one that nobody wrote of, what our probes found. */
export function saidOf({ title, updates, from, to }: PublicIncident, locale: Locale): Said[] {
  if (title !== null)
    return updates.map(({ at, step, html, text }) => ({
      at,
      step,
      html: told(html, locale),
      text: told(text, locale),
    }));
  const { began, ended } = statusMessages(locale).incident;
  const plain = (at: Instant, step: IncidentStep, text: string): Said => ({
    at,
    step,
    html: `<p>${text}</p>`,
    text,
  });
  return [plain(from, 'investigating', began), ...(to === null ? [] : [plain(to, 'resolved', ended)])];
}

/** The step that an incident is at. */
export function stepOf({ updates, to }: PublicIncident): IncidentStep {
  if (to !== null) return updates.at(-1)?.step === 'postmortem' ? 'postmortem' : 'resolved';
  return updates.findLast(({ step }) => step !== 'postmortem')?.step ?? 'investigating';
}

/** A text of people in a language, or in the one that it has. */
export function told(text: LocalText, locale: Locale): string {
  return inLocale(text, locale).text;
}
