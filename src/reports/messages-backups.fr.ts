import type { BackupState } from '../model/reports-file.ts';
import { french, plural } from '../ui/typography.ts';

const t = french;

function count(number: number, one: string, other: string): string {
  return `${number}\u00a0${plural('fr', number, { one, other })}`;
}

const states: Record<BackupState, string> = {
  valid: 'présente et valide',
  present: 'présente',
  unverified: 'présente, non vérifiée',
  suspicious: 'taille suspecte',
  bad: 'mauvaise',
  late: 'en retard',
  missing: 'manquante',
  unseen: 'pas pu regarder',
  none: 'rien d’attendu',
};

/** The page of backups, in French. */
export const frBackups = {
  title: 'Sauvegardes',
  description: (fleet: string) => t`Ce qui est sauvegardé des services de ${fleet}, et ce qui manque.`,
  back: 'Tous les hôtes',
  whole: (services: number) =>
    services === 1
      ? 'L’unique service suivi a tout ce que sa règle demande.'
      : t`Les ${services} services suivis ont tout ce que leur règle demande.`,
  holes: (services: number, all: number) =>
    services === 1
      ? t`1 service sur ${all} n'a pas tout ce que sa règle demande.`
      : t`${services} services sur ${all} n'ont pas tout ce que leur règle demande.`,
  unseen: (services: number) =>
    t`De ${count(services, 'service', 'services')}, on n'a pas pu tout regarder : rien n'est dit de bon ni de mauvais.`,
  nothing: t`Aucun service n'a de règle de sauvegarde : ajoutez-en une sous backups: dans data/fleet.yaml.`,
  legend: 'Légende',
  states,
  policy: (name: string) => t`Règle « ${name} » :`,
  daily: (days: number) => count(days, 'jour de suite', 'jours de suite'),
  monthly: (months: number) => count(months, 'mois de suite', 'mois de suite'),
  weekly: (weekday: string) => t`un instantané du conteneur chaque ${weekday}`,
  weekdays: {
    monday: 'lundi',
    tuesday: 'mardi',
    wednesday: 'mercredi',
    thursday: 'jeudi',
    friday: 'vendredi',
    saturday: 'samedi',
    sunday: 'dimanche',
  },
  cold: (every: string) => t`une copie froide, relue en ${every} au plus`,
  noTerms: 'rien de chiffré',
  lost: (duration: string) => t`Perdu si tout s'arrêtait maintenant : ${duration}`,
  lostUnknown: t`Perdu si tout s'arrêtait maintenant : non connu, aucune copie valide n'a été vue`,
  newest: (at: string) => t`dernière copie valide du ${at}`,
  sources: {
    dumps: 'Exports',
    restic: 'restic',
    borg: 'borg',
    borgmatic: 'borgmatic',
    pbs: 'Proxmox Backup Server',
    sanoid: 'Instantanés ZFS',
  },
  on: (host: string) => t`sur ${host}`,
  lookedAt: (at: string) => t`regardé le ${at}`,
  neverLooked: 'pas regardé depuis un jour',
  couldNotLook: t`n'a pas pu être regardé`,
  squares: 'Jour par jour',
  days: t`7 derniers jours`,
  months: t`12 derniers mois`,
  weeks: t`Instantanés du conteneur, 4 dernières semaines`,
  coldCopy: 'Copie froide',
  mark: (on: string, state: string) => t`${on} : ${state}`,
  usual: (bytes: string, usual: string) => t`${bytes}, contre ${usual} d'habitude`,
  troubles: 'En détail',
  /** Marks of one state: first and last, how many. */
  range: (first: string, last: string, number: number) => t`${first} – ${last} (${number})`,
  files: (checked: string, files: string) =>
    t`${checked} fichiers relus sur ${files} dans la passe en cours ou la dernière`,
  noFiles: 'aucun fichier comparé',
  verifiedAt: (at: string) => t`relue en entier le ${at}`,
  neverVerified: 'jamais relue en entier jusqu’ici',
  badFiles: (number: number) => count(number, 'fichier abîmé ou disparu', 'fichiers abîmés ou disparus'),
  without: 'Services sans règle de sauvegarde',
  letter: {
    title: 'Ce qui n’est pas sauvegardé',
    holes: (services: number) =>
      t`${count(services, 'service n’a pas tout ce que sa', 'services n’ont pas tout ce que leur')} règle de sauvegarde demande :`,
    whole: (services: number) =>
      t`Rien ne manque aux sauvegardes de ${count(services, 'service', 'services')}.`,
    unseen: (services: number) =>
      t`De ${count(services, 'service', 'services')}, les sauvegardes n'ont pas pu être regardées :`,
    nothing: 'Aucun service n’a de règle de sauvegarde.',
    why: 'Voir les sauvegardes',
  },
};

/** The shape of these messages in every language. */
export type BackupMessages = typeof frBackups;
