import type { Impact, IncidentStep, MaintenanceStep } from '../model/announcement.ts';
import type { State } from '../model/state.ts';
import { plural, french as t } from '../ui/typography.ts';

const count = (number: number, one: string, other: string) =>
  `${number} ${plural('fr', number, { one, other })}`;

/** What the status page says of incidents, maintenance and measure, in French; on its pages and in its files for machines. */
export const fr = {
  nav: {
    label: 'Pages',
    history: 'Historique',
    maintenance: 'Maintenances',
    method: 'Comment nous mesurons',
    feed: 'Flux RSS',
    calendar: 'Calendrier (iCalendar)',
    api: 'API',
  },
  feed: {
    title: (name: string) => t`État des services : ${name}`,
    description: (name: string) => t`Incidents et maintenances de ${name}.`,
    calendar: (name: string) => t`Maintenances : ${name}`,
    concerned: (names: string) => t`Services concernés : ${names}.`,
  },
  incident: {
    /** A title for what nobody has written of; no more is known than this. */
    one: (name: string, impact: Impact) =>
      impact === 'minor' ? t`${name} : service perturbé` : t`${name} : service en panne`,
    several: (number: number, impact: Impact) =>
      impact === 'minor'
        ? count(number, 'service perturbé', 'services perturbés')
        : count(number, 'service en panne', 'services en panne'),
    began: 'Nos sondes ont constaté la panne.',
    ended: 'Le service fonctionne à nouveau.',
    open: 'Incidents en cours',
    heading: 'Incident',
    from: 'Début',
    to: 'Fin',
    ongoing: 'en cours',
    duration: 'Durée',
    impact: 'Gravité',
    services: 'Services concernés',
    timeline: 'Chronologie',
    postmortem: 'Bilan',
    newest: 'Dernière nouvelle',
    detected: t`Cet incident a été ouvert par nos sondes ; personne n'a encore rien écrit à son sujet.`,
    corrections: 'Corrections de la mesure',
    correctionsIntro: t`La mesure publiée a été corrigée à la main pour cet incident ; les pourcentages en tiennent compte.`,
    corrected: (names: string, interval: string, state: string) =>
      t`${names}, ${interval} : compté « ${state} ».`,
    allServices: (number: number) => `Tous les services (${number})`,
    more: (number: number) => `et ${count(number, 'autre service', 'autres services')}`,
    ofService: 'Incidents de ce service',
    recent: 'Incidents terminés des 90 derniers jours',
    none: 'Aucun.',
    all: 'Tout l’historique',
    others: (number: number) => `et ${count(number, 'autre incident', 'autres incidents')}`,
  },
  impacts: {
    none: 'sans effet',
    minor: 'mineure',
    major: 'majeure',
    critical: 'critique',
  } satisfies Record<Impact, string>,
  incidentSteps: {
    investigating: 'Analyse en cours',
    identified: 'Cause identifiée',
    monitoring: 'Sous surveillance',
    resolved: 'Résolu',
    postmortem: 'Bilan',
  } satisfies Record<IncidentStep, string>,
  maintenance: {
    title: (fleet: string) => t`Maintenances : ${fleet}`,
    description: (fleet: string) => t`Maintenances prévues, en cours et passées de ${fleet}.`,
    heading: 'Maintenances',
    active: 'En cours',
    upcoming: 'Prévues',
    planned: 'Maintenance prévue',
    past: 'Passées ou annulées',
    none: 'Aucune maintenance prévue.',
    dates: 'Dates à venir ou en cours',
    date: 'Date',
    others: (number: number) => `et ${count(number, 'autre date', 'autres dates')}`,
    recurring: 'Cette maintenance revient régulièrement.',
    campaign: 'Chaque service a sa propre date.',
    subscribe: 'S’abonner au calendrier',
    excluded: t`Le temps de maintenance n'entre pas dans la disponibilité ; il est montré à côté.`,
    ofService: 'Maintenances de ce service',
  },
  maintenanceSteps: {
    scheduled: 'Prévue',
    in_progress: 'En cours',
    verifying: 'En vérification',
    completed: 'Terminée',
    cancelled: 'Annulée',
  } satisfies Record<MaintenanceStep, string>,
  history: {
    title: (month: string, fleet: string) => t`Historique de ${month} : ${fleet}`,
    description: (month: string) => t`Incidents et maintenances de ${month}.`,
    heading: (month: string) => t`Historique : ${month}`,
    none: 'Ni incident ni maintenance ce mois-ci.',
    incidents: 'Incidents',
    maintenances: 'Maintenances',
    earlier: 'Mois précédent',
    later: 'Mois suivant',
    months: 'Tous les mois',
  },
  statement: {
    title: (library: string, month: string) => t`${library} : disponibilité de ${month}`,
    description: (library: string, month: string) =>
      t`Disponibilité promise et tenue des services de ${library}, ${month}.`,
    heading: (month: string) => t`Disponibilité, ${month}`,
    open: t`Ce mois n'est pas fini : les chiffres vont jusqu'à maintenant.`,
    service: 'Service',
    promised: 'Promis',
    availability: 'Disponibilité',
    coverage: 'Temps mesuré',
    down: 'Panne',
    maintenance: 'Maintenance',
    p95: t`95 % des réponses`,
    kept: 'Promesse',
    isKept: { yes: 'tenue', no: 'non tenue', unknown: '–' },
    downloads: t`Les mêmes chiffres : `,
    list: 'Relevés mensuels',
    incidents: 'Incidents du mois',
  },
  service: {
    recent: 'Les dernières 24 heures',
    recentTable: 'Les états en chiffres',
    from: 'À partir de',
    state: 'État',
    ends: {
      certificate: {
        name: 'Certificat',
        until: (at: string) => t`valable jusqu'au ${at}`,
        ended: (at: string) => t`expiré le ${at}`,
      },
      domain: {
        name: 'Nom de domaine',
        until: (day: string) => t`enregistré jusqu'au ${day}`,
        ended: (day: string) => t`expiré depuis le ${day}`,
      },
      support: {
        name: 'Version suivie',
        until: (day: string) => t`par son éditeur jusqu'au ${day}`,
        ended: (day: string) => t`plus par son éditeur depuis le ${day}`,
      },
    },
    daysLeft: (days: number) => t`encore ${count(days, 'jour', 'jours')}`,
    latencies: 'Temps de réponse par période',
    p99: t`99 % des réponses`,
    addresses: 'Badge et flux',
    badge: t`Badge : `,
    feeds: t`Incidents et maintenances : `,
  },
  method: {
    title: (fleet: string) => t`Comment nous mesurons : ${fleet}`,
    description: 'Ce que disent nos pourcentages, et ce qu’ils ne disent pas.',
    heading: 'Comment nous mesurons',
    checks: 'Les vérifications',
    checksText: (every: string) => [
      t`Toutes les ${every}, nos sondes demandent une page de chaque service, comme le ferait un visiteur, et regardent si elle dit ce qu'elle doit dire. Une vérification qui échoue est refaite aussitôt, sur une nouvelle connexion, avant de compter.`,
      t`Un service est en panne tant qu'une vérification essentielle échoue ; il est perturbé tant qu'une autre échoue ou répond trop lentement. Une panne va de la première vérification manquée à la première réussie.`,
      t`Avant d'appeler quiconque en panne, la sonde se regarde elle-même : si elle ne joint plus rien, c'est elle qui est hors ligne, et l'état des services est inconnu.`,
    ],
    formula: 'La formule',
    formulaText:
      'disponibilité = 1 − (panne × poids + perturbation × poids) ÷ (période − sans mesure − maintenance)',
    weights: (down: string, degraded: string) =>
      t`Une seconde de panne compte ${down}, une seconde de perturbation ${degraded}.`,
    rounding: t`Le résultat est arrondi vers le bas : 99,996 % s'écrit 99,99 %, et 100 % veut dire pas une seconde de panne.`,
    coverage: 'Le temps sans mesure',
    coverageText: (belief: string) => [
      t`Un résultat vaut pendant ${belief} ; ensuite l'état est inconnu. Le temps inconnu ne compte ni comme bon ni comme mauvais : il sort du calcul, et la part du temps mesuré est écrite à côté de chaque disponibilité.`,
      'Un jour sans mesure est hachuré, jamais vert.',
    ],
    maintenance: 'La maintenance',
    maintenanceText: [
      t`Le temps d'une maintenance annoncée n'entre pas dans la disponibilité ; il est montré à part.`,
    ],
    incidents: 'Les incidents',
    incidentsText: (limit: string) => [
      t`Une panne de plus de ${limit} ouvre un incident d'elle-même. Ce que nous écrivons ensuite s'y ajoute ; une correction de la mesure est dite sur la page de l'incident, avec sa raison.`,
    ],
    days: 'Les jours',
    daysText: (zone: string) => [
      t`Les jours et les mois sont ceux du fuseau ${zone} ; les jours de changement d'heure ont 23 ou 25 heures, et sont comptés ainsi.`,
    ],
    latency: 'Les temps de réponse',
    latencyText: [
      t`La médiane et les 95e et 99e centiles viennent de toutes les réponses de la période ensemble, à 5 % près ; jamais d'une moyenne de centiles.`,
    ],
  },
  filter: {
    label: 'Chercher un service ou une bibliothèque',
    none: 'Ni service ni bibliothèque de ce nom.',
    one: '1 résultat',
    /** The sign stands for their number. */
    other: '# résultats',
  },
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

/** The shape of the messages of every language. */
export type Messages = typeof fr;
