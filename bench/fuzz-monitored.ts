import { livestatusColumns } from '../src/collect/parse/livestatus.ts';

// What the mutations of `fuzz.ts` begin with where another program watches: answers of Icinga 2 and Nagios about one host and one service.

const checked = 1_795_340_000;

/** What an Icinga 2 answers to a question for hosts or services. */
export const icingaSeed = JSON.stringify({
  results: ['HTTP', 'web1'].map((name) => ({
    attrs: {
      acknowledgement: 0,
      check_attempt: 1,
      check_interval: 300,
      downtime_depth: 0,
      flapping: false,
      host_name: 'web1',
      last_check: checked + 0.5,
      last_check_result: {
        execution_end: checked + 0.5,
        execution_start: checked + 0.25,
        output: 'HTTP OK',
        performance_data: ["time=0.25s;1;2;0;10 'size B'=3KB", { label: 'log', value: 3, unit: 'bytes' }],
        schedule_start: checked,
      },
      last_hard_state: 0,
      last_reachable: true,
      max_check_attempts: 3,
      name,
      state: 0,
      state_type: 1,
    },
    joins: {},
    meta: {},
    name,
    type: 'Service',
  })),
});

const begun = (source: string): string => `@ source ${source}
@ now ${checked + 60}
@ interval_length 60
@ status_update_interval 10
`;

const block = (kind: string): string => `${kind} {
	host_name=web1
${kind === 'servicestatus' ? '\tservice_description=HTTP\n' : ''}	check_interval=5.000000
	has_been_checked=1
	check_execution_time=0.103
	check_latency=0.250
	current_state=2
	last_hard_state=0
	state_type=0
	current_attempt=2
	max_attempts=3
	plugin_output=HTTP CRITICAL - "refused" \\n | x
	performance_data=time=0.25s;1;2;0;10 'size B'=3KB
	last_check=${checked}
	problem_has_been_acknowledged=0
	is_flapping=0
	scheduled_downtime_depth=1
	}
`;

const statusFile = `${begun('status.dat')}@ status
info {
	created=${checked + 55}
	version=4.4.6
	}
programstatus {
	program_start=1795300000
	}
${block('hoststatus')}${block('servicestatus')}`;

/** The length says little: one that a mutation made wrong would be all that is read of it. */
const rows = (...all: readonly (readonly unknown[])[]): string => `200           2\n${JSON.stringify(all)}\n`;
const values: Readonly<Record<string, unknown>> = {
  program_version: '4.4.6',
  program_start: 1_795_300_000,
  interval_length: 60,
  name: 'web1',
  host_name: 'web1',
  description: 'HTTP',
  state: 1,
  max_check_attempts: 3,
  last_check: checked,
  check_interval: 5,
  plugin_output: 'HTTP WARNING – é',
  perf_data: 'time=0.25s;1;2;0;10',
  is_flapping: true,
  latency: 0.25,
  execution_time: 0.103,
};
const livestatus = begun('Livestatus').concat(
  ...Object.entries(livestatusColumns).map(
    ([table, columns]) => `@ ${table}\n${rows(columns.map((column) => values[column] ?? 1))}`,
  ),
);

const told = {
  max_attempts: 3,
  current_attempt: 1,
  has_been_checked: true,
  last_check: checked * 1000,
  plugin_output: 'HTTP OK',
  perf_data: 'time=0.25s;1;2;0;10',
  last_hard_state: 0,
  state_type: 1,
  problem_has_been_acknowledged: false,
  is_flapping: false,
  latency: 0.25,
  execution_time: 0.103,
  scheduled_downtime_depth: 0,
  status: 2,
};
const document = (name: string, data: object): string => {
  const result = { query_time: checked * 1000, last_data_update: checked * 1000, type_code: 0, message: '' };
  return `@ ${name}\n${JSON.stringify({ result, data }, null, 2)}\n`;
};
const cgi = `${begun('CGI')}${document('program', { programstatus: { version: '4.4.6', program_start: 1_795_300_000_000 } })}${document(
  'hosts',
  { hostlist: { web1: { name: 'web1', ...told } } },
)}${document('services', {
  servicelist: { web1: { HTTP: { host_name: 'web1', description: 'HTTP', ...told } } },
})}@ objects
define host {
	host_name	web1
	check_interval	5.000000
	}
define service {
	host_name	web1
	service_description	HTTP
	check_interval	5.000000
	}
`;

/** By its three ways. */
const nagiosAnswers: readonly string[] = [statusFile, livestatus, cgi];

/** By section; what root may read is mostly nothing. */
export const nagios = { state: nagiosAnswers, 'root-state': ['', ...nagiosAnswers] };
