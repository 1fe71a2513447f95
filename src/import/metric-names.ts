import { EntityId, Slug } from '../model/entity.ts';
import { ConfigurationError } from '../model/fault.ts';
import { MetricName } from '../model/metric.ts';
import { show } from '../model/problem.ts';

/** What a foreign metric is called here, and by what its values are multiplied: `kbmemused=memory_used_bytes*1024`. */
export interface Rename {
  readonly from: string;
  readonly to: MetricName;
  readonly factor: number;
}

/**
 * Reads `old=new` or `old=new*factor`.
 * @throws ConfigurationError when it is neither, or the new name is no metric's.
 */
export function parseRename(text: string, option: string): Rename {
  const match = /^(.+?)=([^=*]+)(?:\*([0-9.eE+-]+))?$/s.exec(text);
  const [, from = '', to = '', factor = '1'] = match ?? [];
  const name = MetricName.safeParse(to.trim());
  if (match === null || !name.success || !(Number.isFinite(Number(factor)) && Number(factor) !== 0)) {
    throw new ConfigurationError([
      {
        file: option,
        found: show(text),
        expected: `old=new or old=new*factor, where new ends in its unit: ${expectedMetric}`,
      },
    ]);
  }
  return { from: from.trim(), to: name.data, factor: Number(factor) };
}

/** What a metric's name should be, for messages. */
export const expectedMetric =
  'a name such as memory_used_bytes (units bytes, seconds, ratio, celsius, count, code; counters end in _total after it)';

/** The entity that a cell names: a host, or an entity in full; undefined when it is none. */
export function entityOf(cell: string): EntityId | undefined {
  if (Slug.safeParse(cell).success) return `host:${cell}`;
  return EntityId.safeParse(cell).success ? cell : undefined;
}

/** What a host or entity should be, for messages. */
export const expectedEntity = 'a host such as hv1, or an entity such as filesystem:hv1:/srv';
