import type { Impact, IncidentStep, MaintenanceStep } from '../../model/announcement.ts';
import type { State } from '../../model/state.ts';
import type { Locale } from '../../ui/locale.ts';
import { french as t } from '../../ui/typography.ts';

// What the files for machines say to people: in feed readers, calendars, chats.

const fr = {
  feed: {
    title: (name: string) => t`État des services : ${name}`,
    description: (name: string) => t`Incidents et maintenances de ${name}.`,
    calendar: (name: string) => t`Maintenances : ${name}`,
    from: (at: string) => t`à partir du ${at}`,
    interval: (from: string, to: string) => t`du ${from} au ${to}`,
    concerned: (names: string) => t`Services concernés : ${names}.`,
  },
  incident: {
    /** A title for what nobody has written of; no more is known than this. */
    one: (name: string, impact: Impact) =>
      impact === 'minor' ? t`${name} : service perturbé` : t`${name} : service en panne`,
    several: (count: number, impact: Impact) =>
      impact === 'minor' ? t`${count} services perturbés` : t`${count} services en panne`,
    began: 'Nos sondes ont constaté la panne.',
    ended: 'Le service fonctionne à nouveau.',
    ongoing: 'En cours.',
  },
  incidentSteps: {
    investigating: 'Analyse en cours',
    identified: 'Cause identifiée',
    monitoring: 'Sous surveillance',
    resolved: 'Résolu',
    postmortem: 'Bilan',
  } satisfies Record<IncidentStep, string>,
  maintenanceSteps: {
    scheduled: 'Prévue',
    in_progress: 'En cours',
    verifying: 'En vérification',
    completed: 'Terminée',
    cancelled: 'Annulée',
  } satisfies Record<MaintenanceStep, string>,
  badge: {
    state: {
      up: 'fonctionne',
      degraded: 'perturbé',
      down: 'en panne',
      maintenance: 'maintenance',
      unknown: 'inconnu',
    } satisfies Record<State, string>,
  },
};

const en: typeof fr = {
  feed: {
    title: (name) => `Service status: ${name}`,
    description: (name) => `Incidents and maintenance of ${name}.`,
    calendar: (name) => `Maintenance: ${name}`,
    from: (at) => `from ${at}`,
    interval: (from, to) => `from ${from} to ${to}`,
    concerned: (names) => `Services concerned: ${names}.`,
  },
  incident: {
    one: (name, impact) => (impact === 'minor' ? `${name}: service impaired` : `${name}: service down`),
    several: (count, impact) =>
      impact === 'minor' ? `${count} services impaired` : `${count} services down`,
    began: 'Our probes have found the outage.',
    ended: 'The service works again.',
    ongoing: 'Ongoing.',
  },
  incidentSteps: {
    investigating: 'Investigating',
    identified: 'Identified',
    monitoring: 'Monitoring',
    resolved: 'Resolved',
    postmortem: 'Post-mortem',
  },
  maintenanceSteps: {
    scheduled: 'Scheduled',
    in_progress: 'In progress',
    verifying: 'Verifying',
    completed: 'Completed',
    cancelled: 'Cancelled',
  },
  badge: {
    state: { up: 'up', degraded: 'degraded', down: 'down', maintenance: 'maintenance', unknown: 'unknown' },
  },
};

const words: Readonly<Record<Locale, typeof fr>> = { fr, en };

/** The words in a language. */
export function machineWords(locale: Locale): typeof fr {
  return words[locale];
}
