import type { NagiosObject } from './nagios-line.ts';

/** A service of ours, as Nagios may know it. */
export interface NamedService {
  readonly id: string;
  readonly container?: string;
}

/** An object of Nagios that is part of a service of ours; without a service, or with `*`, everything of the host. */
export interface MapRow {
  readonly host: string;
  readonly nagiosService: string;
  readonly service: string;
}

/** Of which services of ours an object of Nagios is a part; none when it is of no concern. */
export type ServicesOf = (object: NagiosObject) => readonly string[];

/** By a table that somebody wrote. */
export function servicesByTable(rows: readonly MapRow[]): ServicesOf {
  const byHost = new Map<string, MapRow[]>();
  for (const row of rows) byHost.set(row.host, [...(byHost.get(row.host) ?? []), row]);
  return ({ host, service }) => [
    ...new Set(
      (byHost.get(host) ?? [])
        .filter(({ nagiosService: own }) => own === '' || own === '*' || own === service)
        .map((row) => row.service),
    ),
  ];
}

/** By name: a host that is called as a service of ours or its container is, or a service of Nagios that is called as one of ours. */
export function servicesByName(services: readonly NamedService[]): ServicesOf {
  return ({ host, service }) => {
    const names = [host.toLowerCase(), service?.toLowerCase()];
    return services
      .filter(({ id, container }) => names.includes(id) || container?.toLowerCase() === names[0])
      .map(({ id }) => id);
  };
}
