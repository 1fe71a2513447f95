import type { Fleet } from '../model/fleet.ts';
import { inLocale, type LocalText } from '../model/local-text.ts';
import type { PublicIncident, PublicMaintenance } from '../model/status-file.ts';
import { type Instant, toSeconds, whenOf } from '../model/time.ts';

/** So many turns of a maintenance are told. */
const mostTold = 5;

/** What the page says of an incident, a line each. */
export function incidentLines(incident: PublicIncident, fleet: Fleet): string[] {
  const { id, title, impact, services, from, to, updates, corrections } = incident;
  const when = whenIn(fleet);
  return [
    `${id}  ${title === null ? '(nobody has written of it)' : text(title, fleet)}`,
    `  ${impact}, ${to === null ? `since ${when(from)}` : `from ${when(from)} to ${when(to)}`}: ${listed(services)}`,
    ...corrections.map(
      ({ services: own, from, to, state, reason }) =>
        `  corrected: ${listed(own)} ${state} from ${when(from)} to ${when(to)} (${text(reason, fleet)})`,
    ),
    ...updates.map((update) => `  ${when(update.at)} ${update.step}: ${text(update.text, fleet)}`),
  ];
}

/** What the page says of a maintenance, a line each; of many turns, those that come next. */
export function maintenanceLines(maintenance: PublicMaintenance, fleet: Fleet, now: number): string[] {
  const { id, title, occurrences, updates } = maintenance;
  const when = whenIn(fleet);
  const coming = occurrences.filter(({ to }) => toSeconds(to) > now);
  const shown = coming.length === 0 ? occurrences.slice(-1) : coming.slice(0, mostTold);
  const more = coming.length > shown.length ? [`  … and ${coming.length - shown.length} more`] : [];
  return [
    `${id}  ${text(title, fleet)}`,
    ...shown.map(
      ({ from, to, step, services }) => `  ${step}, from ${when(from)} to ${when(to)}: ${listed(services)}`,
    ),
    ...more,
    ...updates.map((update) => `  ${when(update.at)} ${update.step}: ${text(update.text, fleet)}`),
  ];
}

function whenIn({ timeZone }: Fleet): (at: Instant) => string {
  return (at) => whenOf(toSeconds(at), timeZone);
}

function text(written: LocalText, { locales }: Fleet): string {
  return inLocale(written, locales[0] ?? 'fr').text.replace(/\s+/g, ' ');
}

function listed(services: readonly string[]): string {
  const first = services.slice(0, mostTold).join(', ');
  return services.length > mostTold ? `${first} and ${services.length - mostTold} more` : first;
}
