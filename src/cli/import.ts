import { Command } from 'commander';
import { hardwareCommand, metricsCommand, outagesCommand } from './import-csv.ts';
import { listCommand, undoCommand } from './import-manage.ts';
import { nagiosCommand } from './import-nagios.ts';
import { rrdCommand } from './import-rrd.ts';

/** `vigie import` */
export const command = new Command('import')
  .description(
    'bring in history from elsewhere; an import stands apart from what was collected, and can be undone',
  )
  .addHelpText(
    'after',
    `
Where an import and the fleet's own data tell of the same, the fleet's own count.

Examples:
  vigie import metrics readings.csv --dry-run
  vigie import list
  vigie import undo metrics-0123456789ab

Exit codes: 0 all is well, 1 some of it was refused and is named, 2 nothing could be done.`,
  );
for (const kind of [
  metricsCommand,
  outagesCommand,
  hardwareCommand,
  nagiosCommand,
  rrdCommand,
  listCommand,
  undoCommand,
])
  command.addCommand(kind);
