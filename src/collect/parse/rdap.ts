import { Instant, toInstant } from '../../model/time.ts';
import { FormatError } from './field.ts';
import { fieldAt, listAt, textAt } from './json-fields.ts';

/**
 * When a registration ends, by the answer to a question for a domain: https://www.rfc-editor.org/rfc/rfc9083#section-5.3, its event
 * `expiration` (section 10.2.3). That of the registrar (`registrar expiration`) is another one.
 * Throws FormatError for what is no such answer, is about another domain, or tells no end.
 */
export function parseRegistration(status: number, text: string, domain: string): Instant {
  if (status === 404)
    throw new FormatError('answer', 'status 404', `a domain that the registry knows: ${domain}`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError(`answer (status ${status})`, text.trim() || undefined, 'whole JSON');
  }
  if (status !== 200)
    throw new FormatError(
      `answer (status ${status})`,
      textAt(document, 'title'),
      'an answer of RDAP (status 200)',
    );
  const name = textAt(document, 'ldhName')?.toLowerCase().replace(/\.$/, '');
  if (name !== domain) throw new FormatError('ldhName', name, domain);
  const ends = listAt(document, 'events')
    .filter((event) => fieldAt(event, 'eventAction') === 'expiration')
    .map((event) => endOf(textAt(event, 'eventDate')));
  const [end] = ends.toSorted();
  if (end === undefined)
    throw new FormatError('events', 'no expiration', 'an event `expiration` with its date');
  return end;
}

function endOf(written = ''): Instant {
  const time = Date.parse(written);
  const end = Number.isNaN(time) ? undefined : Instant.safeParse(toInstant(new Date(time))).data;
  if (end === undefined) throw new FormatError('eventDate', written, 'a date as of RFC 3339');
  return end;
}
