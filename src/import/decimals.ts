/** What stands before the decimals of a file's numbers; undefined as long as all were whole. */
export type DecimalMark = '.' | ',' | undefined;

/** What people and programs write where there is no value. */
const blanks = new Set(['', '-', 'nan', '-nan', 'null', 'none', 'n/a', 'na', 'u']);

/** Numbers of one file, which all have the same decimal mark: the first that has one decides. */
export interface DecimalReader {
  readonly mark: DecimalMark;
  /** The number in a cell; null where it says that there is none; undefined when it is not a number. */
  read(cell: string): number | null | undefined;
}

/** Reads numbers such as 12, -0.5, 1,25 and 3.2e9; the decimal mark, when it is known beforehand, comes in. */
export function decimalReader(known?: DecimalMark): DecimalReader {
  let mark = known;
  return {
    get mark() {
      return mark;
    },
    read(cell) {
      const match = /^[+-]?\d+(?:([.,])\d+)?(?:[eE][+-]?\d{1,3})?$/.exec(cell);
      if (match === null) return blanks.has(cell.toLowerCase()) ? null : undefined;
      const own = match[1];
      if (own === '.' || own === ',') {
        mark ??= own;
        if (own !== mark) return undefined;
      }
      const value = Number(own === ',' ? cell.replace(',', '.') : cell);
      return Number.isFinite(value) ? value : undefined;
    },
  };
}
