import type { HostReport, Resource, ServiceReport } from '../model/reports-file.ts';
import { gravity } from '../model/state.ts';
import { nextOutlook, type Outlook } from './crossings.ts';
import { shareOf } from './figures.ts';

// What comes first on a page: what hurts most, then what will.

/** Resources with the most urgent first: thresholds passed, then by the median day of crossing, then by what may cross, then the fullest. */
export function byUrgency(first: Resource, second: Resource): number {
  const [a, b] = [urgency(first), urgency(second)];
  return a < b ? -1 : a > b ? 1 : fullness(second) - fullness(first);
}

/** Hosts by their most urgent resource, then by name. */
export function rankHosts(hosts: readonly HostReport[]): HostReport[] {
  return hosts.toSorted((first, second) => {
    const [a, b] = [mostUrgent(first), mostUrgent(second)];
    if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
    return byUrgency(a, b) || compareText(first.name, second.name);
  });
}

/** Services with the gravest state first, then by host and by name. */
export function rankServices(services: readonly ServiceReport[]): ServiceReport[] {
  return services.toSorted(
    (a, b) =>
      gravity.indexOf(a.state) - gravity.indexOf(b.state) ||
      compareText(a.host ?? '', b.host ?? '') ||
      compareText(a.name, b.name),
  );
}

/** The resource of a kind that is fullest by share of its capacity; undefined when there is none. */
export function fullest(host: HostReport, kind: Resource['kind']): Resource | undefined {
  return host.resources
    .filter((resource) => resource.kind === kind)
    .toSorted((a, b) => fullness(b) - fullness(a))[0];
}

function mostUrgent({ resources }: HostReport): Resource | undefined {
  return resources.toSorted(byUrgency)[0];
}

/** Sorts as text: the rank of its kind, then its day. */
function urgency(resource: Resource): string {
  const said = nextOutlook(resource);
  return said === null ? '9' : `${ranks[said.kind]}${dayOfOutlook(said)}`;
}

const ranks: Readonly<Record<Outlook['kind'], number>> = {
  exceeded: 0,
  expected: 1,
  perhaps: 2,
  never: 3,
  collecting: 4,
};

function dayOfOutlook(said: Outlook): string {
  if (said.kind === 'expected') return said.median;
  return said.kind === 'perhaps' ? said.earliest : '';
}

function fullness(resource: Resource): number {
  return resource.now === null ? -1 : (shareOf(resource, resource.now) ?? -1);
}

function compareText(a: string, b: string): number {
  return a.localeCompare(b, 'fr');
}
