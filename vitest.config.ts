import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take long start first, so that no worker is left with one at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = [
      "kinds.test.ts",
      "access.test.ts",
      "access-command.test.ts",
      "crash-loop.test.ts",
      "virtual-machine.test.ts",
      "local-image.test.ts",
      "detached.test.ts",
      "demo.test.ts",
    ];
    const rank = ({ moduleId }: TestSpecification) => long.findIndex((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    const first = sorted.filter((file) => rank(file) >= 0).sort((one, other) => rank(one) - rank(other));
    return [...first, ...sorted.filter((file) => rank(file) < 0)];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts"] } },
      {
        test: {
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: "test/cli/setup.ts",
          // Each test runs the program, which takes a processor.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "hosts",
          include: ["test/hosts/**/*.test.ts"],
          globalSetup: "test/hosts/setup.ts",
          // Machines share this host's processors: more at once would only make each test slower.
          maxWorkers: 2,
          maxConcurrency: 4,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
