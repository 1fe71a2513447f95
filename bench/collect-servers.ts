import { startSshHosts } from '../src/demo/ssh-hosts.ts';
import { createWorld } from '../src/demo/world.ts';
import { toInstant } from '../src/model/time.ts';
import { parseFleet } from '../src/store/fleet.ts';

// A share of the bench's hosts, in a process of its own: `collect-servers.ts PUBLIC_KEY HOST…`. Prints where they listen, as JSON, and
// serves until it is ended.

const [clientKey = '', ...names] = process.argv.slice(2);
const hosts = names.map((name) => `  ${name}: { ssh: ${name}.example.org }\n`);
const fleet = parseFleet(`fleet: { name: Bench }\nhosts:\n${hosts.join('')}`, 'fleet.yaml');
const clock = () => new Date();
const world = createWorld({ fleet, seed: 1, now: toInstant(clock()), days: 1 });
// A host counts from its boot: the first answer takes longer than any other.
for (const truth of world.hosts.values()) truth(clock().getTime() / 1000);
const started = await startSshHosts(world, { clientKey, clock });
console.log(JSON.stringify(started.hosts));
