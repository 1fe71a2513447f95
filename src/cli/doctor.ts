import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { type Examined, examine } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/examination.ts';
import { ConfigurationError } from '../model/fault.ts';
import { toInstant } from '../model/time.ts';
import { shownPath } from '../store/fleet.ts';
import { paint, printable, progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';

/** So many findings of an examination are told; the others are counted. */
const mostTold = 20;

/** `vigie doctor` */
export const command = new Command('doctor')
  .description('examine the fleet, the workspace and its data, and say what to do about each finding')
  .option('--json', 'print all findings as JSON')
  .addHelpText(
    'after',
    `
It changes nothing. Rollups are all read, snapshots of the last two days; older ones are looked at by their names.

Examples:
  vigie doctor
  vigie doctor --json | jq '.[] | select(.severity == "error")'

Exit codes: 0 nothing worse than a note, 1 warnings or errors, 2 there is nothing to examine.`,
  )
  .action(async (flags: { json?: true }, self: Command) => {
    const workspace = workspaceOf(self);
    if (!existsSync(workspace.data)) {
      const [file, found] = [shownPath(workspace.data), 'no such folder'];
      throw new ConfigurationError([
        { file, found, expected: 'the data of a fleet (--root FOLDER names another place)' },
      ]);
    }
    const progress = progressOn();
    const examined = await examine(workspace, toInstant(new Date()), process.env, (name) =>
      progress.state(name),
    );
    progress.end();
    const findings = examined.flatMap(({ name, findings: own }) =>
      own.map((finding) => ({ check: name, ...finding })),
    );
    console.log(flags.json ? JSON.stringify(findings, null, 2) : examined.map(describe).join('\n'));
    process.exitCode = findings.some(({ severity }) => severity !== 'note') ? 1 : 0;
  });

/** For stdout, which may be a file while stderr is a terminal. */
function coloured(style: Parameters<typeof paint>[0], text: string): string {
  return paint(style, text, process.stdout);
}

function describe({ name, looksFor, findings }: Examined): string {
  if (findings.length === 0)
    return `${coloured('green', '✓')} ${name} ${coloured('dim', `(${looksFor}: none)`)}`;
  const lines = findings.slice(0, mostTold).map(describeFinding);
  const more =
    findings.length > mostTold ? [`  … and ${findings.length - mostTold} more: vigie doctor --json`] : [];
  return [coloured('bold', name), ...lines, ...more].join('\n');
}

function describeFinding({ severity, where, found, expected, advice }: Finding): string {
  const colour = { error: 'red', warning: 'yellow', note: 'dim' } as const;
  const wanted = expected === undefined ? '' : `, expected ${expected}`;
  return `  ${coloured(colour[severity], severity)} ${printable(`${where}: ${found}${wanted}`)}\n    ${printable(advice)}`;
}
