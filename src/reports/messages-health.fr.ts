import { french, plural } from '../ui/typography.ts';

const t = french;

function count(number: number, one: string, other: string): string {
  return `${number}\u00a0${plural('fr', number, { one, other })}`;
}

/** What happens to hosts, and what is not sound about them, in French. */
export const frHealth = {
  events: {
    reboot: 'redémarrage',
    silence: 'silence',
    arrival: (container: string, host: string) => t`arrivée de ${container}, venu de ${host}`,
    departure: (container: string, host: string) => t`départ de ${container} pour ${host}`,
    diskAdded: (disk: string) => t`nouveau disque : ${disk}`,
    diskRemoved: (disk: string) => t`disque vu pour la dernière fois : ${disk}`,
    pool: (pool: string, state: string) => t`pool ${pool} : ${state}`,
    vdev: (device: string, state: string) => t`disque du pool, ${device} : ${state}`,
    /** On the axis of a chart. */
    short: {
      arrival: (container: string) => `+ ${container}`,
      departure: (container: string) => `\u2212 ${container}`,
      diskAdded: '+ disque',
      diskRemoved: '\u2212 disque',
      pool: (pool: string) => t`pool ${pool}`,
      vdev: (device: string) => device,
    },
  },
  damage: {
    title: 'Ce qui s’abîme',
    none: 'Ni disque ni pool en défaut parmi ceux qui ont été lus.',
    notRead: 'Ni disque ni pool n’a été lu.',
    pool: (pool: string, host: string, state: string) => t`Le pool ${pool} de ${host} : ${state}.`,
    devices: (devices: string) => t`En cause : ${devices}.`,
    failing: (disk: string, host: string) => t`Le disque ${disk} de ${host} dit qu'il défaille.`,
    defective: (disk: string, host: string) => t`Le disque ${disk} de ${host} compte des défauts.`,
    defects: (disk: string, defects: string) => t`${disk} : ${defects}.`,
    scrub: (pool: string, host: string) =>
      t`Le pool ${pool} de ${host} n'a pas été relu depuis trop longtemps.`,
    scrubbed: (day: string, ago: string) =>
      t`Dernier scrub terminé le ${day}, il y a ${ago} ; il en faut un tous les 35 jours.`,
    why: { pools: 'Voir les pools', disks: 'Voir les disques' },
    here: 'À voir d’abord',
  },
  support: {
    title: 'Ce qui n’est plus suivi',
    over: (software: string) => t`${software} n'est plus suivi par ses auteurs.`,
    ending: (software: string) => t`${software} ne sera bientôt plus suivi.`,
    until: (date: string, where: string) => t`Fin du suivi : ${date}. ${where}.`,
    hosts: (names: string) => t`Sur ${names}`,
    services: (services: number) => t`Sur ${count(services, 'service', 'services')}`,
    none: 'Rien de connu n’arrive à la fin de son suivi dans les six mois.',
    reboot: (names: string) => t`Un redémarrage attend sur ${names}`,
    security: (hosts: number) =>
      t`Des mises à jour de sécurité attendent sur ${count(hosts, 'hôte', 'hôtes')} :`,
    why: { host: 'Voir l’hôte', hosts: 'Voir les hôtes', services: 'Voir les services' },
  },
  monitor: {
    title: 'Surveillance',
    running: (name: string) => t`${name} est en marche.`,
    stopped: (name: string) => t`${name} ne tourne pas, ou n'écrit plus ses états.`,
    counts: (ok: string, warning: string, critical: string) =>
      t`De tout ce qu'il surveille, en ordre : ${ok} ; en alerte : ${warning} ; critiques : ${critical}.`,
    left: (checks: number) =>
      checks === 0
        ? t`Aucun contrôle de nos services ne lui est laissé.`
        : t`${count(checks, 'contrôle de nos services lui est laissé', 'contrôles de nos services lui sont laissés')}.`,
  },
};

/** The shape of these messages in every language. */
export type HealthMessages = typeof frHealth;
