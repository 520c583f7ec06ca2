import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { quote } from "../../src/catalog/quote.ts";
import type { Target } from "../../src/connect/target.ts";
import { useMachines } from "./machines.ts";
import { runProgram, startProgram } from "./program.ts";
import { supplied } from "./supplied.ts";

const machines = useMachines(["task-sudo-1", "task-sudo-2"], supplied);
const both = () => [machines["task-sudo-1"], machines["task-sudo-2"]];

beforeAll(async () => {
  await Promise.all(
    both().map((machine) =>
      machine.ssh(`useradd --create-home --shell /bin/bash ada
        echo 'ada:Sesam-4711' | chpasswd
        useradd --create-home --shell /bin/bash bob
        useradd --create-home --shell /bin/bash eve
        useradd --create-home --shell /usr/bin/fish fia
        echo 'ada ALL=(ALL:ALL) ALL' >/etc/sudoers.d/people
        echo 'fia ALL=(ALL:ALL) NOPASSWD: ALL' >>/etc/sudoers.d/people
        echo 'bob ALL=(ALL:ALL) NOPASSWD: ALL' >>/etc/sudoers.d/people
        for who in ada bob eve fia; do
          install -d -o $who -g $who -m 0700 /home/$who/.ssh
          install -o $who -g $who -m 0600 /root/.ssh/authorized_keys /home/$who/.ssh/
        done`),
    ),
  );
});

const program = join(import.meta.dirname, "tasks-as.ts");

/** A connection of its own for each way. */
const as = (user: string, way: string): string =>
  JSON.stringify(
    both().map(
      ({ target, name }): Target => ({ ...target, user, connection: `${process.pid}-${name}-${way}` }),
    ),
  );

const inTerminal = (user: string, way: string) => {
  const command = [process.execPath, program, as(user, way)].map(quote).join(" ");
  return startProgram("script", ["-qefc", `stty cols 150; exec ${command}`, "/dev/null"]);
};

const found = (user: string) => `${user} not a tty root /root www-data /var/www root terminal`;

describe.each(["sudo", "sudo-rs"])("with %s", (which) => {
  const choose = (program: string) =>
    Promise.all(
      both().map((machine) =>
        machine.ssh(
          `[ -e /usr/bin/sudo.own ] || mv /usr/bin/sudo /usr/bin/sudo.own; ln -sf ${program} /usr/bin/sudo`,
        ),
      ),
    );
  beforeAll(async () => void (await choose(which === "sudo" ? "sudo.own" : "/usr/lib/cargo/bin/sudo")));

  test("the password is asked for once for all nodes, and not shown", async () => {
    const running = inTerminal("ada", `${which}-once`);
    await running.waitFor(/sudo password for ada on task-sudo-\d and the others/);
    running.type("Sesam-4711\r");
    const { stdout, status } = await running.ended;
    expect(status, stdout).toBe(0);
    expect(stdout.split(found("ada")).length - 1, stdout).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toContain("Sesam-4711");
    expect(stdout).not.toContain("refused");
  });

  test("a wrong one is told at once, and asked for again", async () => {
    const running = inTerminal("ada", `${which}-again`);
    await running.waitFor(/sudo password for ada/);
    running.type("battery\r");
    await running.waitFor(/sudo on task-sudo-\d refused that password\. Again/);
    running.type("Sesam-4711\r");
    const { stdout, status } = await running.ended;
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain("battery");
    expect(stdout).not.toContain("Sesam-4711");
  });

  test("without a terminal it says what to do", async () => {
    const { stderr, status } = await runProgram(process.execPath, [program, as("ada", `${which}-none`)]);
    expect(stderr).toContain("sudo asks for a password, and there is no terminal to ask on.");
    expect(status).toBe(3);
  });

  test("nothing is asked of who needs no password, whatever the login shell, nor of root", async () => {
    for (const user of ["bob", "fia", "root"]) {
      const { stdout, stderr, status } = await runProgram(process.execPath, [
        program,
        as(user, `${which}-${user}`),
      ]);
      expect(status, stderr).toBe(0);
      expect(stdout.split(found(user)).length - 1, stdout).toBe(2);
    }
  });

  test("who may not is told so", async () => {
    await Promise.all(both().map((machine) => machine.ssh("echo eve:x | chpasswd")));
    const running = inTerminal("eve", `${which}-eve`);
    await running.waitFor(/sudo password for eve/);
    running.type("x\r");
    const { stdout, status } = await running.ended;
    expect(stdout).toMatch(/sudo does not let eve be root/);
    expect(status).toBe(3);
  });
});
