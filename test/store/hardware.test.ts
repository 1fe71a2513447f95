import { expect, test } from 'vitest';
import { parseFleet } from '../../src/store/fleet.ts';
import { parseHardware } from '../../src/store/hardware.ts';

const fleet = parseFleet('fleet: { name: x }\nhosts: { hv1: { ssh: a } }\n', 'fleet.yaml');
const header =
  'host,part,description,serial,acquisition,provider,contract,from,until,price_eur,monthly_eur,rated_tbw';

test('reads what was bought and leased, whatever the delimiter and the decimal mark', () => {
  const text = `# kept by purchasing\n${header.replaceAll(',', ';')}\nhv1;server;Dell R640;;leased;Online;C-12;2021-03-01;2026-12-31;;129,90;\n`;
  const [row] = parseHardware(text, 'hardware.csv', fleet);
  expect(row).toMatchObject({ host: 'hv1', monthly_eur: 129.9, until: '2026-12-31' });
  expect(row?.price_eur).toBeUndefined();
});

test('names line and column of each fault', () => {
  const text = `${header}\nhv1,server,A,,bought,,,2021-13-01,,12,,\n\nhv9,disk,B,,bought,,,2021-01-01,,,,\nhv1,disk,C,,rented,,,2021-01-01,,1e3,,\n`;
  expect(() => parseHardware(text, 'hardware.csv', fleet)).toThrowError(
    [
      'hardware.csv:2: from: found "2021-13-01", expected a day such as 2026-11-22',
      'hardware.csv:4: host: found "hv9", expected a host of fleet.yaml (hv1)',
      'hardware.csv:5: acquisition: found "rented", expected one of "bought", "leased"',
      'hardware.csv:5: price_eur: found "1e3", expected an amount such as 1250 or 1250.50',
    ].join('\n'),
  );
});

test('a header that lacks a column says what is expected', () => {
  expect(() => parseHardware('host,part\nhv1,server\n', 'hardware.csv', fleet)).toThrowError(
    `expected ${header}`,
  );
});
