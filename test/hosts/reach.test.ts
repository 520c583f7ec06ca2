import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeKnownHosts } from "../../src/connect/known-hosts.ts";
import type { Credentials, Target } from "../../src/connect/target.ts";
import { planNodes } from "../../src/converge/converge.ts";
import type { ErrorReport } from "../../src/report/event.ts";
import { file } from "../../src/resources/file/file.ts";
import { declareNode, planNode, silentCredentials } from "./engine.ts";
import { type HostMachine, useMachines } from "./machines.ts";

const resources = () => [file("/etc/motd", { content: "reached\n" })];

describe("reaching a node", () => {
  const machines = useMachines(["reach-1"]);
  const machine = () => machines["reach-1"];

  /** The machine by another way in: connections are kept by this name, so each way has one of its own. */
  const by = (way: string, change: Partial<Target>): HostMachine => ({
    ...machine(),
    target: { ...machine().target, connection: `reach-${process.pid}-${way}`, ...change },
  });

  /** What is said of a way in that does not lead there. */
  const refusal = async (way: HostMachine, credentials?: Credentials): Promise<ErrorReport> => {
    const { failed } = await planNode(declareNode(way, resources), credentials);
    if (!failed?.error) throw new Error("It was reached.");
    return failed.error;
  };

  test("another host key is a hard stop", async () => {
    const knownHosts = { file: join(machine().folder, "wrong_hosts"), alias: "reach-1" };
    const wrong = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJf5ZrGzOoE2bUFY9VvH0Wzq4n4Rj1mT6y1p8vX0kQ2b";
    writeKnownHosts(knownHosts.file, new Map([["reach-1", [wrong]]]));
    const error = await refusal(by("changed", { knownHosts }));
    expect(error.code).toBe("host-key-changed");
    expect(error.message).toContain("shows another host key than the one that is known");
    expect(error.hint).toContain("proog shoot reach-1, proog boot reach-1");
  });

  test("an unknown host key is never accepted by itself", async () => {
    const knownHosts = { file: join(machine().folder, "no_hosts"), alias: "reach-1" };
    const error = await refusal(by("unknown", { knownHosts }));
    expect(error.code).toBe("host-key-unknown");
    expect(error.message).toContain("The host key of reach-1");
    expect(error.hint).toMatch(/ssh -i \S+ root@/);
  });

  test("a login that is denied", async () => {
    const error = await refusal(by("denied", { user: "daemon" }));
    expect(error.code).toBe("permission-denied");
    expect(error.message).toContain("denies the login");
    expect(error.hint).toContain("authorized_keys");
  });

  test("one that refuses or is not there is told, and does not hold up the others", async () => {
    const network = machine().address.replace(/\.\d+$/, "");
    const nodes = [
      // The bridge itself, where no sshd listens, and an address that nobody has.
      {
        ...declareNode(by("refuses", { address: `${network}.1`, name: "refuses" }), resources),
        name: "refuses",
      },
      {
        ...declareNode(by("nobody", { address: `${network}.254`, name: "nobody" }), resources),
        name: "nobody",
      },
      declareNode(machine(), resources),
    ];
    const never = new AbortController().signal;
    const plan = await planNodes(nodes, {
      credentials: silentCredentials,
      reporter: () => {},
      interrupt: { stop: never, kill: never },
      parallel: 4,
      verbose: false,
      asked: true,
    });
    plan.close();
    expect(plan.checked.map(({ name }) => name)).toEqual(["reach-1"]);
    const failures = Object.fromEntries(
      plan.failed.map(({ name, outcome, error }) => [name, `${outcome}: ${error?.message}`]),
    );
    expect(failures).toEqual({
      refuses: `unreachable: refuses (root@${network}.1) cannot be reached.`,
      nobody: expect.stringMatching(
        /^unreachable: nobody \(root@.*\.254\) cannot be reached( within 10 s)?\.$/,
      ),
    });
  });

  describe("as a user who is not root", () => {
    const ada = (way: string) => by(way, { user: "ada" });
    const answering = (...answers: string[]): Credentials & { asked: boolean[] } => {
      const asked: boolean[] = [];
      return {
        asked,
        sudoPassword: (_target, wrong) => {
          asked.push(wrong);
          return Promise.resolve(answers[asked.length - 1] ?? "");
        },
      };
    };

    test("without sudo", async () => {
      await machine().ssh(`useradd --create-home --shell /bin/bash ada
        echo 'ada:correct horse' | chpasswd
        install -d -o ada -g ada -m 0700 ~ada/.ssh && install -o ada -g ada -m 0600 /root/.ssh/authorized_keys ~ada/.ssh/`);
      const error = await refusal(ada("no-sudo"));
      expect(error.code).toBe("unsuitable-target");
      expect(error.message).toContain("ada is not root, and there is no sudo");
      expect(error.hint).toContain("apt-get install sudo");
    });

    test("with sudo and no right to it", async () => {
      await machine().ssh(
        "DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends sudo >/dev/null 2>&1",
      );
      const error = await refusal(ada("no-right"), answering("correct horse", "correct horse"));
      expect(error.code).toBe("sudo-denied");
      expect(error.message).toContain("sudo does not let ada be root");
      expect(error.hint).toContain("/etc/sudoers.d");
    });

    test("with a password, which is asked for, and told at once when it is wrong", async () => {
      await machine().ssh("echo 'ada ALL=(ALL:ALL) ALL' >/etc/sudoers.d/ada");
      const right = answering("correct horse");
      const planned = await planNode(declareNode(ada("password"), resources), right);
      expect(planned.changes).toHaveLength(1);
      expect((await planned.apply()).outcome).toBe("done");
      expect(right.asked).toEqual([false]);

      const wrong = answering("battery staple", "correct horse");
      expect((await planNode(declareNode(ada("wrong"), resources), wrong)).changes).toEqual([]);
      expect(wrong.asked).toEqual([false, true]);

      const error = await refusal(ada("twice"), answering("battery", "staple"));
      expect(error.code).toBe("sudo-denied");
      // The password is in nothing that is told.
      expect(JSON.stringify(error)).not.toContain("staple");
    });

    test("without a password", async () => {
      await machine().ssh("echo 'ada ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/ada");
      expect((await planNode(declareNode(ada("free"), resources))).changes).toEqual([]);
    });
  });

  test("a machine that lacks a tool, and one that is no Debian", async () => {
    await machine().ssh("mv /usr/bin/cmp /usr/bin/cmp.away");
    const lacking = await refusal(by("lacking", {}));
    await machine().ssh("mv /usr/bin/cmp.away /usr/bin/cmp; mv /usr/bin/dpkg-query /usr/bin/dpkg-query.away");
    const other = await refusal(by("other", {}));
    await machine().ssh("mv /usr/bin/dpkg-query.away /usr/bin/dpkg-query");
    expect(lacking).toMatchObject({ code: "unsuitable-target", hint: "On it: apt-get install diffutils" });
    expect(lacking.message).toContain("lacks cmp");
    expect(other.code).toBe("unsuitable-target");
    expect(other.message).toContain("is no Debian: it says it is debian 13, and has no dpkg");
  });
});
