import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonWhitelist } from '../../../src/collect/parse/json-whitelist.ts';

/** The awks that hosts have: Debian's default, the one that many install, and that of small systems. */
const awks = [['mawk'], ['gawk'], ['busybox', 'awk']].filter(
  ([program = '', ...args]) => spawnSync(program, [...args, 'BEGIN {}']).status === 0,
);

interface Filtered {
  readonly status: number | null;
  readonly lines: readonly string[];
}

function filter(
  [program = '', ...args]: readonly string[],
  paths: readonly string[],
  input: string,
): Filtered {
  const { status, stdout } = spawnSync(
    program,
    [...args, '-v', `paths=${paths.join(' ')}`, '-v', 'label=x', jsonWhitelist],
    { input, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 1e8 },
  );
  return { status, lines: stdout.split('\n').slice(0, -1) };
}

/** The same, thought out anew, over values instead of text. */
function allowed(value: unknown, paths: readonly string[][]): unknown {
  const isEnd = paths.some((path) => path.length === 0);
  const isWay = paths.some((path) => path.length > 0);
  if (typeof value !== 'object') return isEnd ? value : undefined;
  if (value === null) return isEnd || isWay ? null : undefined;
  if (!isWay) return undefined;
  const below = (key: string): string[][] => {
    const named = paths.filter(([first]) => first === key && !Array.isArray(value));
    const chosen = named.length > 0 ? named : paths.filter(([first]) => first === '*');
    return chosen.map((path) => path.slice(1));
  };
  if (Array.isArray(value)) {
    return value.map((element) => allowed(element, below(''))).filter((element) => element !== undefined);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]): [string, unknown] => [
        key,
        allowed(member, below(JSON.stringify(key).slice(1, -1))),
      ])
      .filter(([, member]) => member !== undefined),
  );
}

const secret = 'S3CRET';
const keyword = fc.constantFrom('a', 'b', 'name', 'limits.cpu', 'x y', '"', 'é', '__proto__', '*', '');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\\', '"', '\\"', '\\\\', `{"a":"${secret}"}`, `"},{"a":"${secret}`, ',', ':', '[', '}'),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(keyword, tie('node'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const document = fc.oneof(fc.array(node), fc.dictionary(keyword, node, { noNullPrototype: true }));
const path = fc
  .array(fc.constantFrom('a', 'b', 'name', 'limits.cpu', '*'), { minLength: 1, maxLength: 4 })
  .map((keys) => keys.join('/'));
const layout = fc.constantFrom(undefined, '\t', '  ', '\r');

describe.each(awks.map((awk) => ({ awk, name: awk.join(' ') })))('in $name', ({ awk }) => {
  test('what stands at the paths comes through, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(document, layout), { minLength: 1, maxLength: 12 }),
        fc.array(path),
        (drawn, paths) => {
          const input = drawn.map(([value, space]) => JSON.stringify(value, null, space)).join('');
          const { status, lines } = filter(awk, paths, input);
          const split = paths.map((one) => one.split('/'));
          const expected = drawn.map(([value]) => allowed(JSON.parse(JSON.stringify(value)), split));
          // With no path at all there is no way, and the top of each document stays.
          const tops = drawn.map(([value]) => (Array.isArray(value) ? [] : {}));
          expect(lines.map((line) => JSON.parse(line.replace(/^x /, '')))).toEqual(
            paths.length === 0 ? tops : expected,
          );
          expect(status).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('no secret comes through whatever stands beside it', () => {
    const planted = fc
      .tuple(fc.constantFrom('user.token', 'environment.KEY', 'cloud-init.user-data'), text)
      .map(([key, around]) => ({ [key]: `${around}${secret}${around}`, 'limits.cpu': '2' }));
    const instances = fc.array(
      fc.record({
        name: fc.constant('c1'),
        config: planted,
        expanded_config: planted,
        snapshots: fc.array(fc.record({ name: fc.constant('s'), config: planted })),
      }),
    );
    const paths = ['*/name', '*/expanded_config/limits.cpu', '*/snapshots/*/name'];
    fc.assert(
      fc.property(fc.array(instances, { minLength: 1, maxLength: 8 }), layout, (documents, space) => {
        const input = documents.map((one) => JSON.stringify(one, null, space)).join('\n');
        const { lines } = filter(awk, paths, input);
        expect(lines).toHaveLength(documents.length);
        expect(lines.join('\n')).not.toContain(secret);
      }),
      { numRuns: 60 },
    );
  });

  test('text that is no whole JSON is told by the status, gives no whole line, and none of its secrets', () => {
    const value = [
      { name: 'c1', config: { 'user.token': secret, 'a"b\\': `"${secret}` }, state: { pid: 1 } },
    ];
    const whole = JSON.stringify(value);
    const cuts = [...whole].map((_, index) => whole.slice(0, index));
    const broken = [
      ...cuts.filter((_, index) => index % 3 === 0),
      `${whole}]`,
      whole.replace(':', ','),
      '<html>"name":"x"</html>',
      `"${secret}"`,
    ];
    for (const input of broken) {
      const { status, lines } = filter(awk, ['*/name', '*/state/pid'], input);
      expect(status).toBe(1);
      expect(lines.at(-1)).not.toSatisfy((line: string) => isJson(line.replace(/^x /, '')));
      expect(lines.join('')).not.toContain(secret);
    }
  });

  test('a long document takes no more than time in proportion', () => {
    const one = {
      name: 'c1',
      config: { 'user.data': `${'line with "quotes" and \\\\ '.repeat(2000)}` },
      numbers: Array(2000).fill(1),
    };
    const input = JSON.stringify(Array(60).fill(one));
    const begin = performance.now();
    const { status, lines } = filter(awk, ['*/name', '*/numbers/*'], input);
    expect(status).toBe(0);
    expect(JSON.parse((lines[0] ?? '').slice(2))).toHaveLength(60);
    expect(performance.now() - begin).toBeLessThan(15_000);
  });
});

test('every awk was tried', ({ skip }) => {
  if (awks.length < 3)
    skip(`only ${awks.map((awk) => awk.join(' ')).join(', ')} here (Debian: mawk, gawk, busybox)`);
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
