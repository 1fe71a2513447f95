import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DetectedIncident } from '../../src/analysis/uptime/incidents.ts';
import type { Incident, Maintenance, Occurrence } from '../../src/model/announcement.ts';
import { PublicIncident, PublicMaintenance } from '../../src/model/status-file.ts';
import { toSeconds } from '../../src/model/time.ts';
import { publicIncidents, publicMaintenances } from '../../src/views/announcements.ts';
import { everybody } from '../../src/views/audiences.ts';
import { renderMarkdown } from '../../src/views/markdown.ts';

const at = (time: string) => toSeconds(`2026-11-22T${time}:00Z`);
const showing = {
  audiences: [everybody(['b', 'a', 'c'])],
  now: at('12:00'),
  since: toSeconds('2025-11-01T00:00:00Z'),
};

const incident: Incident = {
  id: '2026-11-22-panne',
  title: { fr: 'Panne', en: 'Outage' },
  impact: 'major',
  services: ['a', 'b', 'gone'],
  from: at('10:00'),
  to: at('11:00'),
  updates: [
    { at: '2026-11-22T10:05:00Z', step: 'investigating', text: { fr: '**Cherche**', en: 'Looking' } },
    { at: '2026-11-22T11:30:00Z', step: 'postmortem', text: { fr: 'Bilan' } },
  ],
  corrections: [
    { services: ['a'], from: at('10:00'), to: at('10:10'), state: 'up', reason: { fr: 'Sonde en faute' } },
  ],
};
const detected: DetectedIncident = {
  ...incident,
  id: '2026-11-22-c-1115',
  title: null,
  services: ['c'],
  from: at('11:15'),
  to: null,
  updates: [],
  corrections: [],
};

describe('incidents', () => {
  test('of people are told with their texts as HTML and plain, services in the order of the pages', () => {
    const [shown] = publicIncidents([incident], [], showing);
    expect(shown).toEqual({
      id: '2026-11-22-panne',
      isListed: true,
      title: { fr: 'Panne', en: 'Outage' },
      impact: 'major',
      services: ['b', 'a'],
      from: '2026-11-22T10:00:00Z',
      to: '2026-11-22T11:00:00Z',
      updatedAt: '2026-11-22T11:30:00Z',
      updates: [
        {
          at: '2026-11-22T10:05:00Z',
          step: 'investigating',
          html: { fr: '<p><strong>Cherche</strong></p>', en: '<p>Looking</p>' },
          text: { fr: 'Cherche', en: 'Looking' },
        },
        {
          at: '2026-11-22T11:30:00Z',
          step: 'postmortem',
          html: { fr: '<p>Bilan</p>' },
          text: { fr: 'Bilan' },
        },
      ],
      corrections: [
        {
          services: ['a'],
          from: '2026-11-22T10:00:00Z',
          to: '2026-11-22T10:10:00Z',
          state: 'up',
          reason: { fr: 'Sonde en faute' },
        },
      ],
    });
    expect(PublicIncident.parse(shown)).toEqual(shown);
  });

  test('stand beside those that nobody wrote of, newest first', () => {
    const ids = publicIncidents([incident], [detected], showing).map(({ id, title }) => [id, title === null]);
    expect(ids).toEqual([
      ['2026-11-22-c-1115', true],
      ['2026-11-22-panne', false],
    ]);
  });

  test('are told as they stood at the instant of the page', () => {
    const [earlier] = publicIncidents([incident], [detected], { ...showing, now: at('10:30') });
    expect(earlier).toMatchObject({
      to: null,
      updatedAt: '2026-11-22T10:05:00Z',
      updates: [{ step: 'investigating' }],
    });
    expect(publicIncidents([incident], [detected], { ...showing, now: at('09:00') })).toEqual([]);
  });
});

const occurrence = (from: number, to: number, rest: Partial<Occurrence> = {}): Occurrence => ({
  id: '2026-11-22',
  services: ['a'],
  from,
  to,
  isCancelled: false,
  verifyingFrom: null,
  ...rest,
});
const maintenance = (
  id: string,
  occurrences: Occurrence[],
  rest: Partial<Maintenance> = {},
): Maintenance => ({
  id: `2026-11-22-${id}`,
  title: { fr: 'Travaux' },
  occurrences,
  isCampaign: false,
  isRecurring: false,
  updates: [],
  ...rest,
});

describe('maintenance', () => {
  const stepAt = (now: string, rest: Partial<Occurrence> = {}) =>
    publicMaintenances([maintenance('x', [occurrence(at('11:00'), at('13:00'), rest)])], {
      ...showing,
      now: at(now),
    })[0]?.occurrences[0]?.step;

  test('begins and ends by itself', () => {
    expect(['10:59', '11:00', '12:59', '13:00'].map((now) => stepAt(now))).toEqual([
      'scheduled',
      'in_progress',
      'in_progress',
      'completed',
    ]);
  });

  test('is being verified from when people say so, until its end', () => {
    const said = { verifyingFrom: at('12:30') };
    expect(['12:00', '12:30', '13:00'].map((now) => stepAt(now, said))).toEqual([
      'in_progress',
      'verifying',
      'completed',
    ]);
  });

  test('that was cancelled is cancelled for ever', () => {
    expect(['10:00', '12:00', '14:00'].map((now) => stepAt(now, { isCancelled: true }))).toEqual(
      Array(3).fill('cancelled'),
    );
  });

  test('is told by when it comes next, what is over last, the newest of it first', () => {
    const shown = publicMaintenances(
      [
        maintenance('older', [occurrence(at('01:00'), at('02:00'))]),
        maintenance('past', [occurrence(at('03:00'), at('04:00'))]),
        maintenance('later', [occurrence(at('20:00'), at('21:00'))]),
        maintenance('again', [occurrence(at('00:00'), at('01:00')), occurrence(at('18:00'), at('19:00'))]),
        maintenance('now', [occurrence(at('11:00'), at('13:00'))]),
      ],
      showing,
    );
    expect(shown.map(({ id }) => id.slice(11))).toEqual(['now', 'again', 'later', 'past', 'older']);
    for (const one of shown) expect(PublicMaintenance.parse(one)).toEqual(one);
  });

  test('that comes again leaves its distant past out; what was planned once keeps its page', () => {
    const [old, recent] = [occurrence(1_600_000_000, 1_600_003_600), occurrence(at('01:00'), at('02:00'))];
    const shown = publicMaintenances(
      [maintenance('rule', [old, recent], { isRecurring: true }), maintenance('once', [old])],
      showing,
    );
    expect(shown.map(({ id, occurrences }) => [id.slice(11), occurrences.length])).toEqual([
      ['rule', 1],
      ['once', 1],
    ]);
  });

  test('changed last when anything was said of it, or when it began or ended', () => {
    const changed = (updates: Maintenance['updates'], now = '12:00') =>
      publicMaintenances([maintenance('x', [occurrence(at('11:00'), at('13:00'))], { updates })], {
        ...showing,
        now: at(now),
      })[0]?.updatedAt;
    expect(changed([])).toBe('2026-11-22T11:00:00Z');
    expect(changed([{ at: '2026-11-22T11:20:00Z', step: 'in_progress', text: {} }])).toBe(
      '2026-11-22T11:20:00Z',
    );
    expect(changed([{ at: '2026-11-20T11:20:00Z', step: 'scheduled', text: {} }], '10:00')).toBe(
      '2026-11-20T11:20:00Z',
    );
  });
});

describe('Markdown', () => {
  const html = (markdown: string) => renderMarkdown(markdown).html;

  test('becomes HTML below the headings of the page', () => {
    expect(html('# Un\n\nTexte *souple*\n\n#### Deux')).toBe(
      '<h3>Un</h3>\n<p>Texte <em>souple</em></p>\n<h4>Deux</h4>',
    );
  });

  test('leads to an address whatever the capitals of its scheme', () => {
    expect(html('[Ici](HTTPS://example.org/A)')).toContain('href="https://example.org/A"');
  });

  test('becomes text for programs', () => {
    const { text } = renderMarkdown(
      'Voir [la page](https://example.org) ou <a@example.org>.\nSuite.\n\n3. **un**\n4. deux\n   - trois\n\n> cité',
    );
    expect(text).toBe(
      'Voir la page (https://example.org) ou a@example.org.\nSuite.\n\n3. un\n4. deux\n   - trois\n\ncité',
    );
  });

  test('leads to pages of the web and to people, as links that vouch for nothing', () => {
    expect(html('[a](https://example.org/?a=1&b=2)')).toBe(
      '<p><a href="https://example.org/?a=1&#x26;b=2" rel="noopener nofollow">a</a></p>',
    );
    expect(html('[a](mailto:a@example.org)')).toBe(
      '<p><a href="mailto:a@example.org" rel="noopener nofollow">a</a></p>',
    );
  });

  test.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](&#106;avascript:alert(1))',
    '[a](data:text/html;base64,PHNjcmlwdD4=)',
    '[a](vbscript:x)',
    '[a](//example.org)',
    '[a](/etc)',
    '[a](file:///etc/passwd)',
    '<javascript:alert(1)>',
    '[a][b]\n\n[b]: javascript:alert(1)',
  ])('leads nowhere else: %s', (markdown) => {
    expect(html(markdown)).not.toMatch(/href/);
  });

  test('shows pictures in words, and loads none', () => {
    expect(html('![Le schéma](https://example.org/x.png) ![b][c]\n\n[c]: //x/y.png')).toBe(
      '<p>Le schéma b</p>',
    );
  });

  test('shows HTML as it is written, but for comments', () => {
    expect(html('<nom> <b onclick="x()">gras</b>')).toBe(
      '<p>&#x3C;nom> &#x3C;b onclick="x()">gras&#x3C;/b></p>',
    );
    expect(html('<script>alert(1)</script>')).toBe('<p>&#x3C;script>alert(1)&#x3C;/script></p>');
    expect(html('Avant <!-- hv1 --> après\n\n<!-- secret\n\nencore -->\n\nFin')).toBe(
      '<p>Avant  après</p>\n\n<p>Fin</p>',
    );
  });

  test('of one line reads the same alone and beside another', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[a-zé][ -~é\u00a0\u202f]{0,30}$/),
    );
    fc.assert(
      fc.property(line, (text) => {
        // With a rule before it, it takes the long way through the parser.
        const long = renderMarkdown(`***\n\n${text.trim()}`);
        const short = renderMarkdown(text.trim());
        expect(`<hr>\n${short.html}`.trim()).toBe(long.html);
        expect(short.text).toBe(long.text);
      }),
      { numRuns: 2000 },
    );
  });

  /** What a browser would find in it: its tags, with all attributes. */
  const tagsOf = (text: string) => text.match(/<[^>]*>/g) ?? [];
  const harmless =
    /^<(\/?(p|strong|em|code|pre|ul|ol|li|blockquote|h[3-6])|br|hr|ol start="\d+"|a href="(https?:\/\/|mailto:)[^"<]*" rel="noopener nofollow"|\/a)>$/i;

  test('of any kind gives harmless tags alone', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<script>',
        '</script>',
        '<img src=x onerror=alert(1)>',
        '<svg onload=',
        '[a](',
        'javascript:',
      ),
      fc.constantFrom(
        '](',
        ')',
        '![',
        '`',
        '```\n',
        '> ',
        '- ',
        '1. ',
        '\n\n',
        '***',
        '__',
        '<http://x>',
        '"',
        "'",
        '<!--',
      ),
      fc.constantFrom(
        '[x]: https://a.b "t"\n',
        '[x]',
        '&lt;script&gt;',
        '&#60;',
        '\u0000',
        '\u202e',
        '# ',
        '===\n',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const tag of tagsOf(html(pieces.join('')))) expect(tag).toMatch(harmless);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['brackets', '[', 200_000],
    ['quotes', '> ', 100_000],
    ['lists', '1. ', 60_000],
    ['emphasis', '*', 12_000],
    ['quotes, as many as an update holds', '> ', 12_000],
    ['lists, as many as an update holds', '1. ', 8000],
    ['pictures', '![', 10_000],
    ['unclosed links', '[a](<', 5000],
  ])('without end of %s is shown, or shown as it is', (_, unit, times) => {
    expect(html(unit.repeat(times)).length).toBeGreaterThan(times);
  });

  test('in which emphasis is nested more deeply than the stack is shown as it is', () => {
    const text = `${'*_'.repeat(6000)}a${'_*'.repeat(6000)}`;
    expect(html(text)).toBe(`<p>${text}</p>`);
  });
});
