import { hardwareColumns } from '../../model/hardware.ts';
import { addToDay, dayOf, fromSeconds } from '../../model/time.ts';
import { seedOf, uniform } from '../chance.ts';
import { models } from './disk-entities.ts';
import type { FleetEvents } from './events.ts';
import type { FleetPlan, HostPlan } from './plan.ts';

/** The fleet.yaml of an invented fleet. Its addresses are of names that never resolve (RFC 2606). */
export function fleetText({ timeZone, hosts, libraries, services }: FleetPlan): string {
  const hostLines = hosts.map(
    ({ id, isEntry }, index) =>
      `  ${id}: { ssh: ${id}.fleet.example, provider: Hexalis, site: Paris DC${1 + (index % 3)}${isEntry ? ', entry: true' : ''} }`,
  );
  const libraryLines = libraries.map((id, index) => `  ${id}: { name: Bibliothèque ${index + 1} }`);
  const serviceLines = services.map(({ id, application, library, host, container }) => {
    const fields = [
      `name: ${title(application)} ${id.slice(application.length + 1)}`,
      `application: ${application}`,
      `url: https://${id}.fleet.example`,
      `libraries: [${library}]`,
      `host: ${host}`,
      ...(container === undefined ? [] : [`container: ${container}`]),
    ];
    return `  ${id}: { ${fields.join(', ')} }`;
  });
  return [
    '# An invented fleet, written by vigie simulate; truth.json beside data/ tells what is planted in it.',
    `fleet: { name: Flotte simulée, timeZone: ${timeZone}, every: 5m }`,
    'controls: [control.fleet.example:53]',
    ...section('hosts', hostLines),
    ...section('libraries', libraryLines),
    ...section('services', serviceLines),
    '',
  ].join('\n');
}

/** Its hardware.csv: each server, each disk that was ever in it. */
export function hardwareText(plan: FleetPlan, { disks }: FleetEvents): string {
  const dayAt = (seconds: number) => dayOf(fromSeconds(seconds), plan.timeZone);
  const rows = plan.hosts.flatMap((host, index) => [
    serverRow(plan, host, index),
    ...disks
      .filter(({ bay }) => bay.host === host.id)
      .map(({ bay, serial, from }) => {
        const { description, ratedTbw } = models[bay.isSolid ? 'solid' : 'platter'];
        return [
          ...[host.id, 'disk', description, serial, 'leased', 'Hexalis', `HX-${1000 + index}`],
          ...[dayAt(from), '', '', '', ratedTbw === null ? '' : String(ratedTbw)],
        ];
      }),
  ]);
  return [hardwareColumns, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}

function serverRow({ seed, now, timeZone }: FleetPlan, { id, threads }: HostPlan, index: number): string[] {
  const chance = seedOf(seed, 'contract', id);
  const from = dayOf(fromSeconds(now - (1 + 4.5 * uniform(chance, 0)) * 365.25 * 86_400), timeZone);
  return [
    ...[id, 'server', `Server of ${threads} threads`, `SRV-${String(index + 1).padStart(4, '0')}`],
    ...['leased', 'Hexalis', `HX-${1000 + index}`, from, addToDay(from, 6 * 365), ''],
    ...[`${120 + Math.round(200 * uniform(chance, 1))}.00`, ''],
  ];
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines];
}

function title(application: string): string {
  return application.charAt(0).toUpperCase() + application.slice(1);
}
