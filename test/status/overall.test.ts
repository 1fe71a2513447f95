import { describe, expect, it } from 'vitest';
import type { State } from '../../src/model/state.ts';
import type { StatusFile } from '../../src/model/status-file.ts';
import { overall } from '../../src/status/overall.ts';
import { overallSentence } from '../../src/status/wording.ts';
import { open } from './machine/told.ts';
import { sample, service } from './sample.ts';

function sentence(states: readonly State[], changes: Partial<StatusFile> = {}): string {
  const services = states.map((state, index) => service(`s${index}`, { state }));
  return overallSentence(overall({ ...sample, ...changes }, services), services.length, 'fr').replaceAll(
    /\s/g,
    ' ',
  );
}

describe('the sentence about everything', () => {
  it('says that all work only when all do', () => {
    expect(sentence(['up', 'up'])).toBe('Tous les services fonctionnent');
    expect(sentence(['up'])).toBe('Le service fonctionne');
    expect(sentence(['up', 'unknown'])).toBe('L’état de 1 service est inconnu');
    expect(sentence(['unknown', 'unknown'])).toBe('L’état des services est inconnu');
  });

  it('does not say that all is well while people tell otherwise', () => {
    const told = { ...open, services: ['s0'] };
    expect(sentence(['up', 'up'], { incidents: [told] })).toBe('1 incident est en cours');
    expect(sentence(['up', 'down'], { incidents: [told] })).toBe('1 service est en panne');
    // Of other services, over, of no effect, or what probes alone told and do not see any more.
    for (const other of [
      { ...told, services: ['elsewhere'] },
      { ...told, to: '2026-11-22T10:59:00Z' },
      { ...told, impact: 'none' as const },
      { ...told, title: null },
    ])
      expect(sentence(['up', 'up'], { incidents: [other] })).toBe('Tous les services fonctionnent');
  });

  it('says the gravest thing first', () => {
    expect(sentence(['up', 'down', 'degraded', 'down'])).toBe('2 services sont en panne');
    expect(sentence(['up', 'maintenance', 'degraded'])).toBe('1 service est perturbé');
    expect(sentence(['unknown', 'maintenance'])).toBe('1 service est en maintenance');
  });

  it('claims nothing of the present when the newest result is older than 2.5 intervals', () => {
    // Built at 11:00:00 for every 5 min: 12 min 30 s before is 10:47:30.
    expect(sentence(['down'], { dataUntil: '2026-11-22T10:47:30Z' })).toBe('1 service est en panne');
    expect(sentence(['down'], { dataUntil: '2026-11-22T10:47:29Z' })).toBe(
      'État inconnu : aucune mesure depuis 12 min 31 s',
    );
  });

  it('claims nothing when nothing was ever measured, or there is nothing', () => {
    expect(sentence(['up'], { dataUntil: null })).toBe('État inconnu : aucune mesure pour le moment');
    expect(sentence([])).toBe('Aucun service n’est suivi pour le moment');
  });
});
