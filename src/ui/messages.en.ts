import type { Messages } from './messages.fr.ts';
import { plural } from './typography.ts';

function count(number: number, one: string, other: string): string {
  return `${number} ${plural('en', number, { one, other })}`;
}

/** The English messages. */
export const en: Messages = {
  languageName: 'English',
  states: {
    up: 'Working',
    degraded: 'Degraded',
    down: 'Down',
    maintenance: 'Maintenance',
    unknown: 'Unknown',
  },
  page: {
    skip: 'Skip to content',
    language: 'Language',
    colorScheme: { label: 'Colours', system: 'as the system', light: 'light', dark: 'dark' },
    stale: (builtAt, every) =>
      `This page is out of date: it was made on ${builtAt} and should have been renewed every ${every}. The real state may differ.`,
    builtAt: (at) => `Page made on ${at}.`,
  },
  freshness: {
    dataUntil: (at) => `Last measured on ${at}`,
    never: 'Nothing measured yet',
    every: (interval) => `renewed every ${interval}`,
  },
  overall: {
    none: 'No service is watched yet',
    stale: (age) => `State unknown: nothing measured for ${age}`,
    neverMeasured: 'State unknown: nothing measured yet',
    up: (total) => (total === 1 ? 'The service is working' : 'All services are working'),
    degraded: (number) => count(number, 'service is degraded', 'services are degraded'),
    down: (number) => count(number, 'service is down', 'services are down'),
    maintenance: (number) => count(number, 'service is under maintenance', 'services are under maintenance'),
    unknown: (number) => `The state of ${count(number, 'service', 'services')} is unknown`,
    allUnknown: 'The state of the services is unknown',
    incident: (number) => count(number, 'incident is open', 'incidents are open'),
  },
  counts: {
    services: (number) => count(number, 'service', 'services'),
    up: (number) => `${number} working`,
    degraded: (number) => `${number} degraded`,
    down: (number) => `${number} down`,
    maintenance: (number) => `${number} under maintenance`,
    unknown: (number) => `${number} unknown`,
    allUp: 'All working',
  },
  home: {
    title: (fleet) => `Service status: ${fleet}`,
    description: (fleet) => `Current state and availability of the services of ${fleet}.`,
    now: 'Right now',
    services: 'Services',
    libraries: 'Libraries',
    librariesCount: (number) => count(number, 'library', 'libraries'),
    librariesHint: 'A library’s page shows its own services only.',
    since: (at) => `since ${at}`,
    more: (number) => `and ${number} more, in the list below`,
    otherLibraries: (number) => ` and ${count(number, 'other', 'others')}`,
    legend: 'Each bar is a day; today is at the right.',
    bars: 'Last 90 days',
    availability: 'Availability',
  },
  figures: {
    noData: 'No data',
    availability: (share) => `${share} availability`,
    coverage: (share) => `measured ${share} of the time`,
    coverageLong:
      'Availability counts only the time that was measured, without maintenance; it is rounded down.',
  },
  bars: {
    summary: (days, trouble, noData, down) =>
      `${
        noData === days
          ? `No data in the last ${days} days`
          : trouble === 0
            ? `No outage in the last ${days} days`
            : `${count(trouble, 'day', 'days')} with an outage in the last ${days} days, ${down} in all`
      }${noData === 0 || noData === days ? '' : `; ${count(noData, 'day', 'days')} without data`}.`,
    firstDay: (days) => `${days} days ago`,
    today: 'Today',
    noData: 'no data',
    noTrouble: 'no outage',
    noTroubleDay: 'No outage',
    withState: (duration, state) =>
      `${duration} ${{ up: 'working', degraded: 'degraded', down: 'down', maintenance: 'under maintenance', unknown: 'not measured' }[state]}`,
  },
  service: {
    title: (service, fleet) => `${service}: service status, ${fleet}`,
    description: (service) => `Current state, availability and outages of ${service}.`,
    checkedAt: (at) => `Last checked on ${at}.`,
    neverChecked: 'This service has not been checked yet.',
    noLongerKnown: (at) => `Last result on ${at}: too old to tell the present state.`,
    application: 'Application',
    version: 'Version',
    address: 'Address',
    libraries: 'Libraries',
    promise: 'Promised availability',
    days: 'Last 90 days',
    dayTable: 'The days in figures',
    day: 'Day',
    measured: 'Record',
    windows: 'Availability',
    window: 'Period',
    windowNames: {
      last24Hours: '24 hours',
      last7Days: '7 days',
      last30Days: '30 days',
      last90Days: '90 days',
      last365Days: '365 days',
    },
    ratio: 'Availability',
    coverage: 'Time measured',
    down: 'Time down',
    months: 'Month by month',
    month: 'Month',
    latency: 'Response time',
    latencySummary: (p50, p95) =>
      `On the last day measured, half of the answers came within ${p50}, and 95% within ${p95}.`,
    latencyNone: 'No response time measured in 90 days.',
    latencyTable: 'The response times in figures',
    median: 'Median',
    p95: '95% of answers',
    outages: 'Outages of the last 13 months',
    outagesNone: 'No outage seen.',
    outagesUnknown: 'No data.',
    outageFrom: 'From',
    outageTo: 'To',
    outageDuration: 'Duration',
    ongoing: 'Ongoing',
    timesIn: (zone) => `Times are those of ${zone}.`,
  },
  library: {
    title: (library, fleet) => `${library}: service status, ${fleet}`,
    description: (library) => `Current state and availability of the services of ${library}.`,
    none: 'No service of this library is watched.',
  },
  notFound: {
    title: 'Page not found',
    text: 'This address leads to no page. The service or the library may have been removed or renamed.',
    home: 'See the state of all services',
  },
  all: 'All services',
};
