import type { State } from '../model/state.ts';
import { french, plural } from './typography.ts';

const t = french;

/** One form for one, another for several; both get the number. */
function count(number: number, one: string, other: string): string {
  return `${number} ${plural('fr', number, { one, other })}`;
}

const states: Record<State, string> = {
  up: 'Fonctionne',
  degraded: 'Perturbé',
  down: 'En panne',
  maintenance: 'En maintenance',
  unknown: 'Inconnu',
};

/** The French messages. Their shape is that of every language: a key that another one lacks is a type error there. */
export const fr = {
  languageName: 'Français',
  states,
  page: {
    skip: 'Aller au contenu',
    language: 'Langue',
    colorScheme: { label: 'Couleurs', system: 'comme le système', light: 'claires', dark: 'sombres' },
    stale: (builtAt: string, every: string) =>
      t`Cette page n'est plus à jour : elle date du ${builtAt} et aurait dû être renouvelée toutes les ${every}. L'état réel peut être différent.`,
    builtAt: (at: string) => t`Page produite le ${at}.`,
  },
  freshness: {
    dataUntil: (at: string) => t`Dernière mesure le ${at}`,
    never: 'Aucune mesure pour le moment',
    every: (interval: string) => t`renouvelée toutes les ${interval}`,
  },
  overall: {
    none: 'Aucun service n’est suivi pour le moment',
    stale: (age: string) => t`État inconnu : aucune mesure depuis ${age}`,
    neverMeasured: t`État inconnu : aucune mesure pour le moment`,
    up: (total: number): string => (total === 1 ? 'Le service fonctionne' : 'Tous les services fonctionnent'),
    degraded: (number: number) => `${count(number, 'service est perturbé', 'services sont perturbés')}`,
    down: (number: number) => `${count(number, 'service est en panne', 'services sont en panne')}`,
    maintenance: (number: number) =>
      `${count(number, 'service est en maintenance', 'services sont en maintenance')}`,
    unknown: (number: number) => t`L'état de ${count(number, 'service', 'services')} est inconnu`,
    allUnknown: t`L'état des services est inconnu`,
    incident: (number: number) => count(number, 'incident est en cours', 'incidents sont en cours'),
  },
  counts: {
    services: (number: number) => count(number, 'service', 'services'),
    up: (number: number) => count(number, 'fonctionne', 'fonctionnent'),
    degraded: (number: number) => count(number, 'perturbé', 'perturbés'),
    down: (number: number) => `${number} en panne`,
    maintenance: (number: number) => `${number} en maintenance`,
    unknown: (number: number) => count(number, 'inconnu', 'inconnus'),
    allUp: 'Tous fonctionnent',
  },
  home: {
    title: (fleet: string) => t`État des services : ${fleet}`,
    description: (fleet: string) => t`État actuel et disponibilité des services de ${fleet}.`,
    now: 'En ce moment',
    services: 'Services',
    libraries: 'Bibliothèques',
    librariesHint: 'La page d’une bibliothèque ne montre que ses services.',
    librariesCount: (number: number) => count(number, 'bibliothèque', 'bibliothèques'),
    since: (at: string) => t`depuis le ${at}`,
    more: (number: number) =>
      t`et ${number} ${plural('fr', number, { one: 'autre', other: 'autres' })}, dans la liste ci-dessous`,
    otherLibraries: (number: number) => ` et ${count(number, 'autre', 'autres')}`,
    legend: t`Chaque barre est un jour ; aujourd'hui est à droite.`,
    bars: '90 derniers jours',
    availability: 'Disponibilité',
  },
  figures: {
    /** A share that nothing was measured for. */
    noData: 'Aucune donnée',
    availability: (share: string) => t`${share} de disponibilité`,
    coverage: (share: string) => t`mesuré ${share} du temps`,
    coverageLong: t`La disponibilité ne compte que le temps mesuré, hors maintenance ; elle est arrondie vers le bas.`,
  },
  bars: {
    /** What the picture of 90 days says, for those who do not see it. */
    summary: (days: number, trouble: number, noData: number, down: string) =>
      `${
        noData === days
          ? t`Aucune donnée sur les ${days} derniers jours`
          : trouble === 0
            ? t`Aucune panne sur les ${days} derniers jours`
            : t`${count(trouble, 'jour', 'jours')} avec panne sur les ${days} derniers jours, ${down} en tout`
      }${noData === 0 || noData === days ? '' : t` ; ${count(noData, 'jour', 'jours')} sans donnée`}.`,
    firstDay: (days: number) => t`Il y a ${days} jours`,
    today: 'Aujourd’hui',
    noData: 'aucune donnée',
    noTrouble: 'aucune panne',
    noTroubleDay: 'Sans panne',
    withState: (duration: string, state: State) =>
      t`${duration} ${{ up: 'en service', degraded: 'perturbé', down: 'de panne', maintenance: 'de maintenance', unknown: 'sans mesure' }[state]}`,
  },
  service: {
    title: (service: string, fleet: string) => t`${service} : état du service, ${fleet}`,
    description: (service: string) => t`État actuel, disponibilité et pannes de ${service}.`,
    checkedAt: (at: string) => t`Dernière vérification le ${at}.`,
    neverChecked: 'Ce service n’a pas encore été vérifié.',
    noLongerKnown: (at: string) => t`Dernier résultat le ${at} : trop ancien pour dire l'état présent.`,
    application: 'Application',
    version: 'Version',
    address: 'Adresse',
    libraries: 'Bibliothèques',
    promise: 'Disponibilité promise',
    days: '90 derniers jours',
    dayTable: 'Les jours en chiffres',
    day: 'Jour',
    measured: 'Relevé',
    windows: 'Disponibilité',
    window: 'Période',
    windowNames: {
      last24Hours: '24\u00a0heures',
      last7Days: '7 jours',
      last30Days: '30 jours',
      last90Days: '90 jours',
      last365Days: '365\u00a0jours',
    },
    ratio: 'Disponibilité',
    coverage: 'Temps mesuré',
    down: 'Durée de panne',
    months: 'Mois par mois',
    month: 'Mois',
    latency: 'Temps de réponse',
    latencySummary: (p50: string, p95: string) =>
      t`Sur le dernier jour mesuré, la moitié des réponses arrivent en moins de ${p50}, et 95 % en moins de ${p95}.`,
    latencyNone: 'Aucun temps de réponse mesuré sur 90 jours.',
    latencyTable: 'Les temps de réponse en chiffres',
    median: 'Médiane',
    p95: t`95 % des réponses`,
    outages: 'Pannes des 13 derniers mois',
    outagesNone: 'Aucune panne relevée.',
    outagesUnknown: 'Aucune donnée.',
    outageFrom: 'Début',
    outageTo: 'Fin',
    outageDuration: 'Durée',
    ongoing: 'En cours',
    timesIn: (zone: string) => t`Heures du fuseau ${zone}.`,
  },
  library: {
    title: (library: string, fleet: string) => t`${library} : état des services, ${fleet}`,
    description: (library: string) => t`État actuel et disponibilité des services de ${library}.`,
    none: 'Aucun service n’est suivi pour cette bibliothèque.',
  },
  notFound: {
    title: 'Page introuvable',
    text: 'Cette adresse ne mène à aucune page. Le service ou la bibliothèque a pu être retiré ou renommé.',
    home: 'Voir l’état de tous les services',
  },
  all: 'Tous les services',
};

/** The shape of the messages of every language. */
export type Messages = typeof fr;
