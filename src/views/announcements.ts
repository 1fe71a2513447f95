import type { DetectedIncident } from '../analysis/uptime/incidents.ts';
import type { Incident, Maintenance, MaintenanceStep, Occurrence, Update } from '../model/announcement.ts';
import type { Slug } from '../model/entity.ts';
import { Locale, type LocalText } from '../model/local-text.ts';
import type {
  PublicCorrection,
  PublicIncident,
  PublicMaintenance,
  PublicOccurrence,
} from '../model/status-file.ts';
import { fromSeconds, toSeconds } from '../model/time.ts';
import type { Audience } from './audiences.ts';
import { renderMarkdown } from './markdown.ts';

/** By what announcements are shown. */
export interface Showing {
  /** Each reads of its own services alone; what concerns several of them is told to each. */
  readonly audiences: readonly Audience[];
  /** In seconds since 1970: what came later is not told. */
  readonly now: number;
  /** Of a maintenance that comes again, what ended before is not told any more. */
  readonly since: number;
}

/** The incidents that people told, and those that outages tell, newest first. */
export function publicIncidents(
  told: readonly Incident[],
  detected: readonly DetectedIncident[],
  { audiences, now }: Showing,
): PublicIncident[] {
  const orders = audiences.map(orderOf);
  return [...told, ...detected]
    .filter(({ from }) => from <= now)
    .toSorted((a, b) => b.from - a.from || compare(a.id, b.id))
    .flatMap((incident) =>
      orders
        .filter((order) => concerns(order, incident.services))
        .map((order) => publicIncident(incident, order, now)),
    );
}

/** Maintenance by when it comes next; what is over comes last, the newest first. */
export function publicMaintenances(
  maintenances: readonly Maintenance[],
  { audiences, now, since }: Showing,
): PublicMaintenance[] {
  const orders = audiences.map(orderOf);
  return maintenances
    .flatMap((maintenance) => orders.map((order) => publicMaintenance(maintenance, order, now, since)))
    .filter(({ occurrences }) => occurrences.length > 0)
    .map((shown) => ({ shown, next: nextOf(shown, now) }))
    .toSorted((a, b) => a.next - b.next || compare(a.shown.id, b.shown.id))
    .map(({ shown }) => shown);
}

function publicIncident(
  { id, title, impact, services, from, to, updates, corrections }: Incident | DetectedIncident,
  { audience, inOrder }: Order,
  now: number,
): PublicIncident {
  const until = to !== null && to <= now ? to : null;
  const said = saidUntil(updates, now);
  return {
    id: audience.idOf('incident', id),
    isListed: audience.isListed,
    title: title === null ? null : publicText(title),
    impact,
    services: inOrder(services),
    from: fromSeconds(from),
    to: until === null ? null : fromSeconds(until),
    updatedAt: fromSeconds(Math.max(from, until ?? from, ...said.map(({ at }) => toSeconds(at)))),
    updates: said.map(publicUpdate),
    corrections: corrections
      .filter((correction) => concerns({ audience, inOrder }, correction.services))
      .map(
        (correction): PublicCorrection => ({
          services: inOrder(correction.services),
          from: fromSeconds(correction.from),
          to: fromSeconds(correction.to),
          state: correction.state,
          reason: publicText(correction.reason),
        }),
      ),
  };
}

function publicMaintenance(
  { id, title, occurrences: all, isCampaign, isRecurring, updates }: Maintenance,
  order: Order,
  now: number,
  since: number,
): PublicMaintenance {
  const said = saidUntil(updates, now);
  const occurrences = all.filter(({ services }) => concerns(order, services));
  const shown = isRecurring ? occurrences.filter(({ to }) => to > since) : occurrences;
  // When it was told, it changed by itself as it began and as it ended; of what is planned and silent no more is known than when.
  const changes = [
    ...said.map(({ at }) => toSeconds(at)),
    ...occurrences.flatMap(({ from, to }) => [from, to]).filter((at) => at <= now),
  ];
  const last = changes.reduce((latest, at) => Math.max(latest, at), 0);
  return {
    id: order.audience.idOf('maintenance', id),
    isListed: order.audience.isListed,
    title: publicText(title),
    isCampaign,
    isRecurring,
    occurrences: shown.map(
      (occurrence): PublicOccurrence => ({
        id: occurrence.id,
        services: order.inOrder(occurrence.services),
        from: fromSeconds(occurrence.from),
        to: fromSeconds(occurrence.to),
        step: stepOf(occurrence, now),
      }),
    ),
    updatedAt: fromSeconds(last === 0 ? (occurrences[0]?.from ?? 0) : last),
    updates: said.map(publicUpdate),
  };
}

/** An occurrence begins and ends by itself. */
function stepOf({ from, to, isCancelled, verifyingFrom }: Occurrence, now: number): MaintenanceStep {
  if (isCancelled) return 'cancelled';
  if (now < from) return 'scheduled';
  if (now >= to) return 'completed';
  return verifyingFrom !== null && verifyingFrom <= now ? 'verifying' : 'in_progress';
}

/** What maintenance is ordered by: first that which is under way or comes, by when; then the past, backwards. */
function nextOf({ occurrences }: PublicMaintenance, now: number): number {
  const next = occurrences.find(({ to, step }) => toSeconds(to) > now && step !== 'cancelled');
  if (next !== undefined) return toSeconds(next.from);
  return Number.MAX_SAFE_INTEGER - toSeconds(occurrences.at(-1)?.to ?? '1990-01-01T00:00:00Z');
}

function saidUntil<Step extends string>(updates: readonly Update<Step>[], now: number): Update<Step>[] {
  return updates.filter(({ at }) => toSeconds(at) <= now);
}

/** One text for pages, and the same for feeds and other programs. */
function publicUpdate<Step extends string>({ at, step, text }: Update<Step>) {
  const rendered = new Map(Object.values(text).map((markdown) => [markdown, renderMarkdown(markdown)]));
  return {
    at,
    step,
    html: publicText(text, (markdown) => rendered.get(markdown)?.html ?? ''),
    text: publicText(text, (markdown) => rendered.get(markdown)?.text ?? ''),
  };
}

function publicText(text: LocalText, shownAs = (written: string) => written): LocalText {
  return Object.fromEntries(
    Locale.options.flatMap((locale): [Locale, string][] => {
      const written = text[locale];
      return written === undefined ? [] : [[locale, shownAs(written)]];
    }),
  );
}

/** The services of an audience, in the order of the pages. */
interface Order {
  readonly audience: Audience;
  /** Those of some services that it may read of, by their public ids. */
  readonly inOrder: (services: readonly Slug[]) => Slug[];
}

function orderOf(audience: Audience): Order {
  const places = new Map([...audience.services.keys()].map((id, place) => [id, place]));
  return {
    audience,
    inOrder: (services) =>
      [...new Set(services)]
        .filter((id) => places.has(id))
        .toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
        .flatMap((id) => audience.services.get(id) ?? []),
  };
}

/** Whether something is told to an audience: it is about one of its services, or about none that we know, which everybody may read. */
function concerns({ audience }: Order, services: readonly Slug[]): boolean {
  return services.length === 0 ? audience.isListed : services.some((id) => audience.services.has(id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
