import { describe, expect, test } from 'vitest';
import { parseRegistration } from '../../../src/collect/parse/rdap.ts';

/** After the example of RFC 9083, section 5.3, with what we do not read left out. */
const answer = (rest: object = {}) =>
  JSON.stringify({
    rdapConformance: ['rdap_level_0'],
    objectClassName: 'domain',
    handle: 'XXXX',
    ldhName: 'EXAMPLE.FR',
    status: ['active'],
    events: [
      { eventAction: 'registration', eventDate: '1990-12-31T23:59:59Z' },
      { eventAction: 'expiration', eventDate: '2027-03-01T11:00:00+01:00' },
      { eventAction: 'registrar expiration', eventDate: '2026-01-01T00:00:00Z' },
      { eventAction: 'last changed', eventDate: '1991-12-31T23:59:59.5Z', eventActor: 'joe@example.com' },
    ],
    ...rest,
  });
const read = (text: string, status = 200) => parseRegistration(status, text, 'example.fr');

describe('the end of a registration', () => {
  test('is the event that says so, in UTC', () => {
    expect(read(answer())).toBe('2027-03-01T10:00:00Z');
  });

  test('is told of a name whatever its capitals, with or without its last point', () => {
    expect(read(answer({ ldhName: 'Example.FR.' }))).toBe('2027-03-01T10:00:00Z');
  });
});

test.each([
  ['', 200, /found nothing|whole JSON/],
  ['<html>', 200, /whole JSON/],
  ['[]', 200, /ldhName/],
  [answer({ ldhName: 'other.fr' }), 200, /ldhName: found "other\.fr", expected example\.fr/],
  [answer({ events: [] }), 200, /expected an event `expiration`/],
  [answer({ events: {} }), 200, /events/],
  [answer({ events: [{ eventAction: 'expiration', eventDate: 'soon' }] }), 200, /eventDate: found "soon"/],
  [answer({ events: [{ eventAction: 'expiration', eventDate: '0001-01-01T00:00:00Z' }] }), 200, /eventDate/],
  ['{"errorCode":404,"title":"Not found"}', 404, /expected a domain that the registry knows: example\.fr/],
  ['{"errorCode":429,"title":"Too many requests"}', 429, /status 429.*found "Too many requests"/],
  [`${'['.repeat(100_000)}`, 200, /whole JSON/],
])('what is none (%#) is refused and says why', (text, status, message) => {
  expect(() => read(text, status)).toThrow(message);
});
