import { installMissingPrograms } from './setup/programs.ts';
import { runSuite } from './setup/suite.ts';

await installMissingPrograms();
process.exit(await runSuite(process.argv.slice(2)));
