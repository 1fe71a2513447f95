/** Something wrong in a file that people write: where, what stands there, what should. */
export interface Fault {
  /** The file as the user knows it, e.g. `data/fleet.yaml`. */
  readonly file: string;
  /** 1-based; absent when the fault is of the whole file. */
  readonly line?: number;
  /** Dotted, e.g. `services.koha-mulhouse.host`; absent for the whole file. */
  readonly field?: string;
  readonly found?: string;
  readonly expected: string;
}

/** One clear line: `data/fleet.yaml:12: services.koha.host: found "hv9", expected a host of this fleet (hv1, hv2)`. */
export function formatFault(fault: Fault): string {
  const place = fault.line === undefined ? fault.file : `${fault.file}:${fault.line}`;
  const parts = [place, ...(fault.field === undefined ? [] : [fault.field])];
  const found = fault.found === undefined ? '' : `found ${fault.found}, `;
  return `${parts.join(': ')}: ${found}expected ${fault.expected}`;
}

/** All that is wrong with the configuration, at once. The command prints one line a fault and exits with 2. */
export class ConfigurationError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(formatFault).join('\n'));
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}
