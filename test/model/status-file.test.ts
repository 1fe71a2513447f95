import { expect, test } from 'vitest';
import { z } from 'zod';
import { StatusFile } from '../../src/model/status-file.ts';

const windows = ['last24Hours', 'last7Days', 'last30Days', 'last90Days', 'last365Days'];
const availability = 'ratio coverage down_seconds degraded_seconds maintenance_seconds';
const latency = 'p50_seconds p95_seconds p99_seconds';
const updates = 'at step html.fr html.en text.fr text.en';

/**
 * All that the public may know, by the paths of its fields. Whoever adds a field to the file adds it here too, having asked who may read
 * it: what stands in the file can come to stand in a page.
 */
const allowed: readonly (readonly [path: string, fields: string])[] = [
  ['', 'schema builtAt dataUntil every_seconds'],
  ['fleet', 'name timeZone locales[] url'],
  ['rules', 'weights.down weights.degraded incidentAfter_seconds groupBy maintenanceIndicator'],
  ['services[]', 'id name isListed application url state since checkedAt version slaPercent'],
  ['services[]', 'support.until support.longTermUntil support.source certificateExpiresAt domainExpiresAt'],
  ...windows.map((window) => [`services[].windows.${window}`, availability] as const),
  ...windows.map((window) => [`services[].latencies.${window}`, latency] as const),
  ['services[]', 'recent[][0] recent[][1] outages[].from outages[].to'],
  [
    'services[].days',
    'first up_seconds[] degraded_seconds[] down_seconds[] maintenance_seconds[] unknown_seconds[]',
  ],
  ['services[].latency', 'p50_seconds[] p95_seconds[] p99_seconds[]'],
  ['services[].months[]', 'month'],
  ['services[].months[].availability', availability],
  ['services[].months[].latency', latency],
  ['libraries[]', 'slug name isListed services[]'],
  ['incidents[]', 'id isListed title.fr title.en impact services[] from to updatedAt'],
  ['incidents[].updates[]', updates],
  ['incidents[].corrections[]', 'services[] from to state reason.fr reason.en'],
  ['maintenances[]', 'id isListed title.fr title.en isCampaign isRecurring updatedAt'],
  ['maintenances[].occurrences[]', 'id services[] from to step'],
  ['maintenances[].updates[]', updates],
];

/** What of JSON Schema stands in that of the file. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** The paths of all fields of a schema; one that takes more than it names ends with `*`. */
function fieldsOf(
  { properties, additionalProperties, items, prefixItems, anyOf }: Schema,
  path = '',
): string[] {
  if (anyOf !== undefined)
    return anyOf.filter(({ type }) => type !== 'null').flatMap((one) => fieldsOf(one, path));
  if (prefixItems !== undefined)
    return prefixItems.flatMap((item, index) => fieldsOf(item, `${path}[${index}]`));
  if (items !== undefined) return fieldsOf(items, `${path}[]`);
  if (properties === undefined) return [path];
  const others = additionalProperties === false ? [] : [`${path}.*`];
  return [
    ...Object.entries(properties).flatMap(([name, field]) =>
      fieldsOf(field, path === '' ? name : `${path}.${name}`),
    ),
    ...others,
  ];
}

test('the public file has the fields that were allowed, and takes no other', () => {
  const fields = new Set(fieldsOf(z.toJSONSchema(StatusFile) as Schema));
  const paths = allowed.flatMap(([path, names]) =>
    names.split(' ').map((name) => (path === '' ? name : `${path}.${name}`)),
  );
  expect([...fields].toSorted()).toEqual(paths.toSorted());
});
