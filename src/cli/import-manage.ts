import { Command } from 'commander';
import { ConfigurationError } from '../model/fault.ts';
import type { BrokenFile } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import { ImportId, listImports, removeImport } from '../store/imports.ts';
import { printable } from './progress.ts';
import { workspaceOf } from './root.ts';

/** `vigie import list` */
export const listCommand = new Command('list')
  .exitOverride()
  .description('what was imported, oldest first')
  .option('--json', 'print the list as JSON')
  .addHelpText(
    'after',
    `
Examples:
  vigie import list
  vigie import list --json

Exit codes: 0 listed, 1 listed, but some imports cannot be read (each is named).`,
  )
  .action(async (flags: { json?: true }, self: Command) => {
    const broken: BrokenFile[] = [];
    const imports = await listImports(workspaceOf(self), (file) => broken.push(file));
    for (const { file, message } of broken) console.error(printable(`${shownPath(file)}: ${message}`));
    if (flags.json) console.log(JSON.stringify(imports, null, 2));
    else if (imports.length === 0) console.log('nothing was imported');
    else {
      for (const { id, at, sources, counts, first, last } of imports) {
        const names = sources.map(({ name }) => name).join(', ');
        const period = first === null ? '' : `, ${first} to ${last}`;
        console.log(
          printable(`${id}  ${at}  ${names}: read ${counts.rows}, entities ${counts.entities}${period}`),
        );
      }
    }
    process.exitCode = broken.length > 0 ? 1 : 0;
  });

/** `vigie import undo ID` */
export const undoCommand = new Command('undo')
  .exitOverride()
  .description('take an import back: what it brought is removed, and nothing else')
  .argument('<id>', 'as vigie import list shows it')
  .option('--json', 'print what was done as JSON')
  .addHelpText(
    'after',
    `
Example:
  vigie import undo metrics-0123456789ab

Exit codes: 0 undone, 2 there is no such import.`,
  )
  .action(async (id: string, flags: { json?: true }, self: Command) => {
    const workspace = workspaceOf(self);
    const known = ImportId.safeParse(id);
    if (!known.success || !(await removeImport(workspace, known.data))) {
      const imports = await listImports(workspace, () => undefined);
      const expected = `the id of an import (${imports.map((file) => file.id).join(', ') || 'there is none'})`;
      throw new ConfigurationError([{ file: 'vigie import undo', found: JSON.stringify(id), expected }]);
    }
    console.log(flags.json ? JSON.stringify({ undone: known.data }) : `${known.data}: undone`);
  });
