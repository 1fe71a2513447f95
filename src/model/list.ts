import { z } from 'zod';

/**
 * A list of at most so many items, which are read one after the other, up to the first that is wrong: a hostile file holds millions of
 * them, and what is wrong with each takes more memory than the file.
 */
export function listOf<Item extends z.ZodType>(item: Item, most: number): z.ZodType<z.output<Item>[]> {
  return (
    z
      .custom<z.output<Item>[]>(Array.isArray, { error: 'expected a list', abort: true })
      // A check, for the garbage of zod's transformations outlives several collections: reading a day took half as long again.
      .check((context) => {
        const items: z.output<Item>[] = [];
        for (const [index, value] of context.value.entries()) {
          if (index === most) {
            const message = `expected at most ${most} items`;
            context.issues.push({ code: 'custom', message, path: [index], input: value });
            return;
          }
          const parsed = item.safeParse(value);
          if (!parsed.success) {
            for (const issue of parsed.error.issues)
              context.issues.push({
                ...issue,
                path: [index, ...issue.path],
                input: value,
              } as (typeof context.issues)[number]);
            return;
          }
          items.push(parsed.data);
        }
        context.value = items;
      })
  );
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
