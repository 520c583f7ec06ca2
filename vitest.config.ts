import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Those that take long start first, so that no worker is left with one at the end: that which fills the processors, and beside it
 * those that mostly wait.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = [
      "kinds.test.ts",
      "virtual-machine.test.ts",
      "demo.test.ts",
      "hosts/access.test.ts",
      "hosts/watch.test.ts",
      "hosts/rollout.test.ts",
      "hosts/pool.test.ts",
      "crash-loop.test.ts",
      "access-command.test.ts",
      "hosts/undo.test.ts",
      "hosts/secrets.test.ts",
      "hosts/fuzz.test.ts",
      "hosts/watch-service.test.ts",
      "detached.test.ts",
      "hosts/install.test.ts",
      "hosts/databases.test.ts",
      "faults.test.ts",
      "hosts/reboot.test.ts",
      "hosts/site.test.ts",
      "hosts/tasks.test.ts",
      "local-provider-trouble.test.ts",
      "local-provider.test.ts",
      "cli/page.test.ts",
      "hosts/firewall.test.ts",
      "serve.test.ts",
      "simulation.test.ts",
      "probe.test.ts",
      "dashboard.test.ts",
      "oidc.test.ts",
      "undo-files.test.ts",
      "undo-running.test.ts",
      "store/trouble.test.ts",
      "tasks/commands.test.ts",
      "interrupt.test.ts",
      "cli/completion.test.ts",
    ];
    const rank = ({ moduleId }: TestSpecification) => long.findIndex((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    const first = sorted.filter((file) => rank(file) >= 0).sort((one, other) => rank(one) - rank(other));
    return [...first, ...sorted.filter((file) => rank(file) < 0)];
  }
}

/** Only what hangs takes as long, in milliseconds: how fast a machine is must decide no test. */
const limits = { testTimeout: 900_000, hookTimeout: 900_000, expect: { poll: { timeout: 120_000 } } };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // The OpenID provider of a test tells how it would be set up for others than tests.
    onConsoleLog: (text) => !text.startsWith("oidc-provider "),
    // Tests on machines often wait, above all those that come last; many more would only make each one slower, as machines share
    // this host's processors.
    maxWorkers: availableParallelism() + 3,
    projects: [
      // Many small files that keep nothing in their modules: each in a process of its own would import twice as long as it runs.
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          isolate: false,
          ...limits,
        },
      },
      {
        test: {
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          // They start programs, and keep nothing in modules either.
          isolate: false,
          globalSetup: "test/cli/setup.ts",
          ...limits,
        },
      },
      {
        test: {
          name: "hosts",
          include: ["test/hosts/**/*.test.ts"],
          // When all others are through: each machine that is booted is an interface that comes and goes, and a browser drops what it is
          // loading and sending then. Meanwhile the image of the machines is made.
          sequence: { groupOrder: 1 },
          globalSetup: "test/hosts/setup.ts",
          maxConcurrency: 4,
          ...limits,
        },
      },
    ],
  },
});
