import { z } from 'zod';

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

/** How a metric is documented by the collector that reads it. */
export interface Metric {
  /** `gauge`: a value at an instant. `counter`: only counts up until its epoch changes (a reboot, say). */
  readonly type: 'gauge' | 'counter';
  /** One sentence: what is measured, and how the source defines it. */
  readonly meaning: string;
  /** A value as a real machine showed it. */
  readonly example: number;
}
