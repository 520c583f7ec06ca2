import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
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
