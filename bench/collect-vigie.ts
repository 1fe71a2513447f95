import { collect } from '../src/cli/collect.ts';
import { readFleet } from '../src/store/fleet.ts';
import { workspaceAt } from '../src/store/workspace.ts';

// What `vigie collect --only host` does, in a process of its own: `collect-vigie.ts ROOT`. Prints how long the run itself took.

const workspace = workspaceAt(process.argv[2] ?? '');
const fleet = await readFleet(workspace.data);
const { outcomes, seconds } = await collect({ workspace, fleet, clock: () => new Date(), only: ['host'] });
const failed = outcomes.flatMap(({ errors }) => errors);
if (failed.length > 0)
  throw new Error(`${failed.length} hosts failed, first: ${failed[0]?.source} ${failed[0]?.message}`);
console.log(JSON.stringify({ hosts: outcomes.length, seconds }));
