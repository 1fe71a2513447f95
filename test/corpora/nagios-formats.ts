import { FormatError } from '../../src/collect/parse/field.ts';
import { parseCgiObjects, parseCgiProgram } from '../../src/collect/parse/nagios-cgi.ts';
import { parseCheckIntervals, parseNagiosStatus } from '../../src/collect/parse/nagios-status.ts';
import { parseNagiosLine } from '../../src/import/nagios-line.ts';
import type { Format } from './formats.ts';

/** What Nagios writes and answers; retained states, counts and lists without details, which are no states, are refused by name. */
export const nagiosFormats: readonly Format[] = [
  {
    name: 'nagios status',
    file: /(^|__)(status|retention)[\w-]*\.dat$/,
    parse: (text) => parseNagiosStatus(text),
  },
  {
    name: 'nagios objects',
    file: /(^|__)objects\.\w*cache[\w.]*$/,
    parse: (text) => parseCheckIntervals(text),
  },
  { name: 'nagios log', file: /(^|\/)nagios[\w-]*\.log$/, parse: parseLog },
  { name: 'nagios program', file: /(^|\/)statusjson_programstatus[\w-]*\.\w+/, parse: parseCgiProgram },
  {
    name: 'nagios cgi',
    file: /(^|\/)(status|object)json_\w+[\w-]*\.\w+/,
    parse: (text) => parseCgiObjects(text),
  },
];

/** Every line of a log, as an import reads it; one that is none refuses the file. */
function parseLog(text: string): unknown {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const event = parseNagiosLine(line);
      if (event === undefined) throw new FormatError(`line ${index + 1}`, line, 'a line of nagios.log');
      return event;
    });
}
