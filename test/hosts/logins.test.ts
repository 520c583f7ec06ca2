import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { file } from "../../src/resources/file/file.ts";
import { converge, declareNode, planNode } from "./engine.ts";
import { type HostMachine, useMachines } from "./machines.ts";
import { supplied } from "./supplied.ts";

const resources = () => [file("/srv/reached", { content: "it's reached\n" })];

describe("logins that others have set up", () => {
  const machines = useMachines(["login-1"], supplied);
  const machine = () => machines["login-1"];
  const by = (way: string, address = machine().address): HostMachine => ({
    ...machine(),
    target: { ...machine().target, address, connection: `logins-${process.pid}-${way}` },
  });
  const refusal = async (way: HostMachine) => (await planNode(declareNode(way, resources))).failed;

  afterEach(async () => {
    await machine().ssh("rm -f /root/.bashrc /root/.profile /srv/reached");
  });

  test.each([
    ["fish", "/usr/bin/fish"],
    ["zsh", "/bin/zsh"],
    ["dash", "/bin/sh"],
  ])("a login shell that is %s", async (name, shell) => {
    await machine().ssh(`usermod --shell ${shell} root`);
    try {
      expect((await converge(by(name), resources)).outcome).toBe("done");
      expect((await planNode(declareNode(by(name), resources))).changes).toEqual([]);
    } finally {
      await machine().ssh("usermod --shell /bin/bash root");
    }
  });

  test("one that greets, without the end of the line", async () => {
    await machine().ssh(`echo "printf 'Welcome!\\nToday is your lucky day:'; echo oops >&2" >/root/.bashrc`);
    const planned = await planNode(declareNode(by("greets"), resources));
    expect(planned.events).toContainEqual(
      expect.objectContaining({ type: "node-connected", system: "debian 13" }),
    );
    expect((await planned.apply()).outcome).toBe("done");
  });

  test("one that ends at once says why", async () => {
    // As nologin(8), but for the proofs of this test.
    await machine().ssh(`cat >/usr/local/bin/moody <<'END'
#!/bin/sh
case $2 in *'exec env -i'*) exec /bin/bash "$@" ;; esac
echo This account is currently not available.
exit 1
END
      chmod 755 /usr/local/bin/moody
      usermod --shell /usr/local/bin/moody root`);
    try {
      const failed = await refusal(by("moody"));
      expect(failed?.error?.message).toBe("The connection to login-1 ended with status 1.");
      expect(failed?.error?.detail).toContain("This account is currently not available.");
    } finally {
      await machine().ssh("usermod --shell /bin/bash root");
    }
  });

  describe("what is no sshd", () => {
    const open: Socket[] = [];
    let server: Server | undefined;
    const listen = async (greet: (socket: Socket) => void): Promise<HostMachine> => {
      // The host's own end of the bridge.
      const address = machine().address.replace(/\.\d+$/, ".1");
      server = createServer((socket) => {
        open.push(socket);
        socket.on("error", () => {});
        greet(socket);
      });
      await new Promise<void>((resolve) => server?.listen(22, address, resolve));
      return by(`server-${open.length}`, address);
    };
    afterEach(() => {
      for (const socket of open) socket.destroy();
      server?.close();
    });

    test("it accepts, and says nothing", async () => {
      const started = Date.now();
      const failed = await refusal(await listen(() => {}));
      expect(failed?.outcome).toBe("unreachable");
      expect(failed?.error?.message).toMatch(/^login-1 \(root@[\d.]+\) cannot be reached within 10 s\.$/);
      expect(failed?.error?.hint).toMatch(/^Is it up\? Try: ssh -i \S+ root@[\d.]+ true$/);
      expect(Date.now() - started).toBeLessThan(60_000);
    });

    test("it says something else", async () => {
      const failed = await refusal(
        await listen((socket) => socket.end("220 mail.example.org ESMTP\r\n".repeat(100))),
      );
      expect(failed?.outcome).toBe("unreachable");
      expect(failed?.error?.message).toMatch(/^login-1 \(root@[\d.]+\) cannot be reached\.$/);
    });
  });
});
