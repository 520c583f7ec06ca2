import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import type { Target } from "../../src/connect/target.ts";
import { type HostMachine, useMachines } from "./machines.ts";
import { runProgram, startProgram } from "./program.ts";
import { supplied } from "./supplied.ts";

describe("sudo that asks for a password", () => {
  const machines = useMachines(["sudo-1", "sudo-2"], supplied);
  const both = () => [machines["sudo-1"], machines["sudo-2"]];
  const program = join(import.meta.dirname, "plan-as.ts");

  beforeAll(async () => {
    await Promise.all(
      both().map((machine) =>
        machine.ssh(`useradd --create-home --shell /bin/bash ada
          echo 'ada:Sesam-4711' | chpasswd
          echo 'ada ALL=(ALL:ALL) ALL' >/etc/sudoers.d/ada
          install -d -o ada -g ada -m 0700 ~ada/.ssh
          install -o ada -g ada -m 0600 /root/.ssh/authorized_keys ~ada/.ssh/`),
      ),
    );
  });

  /** As the user ada, by a connection of its own: what sudo remembers belongs to one. */
  const asAda = (way: string): Target[] =>
    both().map(({ target, name }) => ({
      ...target,
      user: "ada",
      connection: `${process.pid}-${name}-${way}`,
    }));

  const start = (way: string) => {
    const command = [process.execPath, program, JSON.stringify(asAda(way))].map(quote).join(" ");
    return startProgram("script", ["-qefc", `stty cols 200; exec ${command}`, "/dev/null"]);
  };

  const forget = () =>
    Promise.all(
      both().map((machine: HostMachine) => machine.ssh("sudo -u ada sudo -K; rm -rf /run/sudo/ts")),
    );

  test("is asked for once for all nodes, and not shown", async () => {
    await forget();
    const running = start("once");
    await running.waitFor(/sudo password for ada on sudo-\d and the others/);
    running.type("Sesam-4711\r");
    const { stdout, status } = await running.ended;
    expect(stdout.match(/sudo password for/g)?.length, stdout).toBeGreaterThan(0);
    expect(stdout).not.toContain("refused");
    expect(stdout).not.toContain("Sesam-4711");
    expect(stdout).toContain("nothing to change");
    expect(status).toBe(0);
  });

  test("is asked for again when it was wrong, and says where", async () => {
    await forget();
    const running = start("again");
    await running.waitFor(/sudo password for ada/);
    running.type("battery\r");
    await running.waitFor(/sudo on sudo-\d refused that password\. Again/);
    running.type("Sesam-4711\r");
    const { stdout, status } = await running.ended;
    expect(stdout).not.toContain("battery");
    expect(stdout).not.toContain("Sesam-4711");
    expect(status, stdout).toBe(0);
  });

  test("without a terminal it says what to do", async () => {
    await forget();
    const { stderr, status } = await runProgram(process.execPath, [program, JSON.stringify(asAda("none"))]);
    expect(stderr).toContain("sudo asks for a password, and there is no terminal to ask on.");
    expect(stderr).toContain("Give the user the right to sudo without one, or run this in a terminal.");
    expect(status).toBe(3);
  });

  test("is nowhere on the machine afterwards, nor in a process while it runs", async () => {
    await forget();
    const running = start("nowhere");
    await running.waitFor(/sudo password for ada/);
    running.type("Sesam-4711\r");
    const [machine] = both();
    const seen = await machine?.ssh(
      `for n in 1 2 3 4 5 6 7 8 9 10; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; sleep 0.05; done 2>/dev/null | tr '\\0' '\\n' | grep -c 'Sesam-[4]711' || true`,
    );
    expect(seen).toBe("0\n");
    expect((await running.ended).status).toBe(0);
    expect(
      await machine?.ssh(
        "grep -rl 'Sesam-[4]711' /run /tmp /var/lib /var/log /home /root 2>/dev/null || true",
      ),
    ).toBe("");
  });
});
