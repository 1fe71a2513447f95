/** A text that is not of its format. The message names the field, what was found and what was expected. */
export class FormatError extends Error {
  constructor(field: string, found: string | undefined, expected: string) {
    super(`${field}: found ${found === undefined ? 'nothing' : quote(found)}, expected ${expected}`);
    this.name = 'FormatError';
  }
}

/** A whole number from 0 up, in plain digits. The kernel's 64-bit counters fit as far as a double carries. */
export function readCount(text: string | undefined, field: string): number {
  if (text === undefined || !/^\d{1,20}$/.test(text)) throw new FormatError(field, text, 'a whole number');
  return Number(text);
}

/** A number from 0 up, with or without decimals after a point. */
export function readDecimal(text: string | undefined, field: string): number {
  if (text === undefined || !/^\d{1,20}(\.\d{1,20})?$/.test(text))
    throw new FormatError(field, text, 'a number');
  return Number(text);
}

/** Splits at blanks; leading and trailing ones count for nothing. */
export function splitFields(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** Escaped and cut: what comes from a host goes to logs and pages. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
