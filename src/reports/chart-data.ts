import type { HostReport, Resource } from '../model/reports-file.ts';
import { addToDay, countDays, type Day, dayOf } from '../model/time.ts';
import type { ChartData, Crossing, Forecast } from '../ui/charts/chart-data.ts';
import type { Span } from '../ui/charts/drawing.ts';
import { type Locale, languageTags } from '../ui/locale.ts';
import { horizonOf, outlooks } from './crossings.ts';
import { eventLabel } from './event-words.ts';
import { formatRelative, formatShortDay, formatThreshold, percentSigns } from './figures.ts';
import { reportMessagesIn } from './messages.ts';

/** A resource as a chart draws it. */
export function chartDataOf(
  resource: Resource,
  host: HostReport,
  timeZone: string,
  locale: Locale,
): ChartData {
  return {
    languageTag: languageTags[locale],
    first: resource.first,
    unit: unitOf(resource, locale),
    top: resource.unit === 'ratio' ? 1 : resource.capacity,
    history: resource.values,
    forecast: forecastOf(resource, locale),
    thresholds: outlooks(resource).map((said) => ({
      value: said.threshold,
      label: formatThreshold(resource, said.threshold, locale),
      crossing:
        said.kind === 'expected' || said.kind === 'perhaps' ? crossingOf(said, resource.first, locale) : null,
    })),
    events: eventsOf(resource, host, timeZone, locale),
  };
}

/** The days that all hosts' drawings share, from the first with data to the end of the longest forecast. */
export function commonDays(hosts: readonly HostReport[]): { first: Day; last: Day } | null {
  const resources = hosts.flatMap((host) => host.resources);
  const firsts = resources.map(({ first }) => first).sort();
  const lasts = resources
    .map((resource) =>
      resource.trend.kind === 'line'
        ? horizonOf(resource.trend)
        : addToDay(resource.first, resource.values.length - 1),
    )
    .sort();
  const [first, last] = [firsts[0], lasts.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
}

/** Common days as days counted from a resource's own first. */
export function spanOf(resource: Resource, { first, last }: { first: Day; last: Day }): Span {
  return { from: countDays(resource.first, first), to: countDays(resource.first, last) };
}

/** Decimal units, the one that the capacity or the highest value is told in. */
function unitOf(resource: Resource, locale: Locale): ChartData['unit'] {
  if (resource.unit === 'ratio') return { size: 0.01, symbol: percentSigns[locale] };
  const symbols = locale === 'fr' ? ['o', 'ko', 'Mo', 'Go', 'To', 'Po'] : ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const largest =
    resource.capacity ?? resource.values.reduce<number>((top, value) => Math.max(top, value ?? 0), 1);
  const exponent = Math.min(
    Math.max(0, Math.floor(Math.log10(Math.max(1, largest)) / 3)),
    symbols.length - 1,
  );
  return { size: 1000 ** exponent, symbol: `\u202f${symbols[exponent] ?? ''}` };
}

function forecastOf({ trend, first }: Resource, locale: Locale): Forecast | null {
  if (trend.kind === 'collecting') return null;
  const { ahead } = trend;
  return {
    start: countDays(first, ahead.first),
    step: ahead.step_days,
    median: ahead.median,
    low: ahead.low,
    high: ahead.high,
    label: reportMessagesIn(locale).resource.forecast,
  };
}

function crossingOf(
  said: { earliest: Day; median?: Day; latest?: Day | null },
  first: Day,
  locale: Locale,
): Crossing {
  return {
    earliest: countDays(first, said.earliest),
    median:
      said.median === undefined
        ? null
        : { x: countDays(first, said.median), label: formatShortDay(said.median, locale) },
    latest: said.latest ? countDays(first, said.latest) : null,
  };
}

function eventsOf(
  resource: Resource,
  host: HostReport,
  timeZone: string,
  locale: Locale,
): ChartData['events'] {
  return host.events
    .map((event) => ({
      x: countDays(resource.first, dayOf(event.at, timeZone)),
      label: eventLabel(event, locale),
    }))
    .filter(({ x }) => x >= 0)
    .sort((a, b) => a.x - b.x);
}

/** What the chart shows, in one sentence, for its text alternative. */
export function chartLabel(
  resource: Resource,
  subject: string,
  sentences: readonly string[],
  locale: Locale,
): string {
  const now =
    resource.now === null
      ? null
      : reportMessagesIn(locale).host.now(formatRelative(resource, resource.now, locale));
  return [
    reportMessagesIn(locale).resource.chart(subject),
    ...(now === null ? [] : [`${now}.`]),
    ...sentences,
  ].join(' ');
}
