import { makeBadge } from 'badge-maker';
import type { State } from '../../model/state.ts';
import type { PublicService } from '../../model/status-file.ts';
import { formatPercent } from '../../ui/format.ts';
import type { Locale } from '../../ui/locale.ts';
import { statusMessages } from '../messages.ts';

/** Dark enough for white letters, 4.5:1 and more. */
const colors: Readonly<Record<State, string>> = {
  up: '#1f7a5c',
  degraded: '#8f5b00',
  down: '#b3331f',
  maintenance: '#2f62a8',
  unknown: '#5f6468',
};

/** Names are longer than badges. */
const maxLabelLength = 40;

interface Badge {
  readonly label: string;
  readonly message: string;
  readonly color: string;
}

/** A service's badge as a picture. */
export function badgeSvg(service: PublicService, locale: Locale): string {
  return makeBadge({ ...badgeOf(service, locale), style: 'flat' });
}

/** The same for shields.io, which draws it: https://shields.io/badges/endpoint-badge. */
export function badgeEndpoint(service: PublicService, locale: Locale, everySeconds: number): object {
  return {
    schemaVersion: 1,
    ...badgeOf(service, locale),
    isError: service.state === 'down',
    cacheSeconds: Math.max(300, everySeconds),
  };
}

function badgeOf({ name, state, windows }: PublicService, locale: Locale): Badge {
  const { ratio } = windows.last30Days;
  const word = statusMessages(locale).badge.state[state];
  const label =
    [...name].length > maxLabelLength ? `${[...name].slice(0, maxLabelLength - 1).join('')}…` : name;
  return {
    label,
    message: ratio === null ? word : `${word} · ${formatPercent(ratio, locale)}`,
    color: colors[state],
  };
}
