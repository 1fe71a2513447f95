import { z } from 'zod';
import { atMostKeys } from './list.ts';

/** Units that a metric's name ends in. `_total` marks a counter and follows the unit. */
const units = ['bytes', 'seconds', 'ratio', 'celsius', 'count', 'code'];

/** A metric's name: snake case, its unit last (`memory_used_bytes`), then `_total` when it only counts up (`network_received_bytes_total`). */
export const MetricName = z
  .string()
  .max(80)
  .regex(
    new RegExp(`^[a-z][a-z0-9_]*_(${units.join('|')})(_total)?$`),
    `expected a name that ends in its unit (_${units.join(', _')}), counters in _total after it`,
  );
export type MetricName = z.infer<typeof MetricName>;

/** The names that were found good: they are few, and come again with each record. */
const goodNames = new Set<string>();

/** Whether a name is a metric's. */
export function isMetricName(name: string): boolean {
  if (goodNames.has(name)) return true;
  if (!MetricName.safeParse(name).success) return false;
  if (goodNames.size < 10_000) goodNames.add(name);
  return true;
}

/**
 * Values by the names of metrics, at most so many. A day has hundreds of thousands of such records: those that are good are let pass by
 * hand, and only what is wrong with the others is told by their schema.
 */
export function metricValues(value: z.ZodNumber, most: number): z.ZodType<Record<string, number>> {
  const schema = atMostKeys(most, z.record(MetricName, value));
  const least = value.minValue ?? Number.NEGATIVE_INFINITY;
  return z.custom<Record<string, number>>().check((context) => {
    if (isGood(context.value, least, most)) return;
    const parsed = schema.safeParse(context.value);
    // Without keys that name what every object inherits.
    if (parsed.success) context.value = parsed.data;
    for (const issue of parsed.error?.issues ?? []) {
      context.issues.push({ ...issue, input: context.value } as (typeof context.issues)[number]);
    }
  });
}

function isGood(values: unknown, least: number, most: number): boolean {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return false;
  const names = Object.keys(values);
  if (names.length > most) return false;
  for (const name of names) {
    const value: unknown = Reflect.get(values, name);
    if (!isMetricName(name) || typeof value !== 'number' || !Number.isFinite(value) || value < least)
      return false;
  }
  return true;
}

/** How a metric is documented by the collector that reads it. */
export interface Metric {
  /** `gauge`: a value at an instant. `counter`: only counts up until its epoch changes (a reboot, say). */
  readonly type: 'gauge' | 'counter';
  /** One sentence: what is measured, and how the source defines it. */
  readonly meaning: string;
  /** A value as a real machine showed it. */
  readonly example: number;
}
