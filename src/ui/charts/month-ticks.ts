const dayMilliseconds = 86_400_000;

/** A tick where a month begins; one label line, or two when the year is told. */
export interface MonthTick {
  readonly value: number;
  readonly label: string[];
}

/** Every how many months a tick may stand, so that the year always begins on one. */
const strides = [1, 2, 3, 4, 6, 12];

/** The first days of months between two days counted from `first`, at most `most` of them, with the year on January and on the first. */
export function monthTicks(
  first: string,
  from: number,
  to: number,
  most: number,
  languageTag: string,
): MonthTick[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  const months = monthStarts(start, from, to);
  const stride = strides.find((months_count) => months.length / months_count <= most) ?? 12;
  const month = new Intl.DateTimeFormat(languageTag, { month: 'short', timeZone: 'UTC' });
  return months
    .filter((date) => date.getUTCMonth() % stride === 0)
    .map((date, index) => ({
      value: Math.round((date.getTime() - start) / dayMilliseconds),
      label:
        index === 0 || date.getUTCMonth() === 0
          ? [month.format(date), String(date.getUTCFullYear())]
          : [month.format(date)],
    }));
}

/** A day counted from `first`, as people write it: `12 févr. 2027`. */
export function dayLabel(first: string, x: number, languageTag: string): string {
  return new Intl.DateTimeFormat(languageTag, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(Date.parse(`${first}T00:00:00Z`) + x * dayMilliseconds),
  );
}

function monthStarts(start: number, from: number, to: number): Date[] {
  const begin = new Date(start + from * dayMilliseconds);
  const end = start + to * dayMilliseconds;
  const found: Date[] = [];
  for (let count = 0; ; count += 1) {
    const date = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + count, 1));
    if (date.getTime() > end) return found;
    if (date >= begin) found.push(date);
  }
}
