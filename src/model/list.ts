import { z } from 'zod';

/**
 * A list of at most so many items, which are read one after the other, up to the first that is wrong: a hostile file holds millions of
 * them, and what is wrong with each takes more memory than the file.
 */
export function listOf<Item extends z.ZodType>(
  item: Item,
  most: number,
): z.ZodType<z.output<Item>[], z.input<Item>[]> {
  return z
    .custom<z.input<Item>[]>(Array.isArray, { error: 'expected a list' })
    .transform((values, context) => {
      const items: z.output<Item>[] = [];
      for (const [index, value] of values.entries()) {
        if (index === most) {
          const message = `expected at most ${most} items`;
          context.issues.push({ code: 'custom', message, path: [index], input: value });
          return z.NEVER;
        }
        const parsed = item.safeParse(value);
        if (!parsed.success) {
          for (const issue of parsed.error.issues)
            context.issues.push({
              ...issue,
              path: [index, ...issue.path],
              input: value,
            } as (typeof context.issues)[number]);
          return z.NEVER;
        }
        items.push(parsed.data);
      }
      return items;
    });
}

/** The same of an object that has more keys than anything honest: it is refused before each of them is. */
export function atMostKeys<Output>(most: number, schema: z.ZodType<Output>): z.ZodType<Output> {
  return z
    .custom<unknown>(
      (value) => typeof value !== 'object' || value === null || Object.keys(value).length <= most,
      {
        error: `expected at most ${most} keys`,
        abort: true,
      },
    )
    .pipe(schema);
}
