import type { State } from '../model/state.ts';
import { french, plural } from '../ui/typography.ts';

const t = french;

function count(number: number, text: string, one: string, other: string): string {
  return `${text}\u00a0${plural('fr', number, { one, other })}`;
}

const verdicts: Record<State, string> = {
  up: t`Se dit sain`,
  degraded: 'Dit qu’il défaille',
  down: 'En panne',
  maintenance: 'En maintenance',
  unknown: 'Ne se prononce pas',
};

const poolStates: Record<State, string> = {
  up: 'Sain',
  degraded: 'Atteint',
  down: 'En panne',
  maintenance: 'En maintenance',
  unknown: 'Non connu',
};

/** What the parts of a host are told with, in French. */
export const frInventory = {
  unknown: 'non connu',
  lastSeen: (day: string) => t`vu pour la dernière fois le ${day}`,
  ago: (duration: string) => t`il y a ${duration}`,
  since: (at: string) => t`depuis le ${at}`,
  withShare: (amount: string, share: string) => t`${amount} (${share})`,
  platform: {
    title: 'Système et mises à jour',
    never: 'Le système de cet hôte n’a pas encore été lu.',
    notCurrent: (day: string) => t`Lu pour la dernière fois le ${day} : ce qui suit peut avoir changé.`,
    software: 'Logiciel',
    version: 'Version',
    support: 'Suivi par ses auteurs',
    states: {
      supported: 'Suivi',
      longTerm: 'Suivi à long terme seulement',
      over: 'N’est plus suivi',
      unknown: 'Durée du suivi non connue',
    },
    until: (date: string) => t`fin du suivi : ${date}`,
    normalUntil: (date: string, longTerm: string) =>
      t`fin du suivi normal : ${date} ; à long terme (LTS) : ${longTerm}`,
    endOf: (month: string) => t`fin ${month}`,
    source: (source: string, day: string) => t`Source : ${source}, consultée le ${day}.`,
    kernel: 'Noyau',
    reboot: 'Redémarrage',
    rebootDue: 'à faire',
    rebootDueFor: (kernel: string) => t`à faire : le noyau ${kernel} est installé`,
    noReboot: 'pas nécessaire',
    updates: 'Mises à jour en attente',
    updatesOf: (security: string, all: string) => t`${security} de sécurité, ${all} en tout`,
    lists: 'Listes de paquets',
    listsAge: (age: string, day: string) => t`vieilles de ${age} à la lecture du ${day}`,
  },
  disks: {
    title: 'Disques',
    none: 'Aucun disque n’a été lu sur cet hôte.',
    disk: 'Disque',
    verdict: 'Son propre verdict',
    size: 'Taille',
    age: 'Sous tension',
    wear: 'Usure',
    written: 'Écrit',
    temperature: t`Température`,
    defects: 'Défauts',
    noModel: 'modèle non connu',
    verdicts,
    asleep: (day: string) => t`en veille, lu le ${day}`,
    silent: t`n'a rien dit de lui`,
    celsius: (text: string) => `${text}\u202f°C`,
    reallocated: (number: number, text: string) =>
      count(number, text, 'secteur remplacé', 'secteurs remplacés'),
    pending: (number: number, text: string) => count(number, text, 'en attente', 'en attente'),
    uncorrected: (number: number, text: string) =>
      count(number, text, 'erreur non corrigée', 'erreurs non corrigées'),
  },
  pools: {
    title: 'Pools ZFS',
    none: 'Aucun pool ZFS n’a été vu sur cet hôte.',
    pool: 'Pool',
    state: 'État',
    used: 'Utilisé',
    free: 'Libre',
    scrub: 'Dernier scrub',
    errors: 'Erreurs non réparées',
    states: poolStates,
    says: (health: string) => t`ZFS dit ${health}`,
    noScrub: 'non connu',
    scrubLate: 'En retard : plus de 35 jours',
    scrubErrors: (number: number, text: string) => count(number, text, 'erreur restée', 'erreurs restées'),
    scans: {
      scrub: { running: 'scrub en cours', paused: 'scrub en pause', canceled: 'scrub interrompu' },
      resilver: {
        running: 'reconstruction en cours',
        paused: 'reconstruction en pause',
        canceled: 'reconstruction interrompue',
      },
    },
    noErrors: 'aucune',
    read: (number: number, text: string) => count(number, text, 'lecture', 'lectures'),
    write: (number: number, text: string) => count(number, text, 'écriture', 'écritures'),
    checksum: (number: number, text: string) =>
      count(number, text, 'somme de contrôle', 'sommes de contrôle'),
    data: (number: number, text: string) => count(number, text, 'bloc perdu', 'blocs perdus'),
  },
  containers: {
    title: 'Conteneurs',
    hint: t`Processeur : moyenne du jour. Une limite qui n'apparaît pas n'est pas fixée, ou n'a pas pu être lue.`,
    none: 'Aucun conteneur n’a été vu sur cet hôte.',
    container: 'Conteneur',
    cpu: 'Processeur',
    memory: 'Mémoire',
    disk: 'Disque',
    snapshots: 'Instantanés',
    statuses: { running: 'en marche', stopped: 'arrêté', frozen: 'gelé', error: 'en erreur' },
    noStatus: 'état non connu',
    threads: (number: number, text: string) => count(number, text, 'fil', 'fils'),
    limit: (value: string, limit: string) => t`${value} sur ${limit}`,
    noSnapshot: 'aucun',
    newest: (at: string) => t`le dernier : ${at}`,
  },
};

/** The shape of these messages in every language. */
export type InventoryMessages = typeof frInventory;
