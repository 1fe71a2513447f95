import { loadSshSettings } from '../collect/ssh-settings.ts';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import { readHardware } from '../store/hardware.ts';
import type { Examination, Finding } from './examination.ts';

/** What people write. */
export const fleet: Examination = {
  name: 'fleet',
  looksFor: 'mistakes in fleet.yaml and hardware.csv, and keys that cannot be used',
  async examine({ workspace, fleet, faults, environment }) {
    if (fleet === undefined) return faults.map(toFinding);
    const { faults: ofKeys } = await loadSshSettings(fleet, workspace.data, environment);
    try {
      await readHardware(workspace.data, fleet);
      return ofKeys.map(toFinding);
    } catch (cause) {
      if (!(cause instanceof ConfigurationError)) throw cause;
      return [...ofKeys, ...cause.faults].map(toFinding);
    }
  },
};

function toFinding({ file, line, field, found, expected }: Fault): Finding {
  const place = line === undefined ? file : `${file}:${line}`;
  return {
    severity: 'error',
    where: field === undefined ? place : `${place}: ${field}`,
    found: found ?? 'something else',
    expected,
    advice: 'correct it: nothing is collected or built until then',
  };
}
