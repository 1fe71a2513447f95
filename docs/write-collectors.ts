import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Collector, Command } from '../src/collect/collector.ts';
import { loadCollectors } from '../src/collect/registry.ts';
import type { Metric } from '../src/model/metric.ts';

// `npm run docs` writes a page for each collector from what the collector says of itself; a test sees to it that they are up to date.

const folder = join(import.meta.dirname, 'collectors');

/** The pages by their file names. */
export async function collectorPages(): Promise<Map<string, string>> {
  const collectors = await loadCollectors();
  const pages = [...collectors].map(([name, collector]): [string, string] => [
    `${name}.md`,
    pageOf(name, collector),
  ]);
  const list = [...collectors].map(([name, { reads }]) => `- [${name}](${name}.md): ${reads}`);
  return new Map([
    ...pages,
    [
      'README.md',
      `# What Vigie reads\n\nA page for each collector, written from what it says of itself.\n\n${list.join('\n')}\n`,
    ],
  ]);
}

function pageOf(name: string, collector: Collector): string {
  const { reads, metrics, everySeconds } = collector;
  const parts = [
    `# ${name}\n\n${reads}`,
    `Due ${everySeconds === undefined ? 'at each run' : `every ${everySeconds / 3600} h`}.`,
    collector.kind === 'host' ? commandsOf(collector.commands) : '',
    `## Metrics\n\n| name | type | unit | meaning | for example |\n|---|---|---|---|---|\n${metricRows(metrics).join('\n')}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function commandsOf(commands: Readonly<Record<string, Command>>): string {
  const own = Object.entries(commands);
  const root = own.filter(([, { asRoot }]) => asRoot).map(([section]) => `\`${section}\``);
  const rights =
    root.length === 0
      ? 'An unprivileged account is enough.'
      : `Read by root, through the root wrapper: ${root.join(', ')}. The others need an unprivileged account.`;
  const rows = own.map(
    ([section, { run, timeoutSeconds = 10, isOptional = false }]) =>
      `| \`${section}\` | ${run.length > 200 ? 'a script, see `vigie agent`' : `\`${cell(run)}\``} | ${timeoutSeconds} s | ${isOptional ? 'may be absent' : ''} |`,
  );
  return `${rights}\n\n## Commands\n\n| section | command | at most | |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function metricRows(metrics: Readonly<Record<string, Metric>>): string[] {
  const rows = Object.entries(metrics).map(([name, { type, meaning, example }]) => {
    const unit = name
      .replace(/_total$/, '')
      .split('_')
      .at(-1);
    return `| \`${name}\` | ${type} | ${unit} | ${cell(meaning)} | ${example} |`;
  });
  // One row for what there is of each attribute of a disk.
  return [
    ...new Set(
      rows.map((row) =>
        row.includes('`smart_')
          ? row.replace(/smart_\d+_/, 'smart_<id>_').replace(/attribute \d+/, 'attribute')
          : row,
      ),
    ),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of await collectorPages()) writeFileSync(join(folder, file), text);
}
