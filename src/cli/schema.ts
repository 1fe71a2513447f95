import { join } from 'node:path';
import { Command } from 'commander';
import { writeDocument } from '../store/documents.ts';
import { fleetJsonSchema, shownPath } from '../store/fleet.ts';
import { workspaceOf } from './root.ts';

/** `vigie schema`: writes the JSON Schema of fleet.yaml beside it, so that editors complete and check the file. */
export const command = new Command('schema')
  .description('write the JSON Schema of fleet.yaml to data/fleet.schema.json, for editors')
  .option('--print', 'print it instead')
  .addHelpText(
    'after',
    `
fleet.yaml points to it by its first line:
  # yaml-language-server: $schema=./fleet.schema.json

Examples:
  vigie schema
  vigie schema --print | jq .properties`,
  )
  .action(async ({ print }: { print?: true }, self: Command) => {
    const text = `${JSON.stringify(fleetJsonSchema(), null, 2)}\n`;
    if (print) {
      process.stdout.write(text);
      return;
    }
    const path = join(workspaceOf(self).data, 'fleet.schema.json');
    await writeDocument(path, text);
    console.log(shownPath(path));
  });
