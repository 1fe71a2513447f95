import { french } from '../ui/typography.ts';

const t = french;

/** The page of a service, in French. */
export const frService = {
  description: (service: string) => t`État, contrôles et sauvegardes de ${service}.`,
  back: 'Tous les services',
  facts: {
    application: 'Application',
    host: 'Hôte',
    container: 'Conteneur',
    libraries: 'Bibliothèques',
    address: 'Adresse',
    availability: 'Disponibilité, 90 jours',
    promised: (share: string, promised: string) => t`${share}, pour ${promised} promis`,
    coverage: (share: string) => t`mesuré ${share} du temps`,
    p95: t`Réponse, 95 %, 7 jours`,
    backup: 'Dernière copie valide',
    noBackup: 'aucune règle de sauvegarde',
    noCopy: 'non connue',
    undeclared: 'non déclaré',
  },
  checks: 'Contrôles',
  noChecks: 'Aucun contrôle n’est déclaré.',
  by: 'Qui répond',
  last: 'Dernière réponse',
  essential: 'essentiel',
  accessory: 'accessoire',
  never: 'aucune',
  took: (at: string, duration: string) => t`${at}, en ${duration}`,
  who: {
    probe: (protocol: string) => t`Notre sonde, en ${protocol}`,
    nagios: (host: string) => t`Nagios sur ${host}`,
    icinga2: (source: string | null) => (source === null ? 'Icinga 2' : t`Icinga 2 « ${source} »`),
    prometheus: (source: string | null) => (source === null ? 'Prometheus' : t`Prometheus « ${source} »`),
  },
  moves: 'Déplacements de son conteneur',
  noMoves: 'Aucun déplacement vu.',
  move: (from: string, to: string) => t`de ${from} à ${to}`,
};

/** The shape of these messages in every language. */
export type ServiceMessages = typeof frService;
