#!/usr/bin/env -S node --max-semi-space-size=32
import { Command, CommanderError } from 'commander';
import { ConfigurationError } from '../model/fault.ts';
import { LockedError } from '../store/lock.ts';
import { command as agent } from './agent.ts';
import { command as build } from './build.ts';
import { command as collect } from './collect.ts';
import { command as compact } from './compact.ts';
import { command as demo } from './demo.ts';
import { command as doctor } from './doctor.ts';
import { command as exporting } from './export.ts';
import { command as importing } from './import.ts';
import { command as incident } from './incident.ts';
import { command as maintenance } from './maintenance.ts';
import { command as schema } from './schema.ts';
import { command as simulate } from './simulate.ts';
import { command as trust } from './trust.ts';
import { version } from './version.ts';

const program = new Command('vigie')
  .description('Static status pages and capacity reports from dated JSON.')
  .version(version)
  .option('--root <folder>', 'the folder that holds data/, .vigie/ and dist/', '.')
  .showSuggestionAfterError()
  .showHelpAfterError('(vigie --help tells more)')
  .addHelpText(
    'after',
    `
Examples:
  vigie collect                     read every host and service that is due
  vigie build                       compact the data and build both sites into dist/
  vigie --root /srv/fleet build     the same for a fleet that lies elsewhere

Exit codes: 0 all is well, 1 something failed and is named, 2 nothing could be done (configuration, usage).`,
  );
// Before the commands are added, which inherit it: a wrong use exits with 2, like a wrong configuration.
program.exitOverride();
for (const command of [
  collect,
  build,
  compact,
  doctor,
  trust,
  agent,
  schema,
  demo,
  importing,
  exporting,
  incident,
  maintenance,
  simulate,
])
  program.addCommand(command.copyInheritedSettings(program));

// `vigie … | head` has read enough.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause;
  process.exit();
});

try {
  await program.parseAsync();
} catch (cause) {
  process.exitCode = explain(cause);
}

/** A user's mistake prints a line each; a bug prints its stack. Gives the exit code. */
function explain(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
  if (cause instanceof ConfigurationError || cause instanceof LockedError) {
    console.error(cause.message);
    return 2;
  }
  // What the system refuses (no right, no room, a read-only disk) is not a bug: its own words name the file.
  if (cause instanceof Error && 'syscall' in cause) {
    console.error(cause.message);
    return 2;
  }
  console.error(cause);
  return 1;
}
