import type { z } from 'zod';
import type { IncidentFile, IncidentStep, MaintenanceFile, MaintenanceStep } from '../model/announcement.ts';
import type { Fleet } from '../model/fleet.ts';
import { dayOf, fromSeconds, whenOf } from '../model/time.ts';
import { formatAnnouncement } from '../store/announcement-format.ts';
import { hostAt, type Story } from './story.ts';

// What people wrote of the demo's story: the files of data/incidents and data/maintenance.

const minute = 60;
const hour = 3600;
const day = 86_400;

/** A file below `data/`, and its text. */
export type AnnouncementFiles = ReadonlyMap<string, string>;

/** An update in both languages, in seconds since 1970. */
type Said<Step> = readonly [at: number, step: Step, fr: string, en: string];

/** All that was told of a story, by what of it is part of the fleet. Pure. */
export function tellAnnouncements(fleet: Fleet, story: Story): AnnouncementFiles {
  return new Map(
    [
      failingStatistics(fleet, story),
      brokenProxy(fleet, story),
      powerCut(fleet, story),
      blindNight(fleet, story),
      diskReplacement(fleet, story),
      upgrade(fleet, story),
      monthlyUpdates(fleet, story),
      moves(fleet, story),
    ].flatMap((file) => file ?? []),
  );
}

/** The incident that goes on as the story ends. */
function failingStatistics(fleet: Fleet, story: Story) {
  const service = 'matomo-saint-aurel';
  const spell = story.spells.get(service)?.find(({ to }) => to > story.told);
  if (spell === undefined) return undefined;
  const { from } = spell;
  return incidentFile(
    fleet,
    'statistiques-de-saint-aurel',
    {
      title: { fr: 'Statistiques de Saint-Aurel indisponibles', en: 'Statistics of Saint-Aurel unavailable' },
      services: [service],
      from: whenOf(from, fleet.timeZone),
    },
    [
      [
        from + 9 * minute,
        'investigating',
        'Les pages de statistiques répondent par une erreur. **Les visites continuent d’être enregistrées.** Nous cherchons la cause.',
        'Statistics answer with an error. **Visits are still recorded.** We are looking for the cause.',
      ],
      [
        from + 31 * minute,
        'identified',
        'La base de données refuse de nouvelles connexions depuis une mise à jour. Nous la réparons ; les autres services de la médiathèque ne sont pas touchés.',
        'The database has refused new connections since an update. We are repairing it; no other service of the library is affected.',
      ],
    ],
  );
}

/** The reverse proxy refused everything: a spell that all services share. */
function brokenProxy(fleet: Fleet, story: Story) {
  const [first = [], ...others] = story.spells.values();
  const spell = first.find((one) => others.every((own) => own.includes(one)));
  if (spell === undefined || spell.from < story.begin) return undefined;
  const { from, to } = spell;
  return incidentFile(
    fleet,
    'tous-les-services',
    {
      title: { fr: 'Tous les services injoignables', en: 'All services unreachable' },
      impact: 'critical',
      services: 'all',
      from: whenOf(from, fleet.timeZone),
      to: whenOf(to, fleet.timeZone),
    },
    [
      [
        from + 6 * minute,
        'investigating',
        'Plus aucun service ne répond. Nous cherchons la cause.',
        'No service answers any more. We are looking for the cause.',
      ],
      [
        from + 17 * minute,
        'identified',
        'Une modification de la configuration de notre point d’entrée est en cause. Nous revenons à la précédente.',
        'A change in the configuration of our entry point is the cause. We are going back to the one before.',
      ],
      [to + minute, 'resolved', 'Tous les services répondent à nouveau.', 'All services answer again.'],
      [
        to + 2 * day,
        'postmortem',
        `### Ce qui s’est passé

Une règle de filtrage erronée a été mise en service sur le point d’entrée. Toutes les connexions ont été refusées ; aucune donnée n’a été perdue.

### Ce que nous changeons

1. Toute modification est d’abord essayée sur une copie.
2. Le point d’entrée revient de lui-même à la configuration précédente si les sondes échouent pendant deux minutes.`,
        `### What happened

A wrong filter rule went live on the entry point. It refused all connections; no data were lost.

### What we change

1. Each change is tried on a copy first.
2. The entry point goes back to the configuration before by itself when probes fail for two minutes.`,
      ],
    ],
  );
}

/** A host without power: its longest time off. */
function powerCut(fleet: Fleet, story: Story) {
  const cut = [...story.reboots]
    .flatMap(([host, reboots]) => reboots.map(({ down, up }) => ({ host, from: down, to: up })))
    .find(({ from, to }) => from >= story.begin && to - from > 40 * minute);
  if (cut === undefined) return undefined;
  const { host, from, to } = cut;
  const services = [...fleet.services.values()]
    .filter((service) => hostAt(story, service, from) === host)
    .map(({ id }) => id);
  return incidentFile(
    fleet,
    'coupure-electrique',
    {
      title: { fr: 'Coupure électrique dans un centre de données', en: 'Power cut in a data centre' },
      impact: 'critical',
      services,
      from: whenOf(from, fleet.timeZone),
      to: whenOf(to, fleet.timeZone),
    },
    [
      [
        from + 8 * minute,
        'identified',
        'Un centre de données n’a plus d’électricité. Son exploitant intervient.',
        'A data centre has no power. Its operator is at work.',
      ],
      [
        to - 4 * minute,
        'monitoring',
        'Le courant est revenu, les services redémarrent.',
        'Power is back, services are starting.',
      ],
      [to + 12 * minute, 'resolved', 'Tous les services ont redémarré.', 'All services have started again.'],
      [
        to + 5 * day,
        'postmortem',
        'L’exploitant a remplacé le commutateur défaillant entre les deux arrivées électriques. Nous répartirons les services d’une même bibliothèque entre deux centres.',
        'The operator has replaced the faulty switch between its two power lines. We shall spread the services of a library over two centres.',
      ],
    ],
  );
}

/** Nobody looked; people know better, and correct the accounting. */
function blindNight(fleet: Fleet, story: Story) {
  const silence = story.silences.find(({ from }) => from >= story.begin);
  if (silence === undefined) return undefined;
  const { from, to } = silence;
  const interval = { from: whenOf(from, fleet.timeZone), to: whenOf(to, fleet.timeZone) };
  return incidentFile(
    fleet,
    'mesures-interrompues',
    {
      title: { fr: 'Mesures interrompues', en: 'Measurements interrupted' },
      impact: 'none',
      services: 'all',
      ...interval,
      corrections: [
        {
          ...interval,
          state: 'up',
          reason: {
            fr: 'Les journaux des serveurs montrent que les services ont répondu toute la nuit.',
            en: 'The logs of the servers show that services answered all night.',
          },
        },
      ],
    },
    [
      [
        to + 3 * hour,
        'resolved',
        'Nos sondes se sont arrêtées cette nuit. Les services, eux, ont fonctionné : nous l’avons vérifié dans leurs journaux.',
        'Our probes stopped last night. The services did not: we have checked their logs.',
      ],
    ],
  );
}

/** A host that is off for a disk to be replaced. */
function diskReplacement(fleet: Fleet, story: Story) {
  const disk = story.failing.find(({ replaced }) => replaced - day >= story.begin);
  if (disk === undefined) return undefined;
  const { host, replaced } = disk;
  const from = replaced - 30 * minute;
  const services = [...fleet.services.values()]
    .filter((service) => hostAt(story, service, replaced) === host)
    .map(({ id }) => id);
  return maintenanceFile(
    fleet,
    'remplacement-de-materiel',
    from,
    {
      title: { fr: 'Remplacement de matériel', en: 'Replacement of hardware' },
      services,
      from: whenOf(from, fleet.timeZone),
      duration: '1h',
    },
    [
      [
        from - 6 * day,
        'scheduled',
        'Un composant usé est remplacé avant qu’il ne tombe en panne. Comptez une demi-heure d’interruption.',
        'A worn part is replaced before it fails. Expect an interruption of half an hour.',
      ],
      [replaced + 12 * minute, 'completed', 'Tout est rentré dans l’ordre.', 'All is back to normal.'],
    ],
  );
}

/** What is being done as the story ends. */
function upgrade(fleet: Fleet, story: Story) {
  const service = 'koha-courbepierre';
  const spell = story.spells.get(service)?.find(({ to, kind }) => to > story.told && kind === 'maintenance');
  if (spell === undefined) return undefined;
  return maintenanceFile(
    fleet,
    'mise-a-jour-de-courbepierre',
    spell.from,
    {
      title: {
        fr: 'Nouvelle version du catalogue de Courbepierre',
        en: 'New version of the catalogue of Courbepierre',
      },
      services: [service],
      from: whenOf(spell.from - (spell.from % minute), fleet.timeZone),
      duration: '8h',
    },
    [
      [
        spell.from - 10 * day,
        'scheduled',
        'Le catalogue passe à la version suivante. Il est fermé pendant la mise à jour ; les prêts se font hors ligne.',
        'The catalogue gets its next version. It is closed meanwhile; loans are recorded offline.',
      ],
      [spell.from + 2 * minute, 'in_progress', 'La mise à jour a commencé.', 'The update has begun.'],
    ],
  );
}

/** What comes again each month. */
function monthlyUpdates(fleet: Fleet, story: Story) {
  const services = [...fleet.services.values()]
    .filter(({ application }) => application === 'matomo')
    .map(({ id }) => id);
  const first = `${dayOf(fromSeconds(story.begin), fleet.timeZone)} 05:30`;
  return maintenanceFile(
    fleet,
    'mises-a-jour-mensuelles',
    story.begin,
    {
      title: { fr: 'Mises à jour mensuelles des statistiques', en: 'Monthly updates of statistics' },
      services,
      from: first,
      duration: '30m',
      repeat: 'FREQ=MONTHLY;BYDAY=1TU',
    },
    [
      [
        story.begin,
        'scheduled',
        'Le premier mardi de chaque mois, les statistiques s’interrompent quelques minutes.',
        'On the first Tuesday of each month, statistics pause for a few minutes.',
      ],
    ],
  );
}

/** Libraries that move one after the other: each has its own date, past or to come. */
function moves(fleet: Fleet, story: Story) {
  const past = story.moves
    .filter(({ at }) => at >= story.begin)
    .map(({ service, at }) => ({
      services: [service],
      from: whenOf(at - 5 * minute, fleet.timeZone),
      duration: '30m',
    }));
  const moved = new Set(story.moves.map(({ service }) => fleet.services.get(service)?.libraries[0]));
  const waiting = [...fleet.libraries.keys()].filter((library) => !moved.has(library)).slice(0, 12);
  const future = waiting.map((library, index) => {
    const on = dayOf(fromSeconds(story.told + (9 + 7 * index) * day), fleet.timeZone);
    return { libraries: [library], from: `${on} 06:00`, duration: '30m' };
  });
  const dates = [...past, ...future];
  const from = story.moves[0]?.at ?? story.told;
  if (dates.length === 0) return undefined;
  return maintenanceFile(
    fleet,
    'demenagement-vers-de-nouveaux-serveurs',
    from,
    { title: { fr: 'Déménagement vers de nouveaux serveurs', en: 'Move to new servers' }, dates },
    [
      [
        Math.max(story.begin, from - 14 * day),
        'scheduled',
        'Chaque bibliothèque déménage à sa propre date, tôt le matin. L’interruption dure quelques minutes.',
        'Each library moves on a date of its own, early in the morning. The interruption lasts a few minutes.',
      ],
    ],
  );
}

type NamedFile = [path: string, text: string][];

/** Undefined where it is about nothing of the fleet. */
function incidentFile(
  fleet: Fleet,
  words: string,
  written: z.input<typeof IncidentFile>,
  said: readonly Said<IncidentStep>[],
): NamedFile | undefined {
  if (fleet.services.size === 0 || written.services?.length === 0) return undefined;
  const path = `incidents/${written.from.slice(0, 10)}-${words}.md`;
  return [[path, formatAnnouncement(written, updatesOf(fleet, said))]];
}

function maintenanceFile(
  fleet: Fleet,
  words: string,
  from: number,
  written: z.input<typeof MaintenanceFile>,
  said: readonly Said<MaintenanceStep>[],
): NamedFile | undefined {
  if (written.services?.length === 0) return undefined;
  const path = `maintenance/${dayOf(fromSeconds(from), fleet.timeZone)}-${words}.md`;
  return [[path, formatAnnouncement(written, updatesOf(fleet, said))]];
}

function updatesOf(fleet: Fleet, said: readonly Said<IncidentStep | MaintenanceStep>[]) {
  return said.flatMap(([at, step, fr, en]) => {
    const when = whenOf(at - (at % minute), fleet.timeZone);
    return [
      { when, step, locale: 'fr' as const, text: fr },
      { when, step, locale: 'en' as const, text: en },
    ];
  });
}
