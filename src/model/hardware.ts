import { z } from 'zod';
import { Slug } from './entity.ts';
import { Day } from './time.ts';

/** An empty CSV cell is an absent value. */
const absent = z.literal('').transform(() => undefined);
const money = z
  .string()
  .regex(/^\d{1,9}([.,]\d{1,2})?$/, 'an amount such as 1250 or 1250.50')
  .transform((text) => Number(text.replace(',', '.')));
const number = z
  .string()
  .regex(/^\d{1,12}([.,]\d+)?$/, 'a number')
  .transform((text) => Number(text.replace(',', '.')));

/** One line of hardware.csv: what was bought or leased, when, for how much, under which contract. */
export const HardwareRow = z.strictObject({
  host: Slug,
  /** What it is: the whole server, or a part that is replaced on its own. */
  part: z.enum(['server', 'disk', 'memory', 'other']),
  description: z.string().min(1).max(300),
  serial: z.union([z.string().min(1).max(100), absent]),
  acquisition: z.enum(['bought', 'leased']),
  provider: z.union([z.string().min(1).max(100), absent]),
  contract: z.union([z.string().min(1).max(100), absent]),
  /** Bought, or first leased, on this day. */
  from: Day,
  /** When the contract or the warranty ends. */
  until: z.union([Day, absent]),
  /** Paid once, in euros. */
  price_eur: z.union([money, absent]),
  /** Paid each month, in euros. */
  monthly_eur: z.union([money, absent]),
  /** Rated endurance, in terabytes written (10¹² bytes). */
  rated_tbw: z.union([number, absent]),
});
export type HardwareRow = z.infer<typeof HardwareRow>;

/** The header of hardware.csv, in order. */
export const hardwareColumns = Object.keys(HardwareRow.shape);
