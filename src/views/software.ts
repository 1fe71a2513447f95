import { endOfSupport } from '../model/end-of-support.ts';
import type { SoftwareReport } from '../model/reports-file.ts';

/** What runs somewhere and until when it is supported, by its name for people and the one that support is told by (`debian`). */
export function softwareReport(name: string, product: string, version: string): SoftwareReport {
  const support = endOfSupport(product, version);
  if (support === undefined) return { name, version, support: null };
  const { until, longTermUntil = null, source, checkedOn } = support;
  return { name, version, support: { until, longTermUntil, source, checkedOn } };
}
