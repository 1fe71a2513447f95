import { endOfSupport } from '../model/end-of-support.ts';
import type { SoftwareReport } from '../model/reports-file.ts';

/** What runs somewhere and until when it is supported, by its name for people and the one that support is told by (`debian`). */
export function softwareReport(name: string, product: string, told: string): SoftwareReport {
  const version = product === 'koha' ? kohaVersion(told) : told;
  const support = endOfSupport(product, version);
  if (support === undefined) return { name, version, support: null };
  const { until, longTermUntil = null, source, checkedOn } = support;
  return { name, version, support: { until, longTermUntil, source, checkedOn } };
}

/** Koha's pages tell 25.05.09.000 as 25.0509000. */
function kohaVersion(told: string): string {
  return told.replace(/^(\d\d)\.(\d\d)(\d\d)\d{3}$/, '$1.$2.$3');
}
