import type { PublicIncident, PublicMaintenance, StatusFile } from '../../../src/model/status-file.ts';
import { sample } from '../sample.ts';

// What people told of the sample's services, as of 22 November 2026, 12:00 in Paris.

const html = (text: string) => `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`;
const said = (fr: string, en?: string) => ({
  html: { fr: html(fr), ...(en === undefined ? {} : { en: html(en) }) },
  text: { fr, ...(en === undefined ? {} : { en }) },
});

/** Still going on; told in two languages. */
export const open: PublicIncident = {
  id: '2026-11-22-catalogue-en-panne',
  isListed: true,
  title: { fr: 'Catalogue en panne', en: 'Catalogue down' },
  impact: 'critical',
  services: ['broken'],
  from: '2026-11-22T10:55:00Z',
  to: null,
  updatedAt: '2026-11-22T10:59:00Z',
  updates: [
    { at: '2026-11-22T10:56:00Z', step: 'investigating', ...said('Nous cherchons.', 'We are looking.') },
    { at: '2026-11-22T10:59:00Z', step: 'identified', ...said('Disque plein & <base> bloquée.') },
  ],
  corrections: [],
};

/** Opened by an outage; nobody has written of it. */
export const detected: PublicIncident = {
  id: '2026-11-10-broken-0400',
  isListed: true,
  title: null,
  impact: 'major',
  services: ['broken'],
  from: '2026-11-10T03:00:00Z',
  to: '2026-11-10T03:15:00Z',
  updatedAt: '2026-11-10T03:15:00Z',
  updates: [],
  corrections: [],
};

/** Over, with what was learnt of it; what was measured was corrected. */
export const past: PublicIncident = {
  id: '2026-11-03-recherche-lente',
  isListed: true,
  title: { fr: 'Recherche très lente', en: 'Very slow search' },
  impact: 'minor',
  services: ['fine', 'broken'],
  from: '2026-11-03T08:00:00Z',
  to: '2026-11-03T09:30:00Z',
  updatedAt: '2026-11-05T14:00:00Z',
  updates: [
    {
      at: '2026-11-03T08:10:00Z',
      step: 'investigating',
      ...said('Nous cherchons.', 'We are looking.'),
    },
    { at: '2026-11-03T09:30:00Z', step: 'resolved', ...said('Index refait.', 'Index rebuilt.') },
    {
      at: '2026-11-05T14:00:00Z',
      step: 'postmortem',
      ...said('L’index grandissait sans fin.', 'The index grew without end.'),
    },
  ],
  corrections: [
    {
      services: ['broken'],
      from: '2026-11-03T08:00:00Z',
      to: '2026-11-03T08:05:00Z',
      state: 'up',
      reason: { fr: 'La sonde avait tort.', en: 'The probe was wrong.' },
    },
  ],
};

/** The first Sunday of each month; one is over, one is to come, one was called off. */
export const monthly: PublicMaintenance = {
  id: '2026-01-01-mises-a-jour',
  isListed: true,
  title: { fr: 'Mises à jour', en: 'Updates' },
  isCampaign: false,
  isRecurring: true,
  occurrences: [
    {
      id: '2026-11-01',
      services: ['fine', 'broken'],
      from: '2026-11-01T21:00:00Z',
      to: '2026-11-01T23:00:00Z',
      step: 'completed',
    },
    {
      id: '2026-12-06',
      services: ['fine', 'broken'],
      from: '2026-12-06T21:00:00Z',
      to: '2026-12-06T23:00:00Z',
      step: 'scheduled',
    },
    {
      id: '2027-01-03',
      services: ['fine', 'broken'],
      from: '2027-01-03T21:00:00Z',
      to: '2027-01-03T23:00:00Z',
      step: 'cancelled',
    },
  ],
  updatedAt: '2026-01-01T09:00:00Z',
  updates: [],
};

/** Each service has its own turn; that of `new` is now. */
export const campaign: PublicMaintenance = {
  id: '2026-11-15-demenagement',
  isListed: true,
  title: { fr: 'Déménagement; nouveau serveur, « dc3 »' },
  isCampaign: true,
  isRecurring: false,
  occurrences: [
    {
      id: '2026-11-22',
      services: ['new'],
      from: '2026-11-22T10:30:00Z',
      to: '2026-11-22T12:00:00Z',
      step: 'in_progress',
    },
    {
      id: '2026-11-29',
      services: ['fine'],
      from: '2026-11-29T21:00:00Z',
      to: '2026-11-29T23:00:00Z',
      step: 'scheduled',
    },
  ],
  updatedAt: '2026-11-15T09:00:00Z',
  updates: [{ at: '2026-11-15T09:00:00Z', step: 'scheduled', ...said('Chacun a sa date.') }],
};

export const toldSample: StatusFile = {
  ...sample,
  incidents: [open, detected, past],
  maintenances: [campaign, monthly],
};
