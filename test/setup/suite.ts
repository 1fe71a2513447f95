import { parseCLI, type Reporter, startVitest, type TestCase, type TestModule } from 'vitest/node';

/**
 * Runs Vitest with its own arguments (files, `-t name` …) and prints, last, `N passed, N failed, N skipped`.
 * Resolves to the exit status: 1 when something failed, or when no test ran.
 */
export async function runSuite(args: readonly string[]): Promise<number> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const tally = new Tally();
  const vitest = await startVitest(filter, { ...options, watch: false, reporters: ['default', tally] });
  await vitest.close();
  for (const skip of tally.skips) console.log(skip);
  console.log(`${tally.passedCount} passed, ${tally.failedCount} failed, ${tally.skips.length} skipped`);
  return tally.failedCount > 0 || tally.passedCount === 0 ? 1 : 0;
}

/** Counts results. A file, a hook or a stray promise that fails counts as one failure, though no test bears its name. */
class Tally implements Reporter {
  passedCount = 0;
  failedCount = 0;
  readonly skips: string[] = [];

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.failedCount += unhandledErrors.length;
    for (const module of modules) {
      const groups = [module, ...module.children.allSuites()];
      this.failedCount += groups.filter((group) => group.errors().length > 0).length;
      for (const test of module.children.allTests()) this.count(test);
    }
  }

  private count(test: TestCase): void {
    const result = test.result();
    if (result.state === 'passed') {
      this.passedCount += 1;
    } else if (result.state === 'skipped') {
      this.skips.push(
        `skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? reasonOf(test)}`,
      );
    } else {
      // `pending` at the end: the run was broken off.
      this.failedCount += 1;
    }
  }
}

function reasonOf(test: TestCase): string {
  if (test.options.mode === 'todo') return 'to be written';
  return 'left out by a filter, by `only`, or by `skip` without a reason';
}
