import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { keepContract } from "./contract.ts";
import type { Case } from "./kinds/case.ts";
import { useVirtualMachine } from "./virtual-machine.ts";

const folder = join(import.meta.dirname, "kinds/kernel");
const files = globSync("*.cases.ts", { cwd: folder }).sort();

/** It takes minutes of a whole processor, so it runs where it is asked for: `npm run kernel`. */
const asked = process.env.PROOG_TEST_KERNEL === "1" && process.arch === "x64";

// All on one machine: to boot one takes as long as twenty cases.
describe.skipIf(!asked)("with a kernel of its own, the contract of", async () => {
  const virtual = useVirtualMachine("virtual");
  for (const file of files) {
    const { cases }: { cases: Case[] } = await import(join(folder, file));
    describe(file.replace(".cases.ts", ""), () => {
      test.for(cases)("$name", (given) => keepContract(virtual.machine, given));
    });
  }
});
