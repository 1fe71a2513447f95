import type { State } from '../model/state.ts';
import { french, plural } from '../ui/typography.ts';
import { frBackups } from './messages-backups.fr.ts';
import { frHealth } from './messages-health.fr.ts';
import { frInventory } from './messages-inventory.fr.ts';
import { frService } from './messages-service.fr.ts';

const t = french;

function count(number: number, one: string, other: string): string {
  return `${number}\u00a0${plural('fr', number, { one, other })}`;
}

/** A host is not a service: it answered our reading, or it did not. */
const hostStates: Record<State, string> = {
  up: 'Répond',
  degraded: 'Répond en partie',
  down: 'En panne',
  maintenance: 'En maintenance',
  unknown: 'Muet',
};

/** The French messages of the reports. Their shape is that of every language. */
export const fr = {
  siteName: (fleet: string) => t`${fleet} : rapports`,
  hostStates,
  figures: {
    none: 'sans mesure',
    table: (title: string) => t`Tableau : ${title}`,
    points: (text: string, number: number) =>
      `${text}\u00a0${plural('fr', number, { one: 'point', other: 'points' })}`,
    years: (text: string, number: number) =>
      `${text}\u00a0${plural('fr', number, { one: 'an', other: 'ans' })}`,
    of: (value: string, capacity: string) => t`${value} sur ${capacity}`,
    zone: (zone: string) => t`Heures du fuseau ${zone}.`,
  },
  resources: {
    cpu: 'Processeur',
    memory: 'Mémoire',
    /** The resource as the subject of a sentence. */
    subject: {
      cpu: (host: string) => t`Le processeur de ${host}`,
      memory: (host: string) => t`La mémoire de ${host}`,
      filesystem: (host: string, name: string) => t`Le système de fichiers ${name} de ${host}`,
    },
  },
  inventory: frInventory,
  backups: frBackups,
  health: frHealth,
  service: frService,
  crossing: {
    closed: (threshold: string, earliest: string, latest: string, median: string) =>
      t`Le seuil de ${threshold} sera franchi entre le ${earliest} et le ${latest} (quatre chances sur cinq, 80 %), le plus probablement vers le ${median}.`,
    open: (threshold: string, earliest: string, horizon: string, median: string) =>
      t`Le seuil de ${threshold} sera franchi au plus tôt le ${earliest}, le plus probablement vers le ${median}, mais peut-être pas avant le ${horizon} (une chance sur dix, 10 %, de chaque côté).`,
    perhaps: (threshold: string, earliest: string, horizon: string) =>
      t`Le seuil de ${threshold} pourrait être franchi dès le ${earliest} (une chance sur dix, 10 %) ; la médiane n'y arrive pas d'ici le ${horizon}.`,
    never: (threshold: string, horizon: string) =>
      t`Le seuil de ${threshold} n'est pas franchi d'ici le ${horizon}, limite de la prévision (moins d'une chance sur dix, 10 %).`,
    exceeded: (threshold: string) => t`Le seuil de ${threshold} est déjà dépassé.`,
    short: {
      window: (threshold: string, from: string, to: string) => t`${threshold} : ${from} – ${to}`,
      about: (threshold: string, month: string) => t`${threshold} : ${month}`,
      from: (threshold: string, from: string) => t`${threshold} : dès ${from}`,
      never: (threshold: string, until: string) => t`${threshold} : pas avant ${until}`,
      exceeded: (threshold: string) => t`${threshold} dépassé`,
      collecting: (days: number, needed_days: number) => t`collecte : ${days} j sur ${needed_days}`,
    },
  },
  letter: {
    capacity: 'Ce qui se remplit',
    silence: 'Ce qui se tait',
    services: 'Ce qui est en panne',
    age: 'Ce qui vieillit',
    sources: 'Ce qui n’a pas été lu',
    value: (share: string, day: string) => t`${share} le ${day}.`,
    valueOf: (share: string, amount: string, day: string) => t`${share} (${amount}) le ${day}.`,
    exceeded: (subject: string, threshold: string) => t`${subject} a dépassé ${threshold}.`,
    first: (subject: string) => t`${subject} est à agrandir en premier.`,
    next: (subject: string) => t`${subject} vient ensuite.`,
    more: (number: number) =>
      count(
        number,
        t`autre ressource passe un seuil dans l'année : voir les hôtes ci-dessous.`,
        t`autres ressources passent un seuil dans l'année : voir les hôtes ci-dessous.`,
      ),
    noCrossing: 'Aucune ressource suivie ne passe de seuil dans la durée de la prévision.',
    held: (share: string, trials: number) =>
      t`Sur le passé de cette série, la bande a tenu ${share} des ${count(trials, 'essai', 'essais')}.`,
    silent: (host: string) => t`${host} ne répond pas.`,
    silentSince: (at: string) => t`Dernière lecture le ${at}.`,
    neverRead: 'Jamais lu jusqu’ici.',
    noneSilent: (hosts: number) =>
      hosts === 1
        ? 'L’unique hôte a répondu à la dernière collecte.'
        : t`Les ${hosts} hôtes ont répondu à la dernière collecte.`,
    noHost: 'Aucun hôte n’est déclaré.',
    down: (number: number) => t`${count(number, 'service est en panne', 'services sont en panne')} :`,
    noneDown: (services: number) =>
      t`Aucune panne parmi ${count(services, 'service suivi', 'services suivis')}.`,
    expired: (host: string) => t`${host} n'est plus entièrement sous contrat ou garantie.`,
    expiredSince: (parts: string, day: string) =>
      t`En cause : ${parts}, depuis le ${day} pour le plus ancien.`,
    tooOld: (host: string, age: string) => t`${host} a ${age}.`,
    tooOldSince: (maxAge: string, day: string) => t`La limite est de ${maxAge}, atteinte le ${day}.`,
    nextAge: (host: string) => t`${host} sera le prochain à renouveler.`,
    nextAgeOn: (maxAge: string, day: string, order: string) =>
      t`Il atteint ${maxAge} le ${day} : à commander avant le ${order}.`,
    noneOld: 'Rien n’est hors contrat ni au-delà de l’âge limite.',
    noHardware: 'Aucun matériel n’est décrit dans hardware.csv.',
    failed: (number: number) =>
      t`${count(number, 'source n’a pas pu être lue', 'sources n’ont pas pu être lues')} à la dernière collecte :`,
    noneFailed: 'Toutes les sources ont été lues à la dernière collecte.',
    broken: (number: number) =>
      t`${count(number, 'fichier abîmé a été mis', 'fichiers abîmés ont été mis')} de côté.`,
    names: (names: string, more: number) => (more === 0 ? `${names}.` : t`${names} et ${more} de plus.`),
    why: {
      chart: 'Voir la courbe',
      host: 'Voir l’hôte',
      hosts: 'Voir les hôtes',
      hardware: 'Voir le matériel',
      services: 'Voir les services',
      errors: 'Voir les erreurs',
      broken: 'Voir les fichiers',
    },
  },
  overview: {
    title: 'Rapports de capacité',
    description: (fleet: string) => t`Capacité, âge et santé des hôtes de ${fleet}.`,
    freshness: (until: string, since: string) => t`Données du ${since} au ${until}.`,
    noData: t`Aucune donnée pour le moment : la première collecte remplira cette page.`,
    answer: 'En bref',
    sections: 'Sections',
    hosts: 'Hôtes',
    hostsHint: (from: string, to: string) =>
      t`Part de la capacité, de 0 à 100 %, du ${from} au ${to}, même échelle pour tous. Trait plein : mesuré ; tireté : prévision médiane, avec sa bande à 80 %. Sur chaque seuil, en gras, la période où il sera franchi. Le plus urgent d'abord.`,
    noHosts: t`Aucun hôte : ajoutez-en dans data/fleet.yaml, puis lancez une collecte.`,
    services: 'Services',
    servicesHint:
      'Les plus touchés d’abord, puis par hôte et par nom. Disponibilité et part du temps mesurée sur 90 jours, arrondies vers le bas.',
    noServices: 'Aucun service n’est suivi pour le moment.',
    errors: 'Erreurs de la dernière collecte',
    noErrors: 'Aucune source en défaut.',
    broken: 'Fichiers mis de côté',
    brokenHint: t`Ils restent à leur place ; rien ne les efface.`,
    noBroken: 'Aucun fichier abîmé.',
  },
  columns: {
    state: 'État',
    service: 'Service',
    host: 'Hôte',
    container: 'Conteneur',
    availability: 'Disponibilité',
    coverage: 'Temps mesuré',
    p95: t`Réponse, 95 %, 7 jours`,
    at: 'Quand',
    collector: 'Collecteur',
    source: 'Source',
    part: 'Partie',
    message: 'Message',
    file: 'Fichier',
    day: 'Jour',
    value: 'Valeur',
    share: 'Part',
    mean: 'Moyenne',
    median: 'Médiane',
    low: 'Bas de la bande',
    high: 'Haut de la bande',
    description: 'Description',
    acquisition: 'Acquisition',
    contract: 'Contrat',
    from: 'Depuis',
    until: 'Jusqu’au',
    price: 'Prix',
    age: 'Âge',
    event: 'Événement',
  },
  parts: { server: 'serveur', disk: 'disque', memory: 'mémoire', other: 'autre' },
  acquisitions: { bought: 'achat', leased: 'location' },
  host: {
    title: (host: string, fleet: string) => t`${host} : ${fleet}`,
    description: (host: string) => t`Capacité, tendances, matériel et services de ${host}.`,
    back: 'Tous les hôtes',
    entry: t`Point d'entrée : tous les services passent par lui.`,
    readAt: (at: string) => t`lu le ${at}`,
    neverRead: 'jamais lu',
    system: 'Système',
    kernel: 'Noyau',
    booted: 'Démarré',
    bootedSince: (day: string, duration: string) => t`le ${day}, il y a ${duration}`,
    processors: 'Processeurs',
    cores: (number: string, load: string | null) =>
      load === null ? t`${number} fils` : t`${number} fils, charge ${load} par fil`,
    memory: 'Mémoire',
    age: 'Âge',
    ageSince: (age: string, day: string) => t`${age}, depuis le ${day}`,
    place: 'Lieu',
    unknown: 'non relevé',
    resources: 'Ressources',
    hardware: 'Matériel et contrats',
    noHardware: 'Rien dans hardware.csv pour cet hôte.',
    monthly: (amount: string) => t`${amount} par mois`,
    services: 'Services sur cet hôte',
    noServices: 'Aucun service n’est déclaré sur cet hôte.',
    events: 'Événements',
    noEvents: 'Rien de relevé : ni redémarrage, ni silence, ni déplacement.',
    now: (share: string) => t`${share} aujourd'hui`,
    nowUnknown: 'Pas de mesure récente',
  },
  resource: {
    chart: (subject: string) => t`${subject} dans le temps.`,
    planned: {
      cpu: t`La courbe suit le 95ᵉ centile de chaque jour : c'est sur lui qu'on dimensionne.`,
      memory: t`La courbe suit le 95ᵉ centile de chaque jour : c'est sur lui qu'on dimensionne.`,
      filesystem: 'La courbe suit la dernière mesure de chaque jour.',
    },
    trend: (amount: string, low: string, high: string, days: number) =>
      t`Tendance : ${amount} par mois, entre ${low} et ${high} (intervalle à 80 %), sur ${count(days, 'jour', 'jours')} de mesures.`,
    flat: (amount: string, low: string, high: string, days: number) =>
      t`Aucune tendance nette : ${amount} par mois, entre ${low} et ${high} (intervalle à 80 %), sur ${count(days, 'jour', 'jours')} de mesures.`,
    backtest: (horizon_days: number, trials: number, error: string, yardstick: string, held: string) =>
      t`Éprouvée ${trials} fois sur le passé de cette série, à ${count(horizon_days, 'jour', 'jours')} : erreur moyenne ${error}, contre ${yardstick} en disant « comme aujourd'hui » ; la bande à 80 % a tenu ${held} des fois.`,
    tooNarrow: t`Ici, la bande s'est montrée trop étroite : la vraie date peut tomber en dehors.`,
    notBetter: t`Sur cette série, la méthode ne fait pas mieux que « comme aujourd'hui » : date à prendre avec prudence.`,
    noBacktest: 'Pas encore assez de passé pour éprouver la méthode sur cette série.',
    collecting: (days: number, needed_days: number) =>
      t`Collecte en cours : il faut ${count(needed_days, 'jour', 'jours')}, nous en avons ${days}.`,
    toCome: t`Apparaîtront ici : la courbe, la tendance par mois, la prévision et la période où chaque seuil sera franchi.`,
    gaps: (days: number) => t`${count(days, 'jour', 'jours')} sans mesure : la courbe s'y interrompt.`,
    forecast: ['prévision médiane', t`et bande à 80 %`],
    table: 'Les chiffres de la courbe',
    tableEmpty: 'Les chiffres relevés',
    daily: 'Une ligne par jour.',
    weeklyLast: t`Une ligne par semaine : la dernière mesure des sept jours.`,
    weeklyHighest: t`Une ligne par semaine : le jour le plus chargé des sept.`,
    measured: 'Mesuré',
    expected: 'Prévision',
    capacity: (amount: string) => t`Capacité : ${amount}.`,
  },
};

/** The shape of the reports' messages in every language. */
export type ReportMessages = typeof fr;
