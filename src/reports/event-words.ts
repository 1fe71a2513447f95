import type { HostEvent, HostReport } from '../model/reports-file.ts';
import { formatDuration } from '../ui/format.ts';
import type { Locale } from '../ui/locale.ts';
import { reportMessagesIn } from './messages.ts';

// What happened to a host, in words.

/** An event in a line of a list: `arrivée de koha-1, venu de hv2`. */
export function eventText(event: HostEvent, hosts: readonly HostReport[], locale: Locale): string {
  const { health, inventory } = reportMessagesIn(locale);
  const words = health.events;
  switch (event.kind) {
    case 'reboot':
      return words.reboot;
    case 'silence':
      return silenceText(event, locale);
    case 'arrival':
    case 'departure':
      return words[event.kind](event.container, hostName(event.otherHost, hosts));
    case 'diskAdded':
    case 'diskRemoved':
      return words[event.kind](event.model === null ? event.disk : `${event.model} (${event.disk})`);
    case 'pool':
    case 'vdev':
      return words[event.kind](event.name, inventory.pools.states[event.state].toLocaleLowerCase(locale));
  }
}

/** An event where room is short, on the axis of a chart: `+ koha-1`. */
export function eventLabel(event: HostEvent, locale: Locale): string {
  const words = reportMessagesIn(locale).health.events;
  switch (event.kind) {
    case 'reboot':
      return words.reboot;
    case 'silence':
      return silenceText(event, locale);
    case 'arrival':
    case 'departure':
      return words.short[event.kind](event.container);
    case 'diskAdded':
    case 'diskRemoved':
      return words.short[event.kind];
    case 'pool':
    case 'vdev':
      return words.short[event.kind](event.name);
  }
}

/** What a host is called; one that is in fleet.yaml no more, by its old name there. */
export function hostName(id: string, hosts: readonly HostReport[]): string {
  return hosts.find((host) => host.id === id)?.name ?? id;
}

function silenceText({ seconds }: Extract<HostEvent, { kind: 'silence' }>, locale: Locale): string {
  const { silence } = reportMessagesIn(locale).health.events;
  return seconds === null ? silence : `${silence} ${formatDuration(seconds, locale)}`;
}
