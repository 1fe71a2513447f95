import { parseCgiObjects, parseCgiProgram } from '../../src/collect/parse/nagios-cgi.ts';
import { parseCheckIntervals, parseNagiosStatus } from '../../src/collect/parse/nagios-status.ts';
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
  { name: 'nagios program', file: /(^|\/)statusjson_programstatus[\w-]*\.\w+/, parse: parseCgiProgram },
  {
    name: 'nagios cgi',
    file: /(^|\/)(status|object)json_\w+[\w-]*\.\w+/,
    parse: (text) => parseCgiObjects(text),
  },
];
