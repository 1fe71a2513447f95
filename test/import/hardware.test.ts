import { expect, test } from 'vitest';
import { readHardwareLists } from '../../src/import/hardware.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { parseHardware } from '../../src/store/hardware.ts';
import { sourceOf } from './files.ts';

const fleet = parseFleet('fleet: { name: x }\nhosts: { hv1: { ssh: a } }\n', 'fleet.yaml');
const options = { timeZone: 'Europe/Paris', now: 1_795_000_000, hosts: new Set(['hv1']) };

test('a list as French purchasing keeps it becomes our own', async () => {
  const text = [
    'Fournisseur;Serveur;Composant;Désignation;N° de série;Mode;Date d’achat;Fin de garantie;Prix HT;Mensualité;TBW;Remarque',
    'Hexalis;hv1;Serveur;"Dell R640; 64 Go";ABC;Loué;13/04/2021;11/04/2031;;1 289,50 €;;=1+1',
    ';hv1;SSD;PM983;;Acheté;3/4/2021;;"1 250,5 €";;2733 TBW;',
  ].join('\r\n');
  const imported = await readHardwareLists([await sourceOf(text)], options);
  expect(imported.refusals.first).toEqual([]);
  expect(imported.detected[0]).toMatchObject({
    delimiter: 'semicolon',
    date_format: 'dd/mm/yyyy',
    ignored_columns: 'Remarque',
  });
  expect(parseHardware(imported.hardware ?? '', 'hardware.csv', fleet)).toMatchObject([
    {
      host: 'hv1',
      part: 'server',
      description: 'Dell R640; 64 Go',
      serial: 'ABC',
      acquisition: 'leased',
      provider: 'Hexalis',
      from: '2021-04-13',
      until: '2031-04-11',
      monthly_eur: 1289.5,
    },
    {
      host: 'hv1',
      part: 'disk',
      description: 'PM983',
      acquisition: 'bought',
      from: '2021-04-03',
      price_eur: 1250.5,
      rated_tbw: 2733,
    },
  ]);
});

test('rows that cannot stand in hardware.csv are refused with line, column and what was found', async () => {
  const text = [
    'host,part,description,acquisition,from,price_eur',
    'hv9,disk,SSD,bought,2021-01-01,',
    'hv1,chair,Chair,bought,2021-01-01,',
    'hv1,disk,SSD,bought,2021-02-30,',
    'hv1,disk,SSD,bought,2021-01-01,a lot',
    'hv1,disk,,bought,2021-01-01,',
  ].join('\n');
  const imported = await readHardwareLists([await sourceOf(text)], options);
  expect(imported.hardware).toBeUndefined();
  expect(imported.refusals.first.map(({ line, field, found }) => [line, field, found])).toEqual([
    [2, 'host', '"hv9"'],
    [3, 'part', '"chair"'],
    [4, 'from', '"2021-02-30"'],
    [5, 'price_eur', '"a lot"'],
    [6, 'description', '""'],
  ]);
});
