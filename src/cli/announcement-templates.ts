import type { IncidentStep, MaintenanceStep } from '../model/announcement.ts';
import type { LocalText } from '../model/local-text.ts';

/** What is mostly said of a kind of incident or maintenance, in words for visitors. */
export interface Template {
  /** Follows the names of what it is about. */
  readonly title: Required<LocalText>;
  readonly text: Required<LocalText>;
}

export const incidentTemplates = {
  outage: {
    title: { fr: 'service en panne', en: 'service down' },
    text: {
      fr: 'Le service ne répond pas. Nous cherchons la cause et vous tenons informés ici.',
      en: 'The service does not answer. We are looking for the cause and keep you informed here.',
    },
  },
  slow: {
    title: { fr: 'service ralenti', en: 'service slow' },
    text: {
      fr: 'Les pages s’affichent plus lentement que d’habitude. Nous cherchons la cause.',
      en: 'Pages take longer than usual. We are looking for the cause.',
    },
  },
  network: {
    title: { fr: 'accès perturbé', en: 'access disturbed' },
    text: {
      fr: 'Le service fonctionne, mais le réseau qui y mène est perturbé. Son exploitant intervient.',
      en: 'The service works, but the network that leads to it is disturbed. Its operator is at work.',
    },
  },
  data: {
    title: { fr: 'données à vérifier', en: 'data to be checked' },
    text: {
      fr: 'Des données récentes peuvent manquer. Nous les comparons aux sauvegardes ; merci de ne pas les ressaisir pour l’instant.',
      en: 'Recent data may be missing. We are comparing them with the backups; please do not enter them again for now.',
    },
  },
} satisfies Readonly<Record<string, Template>>;

export const maintenanceTemplates = {
  upgrade: {
    title: { fr: 'nouvelle version', en: 'new version' },
    text: {
      fr: 'Le service passe à la version suivante. Il est fermé pendant la mise à jour.',
      en: 'The service gets its next version. It is closed meanwhile.',
    },
  },
  move: {
    title: { fr: 'déménagement vers un autre serveur', en: 'move to another server' },
    text: {
      fr: 'Le service change de serveur. L’interruption dure quelques minutes ; son adresse reste la même.',
      en: 'The service moves to another server. The interruption lasts a few minutes; its address stays the same.',
    },
  },
  system: {
    title: { fr: 'mises à jour de sécurité', en: 'security updates' },
    text: {
      fr: 'Nous installons des mises à jour de sécurité. De courtes interruptions sont possibles.',
      en: 'We are installing security updates. Short interruptions are possible.',
    },
  },
} satisfies Readonly<Record<string, Template>>;

/** What is said with a step when nobody says more. */
export const stepTexts: Readonly<Partial<Record<IncidentStep | MaintenanceStep, Required<LocalText>>>> = {
  investigating: { fr: 'Nous cherchons la cause.', en: 'We are looking for the cause.' },
  identified: {
    fr: 'La cause est connue, nous y remédions.',
    en: 'The cause is known, we are dealing with it.',
  },
  monitoring: {
    fr: 'Le service fonctionne à nouveau. Nous restons attentifs.',
    en: 'The service works again. We are keeping an eye on it.',
  },
  resolved: { fr: 'Le service fonctionne normalement.', en: 'The service works normally.' },
  scheduled: { fr: 'Une intervention est prévue.', en: 'Work is planned.' },
  in_progress: { fr: 'L’intervention a commencé.', en: 'The work has begun.' },
  verifying: {
    fr: 'L’intervention est terminée, nous vérifions le service.',
    en: 'The work is done, we are checking the service.',
  },
  completed: { fr: 'L’intervention est terminée.', en: 'The work is done.' },
  cancelled: { fr: 'L’intervention n’aura pas lieu.', en: 'The work will not take place.' },
};
