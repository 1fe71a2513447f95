import Papa from 'papaparse';
import { HardwareRow, hardwareColumns } from '../model/hardware.ts';
import { problemsOf, show } from '../model/problem.ts';
import { type CsvFile, type CsvLayout, type CsvOptions, openCsv } from './csv-file.ts';
import type { CsvRow } from './csv-rows.ts';
import { readDate } from './dates.ts';
import { plainHeader } from './dialect.ts';
import type { Imported } from './imported.ts';
import { noRefusals, type Refusals } from './refusals.ts';
import type { Source } from './source.ts';

/** How a list of hardware is to be read. */
export interface HardwareOptions extends CsvOptions {
  /** The hosts of the fleet. */
  readonly hosts: ReadonlySet<string>;
}

/** What else the columns of hardware.csv are called. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  host: ['hote', 'server', 'serveur', 'machine', 'hostname'],
  part: ['piece', 'composant', 'type', 'kind', 'categorie', 'category'],
  description: ['designation', 'modele', 'model', 'libelle'],
  serial: ['serial_number', 'numero_de_serie', 'n_de_serie', 'no_de_serie', 'sn'],
  acquisition: ['mode', 'acquis', 'bought_or_leased', 'mode_d_acquisition'],
  provider: ['fournisseur', 'supplier', 'vendor', 'prestataire'],
  contract: ['contrat', 'reference', 'contract_number', 'numero_de_contrat'],
  from: ['depuis', 'du', 'debut', 'date_d_achat', 'date_achat', 'purchase_date', 'bought_on', 'start'],
  until: ['jusqu_au', 'au', 'fin', 'fin_de_garantie', 'warranty', 'warranty_end', 'end', 'echeance'],
  price_eur: ['price', 'prix', 'prix_ht', 'prix_eur', 'montant'],
  monthly_eur: ['monthly', 'mensualite', 'loyer', 'prix_mensuel', 'mensuel'],
  rated_tbw: ['tbw', 'endurance', 'endurance_tbw'],
};

/** What cells of `part` and `acquisition` say in other words. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  part: { serveur: 'server', disque: 'disk', ssd: 'disk', memoire: 'memory', ram: 'memory', autre: 'other' },
  acquisition: {
    achete: 'bought',
    achat: 'bought',
    buy: 'bought',
    loue: 'leased',
    location: 'leased',
    lease: 'leased',
  },
};

const dates = ['from', 'until'];
const amounts = ['price_eur', 'monthly_eur', 'rated_tbw'];
const required = ['host', 'part', 'description', 'acquisition', 'from'];

const layout: CsvLayout = {
  columns: hardwareColumns.map((name) => ({
    name,
    synonyms: synonyms[name] ?? [],
    isRequired: required.includes(name),
  })),
  dates,
};

/**
 * Reads lists of hardware in the form of whoever buys to our own hardware.csv.
 * @throws ConfigurationError when a file's form cannot be told.
 */
export async function readHardwareLists(
  sources: readonly Source[],
  options: HardwareOptions,
): Promise<Imported> {
  const refusals = noRefusals();
  const files: CsvFile[] = [];
  const rows: Record<string, string>[] = [];
  for (const source of sources) {
    const file = await openCsv(source, layout, options);
    files.push(file);
    for await (const block of file.rows()) {
      for (const row of block) {
        const own = readRow(row, file, options.hosts, refusals);
        if (own !== undefined) rows.push(own);
      }
    }
  }
  return {
    rows: rows.length,
    refusals,
    detected: files.map((file) => file.detected()),
    notes: ['a row of data/hardware.csv counts before an imported one of the same host, part and day'],
    months: [],
    ...(rows.length === 0
      ? {}
      : { hardware: `${Papa.unparse(rows, { columns: hardwareColumns, newline: '\n' })}\n` }),
  };
}

function readRow(
  row: CsvRow,
  file: CsvFile,
  hosts: ReadonlySet<string>,
  refusals: Refusals,
): Record<string, string> | undefined {
  const refuse = (field: string, found: string, expected: string): undefined => {
    refusals.add({ file: file.source.name, line: row.line, field, found, expected });
  };
  if (row.fault !== undefined) return refuse('line', row.fault.found, row.fault.expected);
  const cells = Object.fromEntries(
    hardwareColumns.map((column) => [column, readCell(column, file.cell(row, column), file)]),
  );
  const parsed = HardwareRow.safeParse(cells);
  const [problem] = parsed.success ? [] : problemsOf(parsed.error.issues, cells);
  if (problem !== undefined) {
    return refuse(problem.path.map(String).join('.'), problem.found ?? 'nothing', problem.expected);
  }
  if (hosts.has(cells.host ?? '')) return cells;
  return refuse('host', show(cells.host), `a host of fleet.yaml (${[...hosts].slice(0, 8).join(', ')})`);
}

/** A cell as hardware.csv has it; what cannot be read stays as it is, and is refused with the row. */
function readCell(column: string, cell: string, { dateStyle }: CsvFile): string {
  if (cell === '') return '';
  if (dates.includes(column)) {
    if (dateStyle !== 'iso' && dateStyle !== 'dmy' && dateStyle !== 'mdy') return cell;
    const date = readDate(cell, dateStyle);
    return date === undefined ? cell : `${date.year}-${twoDigits(date.month)}-${twoDigits(date.day)}`;
  }
  // 1 250,50 € or 2733 TBW
  if (amounts.includes(column)) {
    const amount = cell.replaceAll(/[\s€]|EUR|TBW|TB|To/g, '').replace(',', '.');
    return /^\d+(\.\d+)?$/.test(amount) ? amount : cell;
  }
  return words[column]?.[plainHeader(cell)] ?? (column in words ? cell.toLowerCase() : cell);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
