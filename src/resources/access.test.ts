import { describe, expect, test } from "vitest";
import { compileCatalog } from "../catalog/compile.ts";
import { isAccessPackage, isAccessPath, isAccessUnit } from "./access.ts";
import { apt } from "./apt/apt.ts";
import type { Item } from "./declare.ts";
import { flattenItems } from "./declare.ts";
import { contextWith } from "./declared.test-support.ts";
import { directory } from "./directory/directory.ts";
import { file } from "./file/file.ts";
import { group } from "./group/group.ts";
import { run } from "./run/run.ts";
import { service } from "./service/service.ts";
import { symlink } from "./symlink/symlink.ts";
import { systemdUnit } from "./systemdUnit/systemdUnit.ts";
import { user } from "./user/user.ts";

/** The numbers of those that can lock out who logs in as that user. */
async function accessOf(items: Item, login = "root"): Promise<number[]> {
  const { access, program } = await compileCatalog("web-1", flattenItems(items), contextWith({ login }));
  const numbers = [...access];
  expect(program.text).toContain(`access=' ${numbers.map((number) => `${number} `).join("")}'`);
  return numbers;
}

describe("what can lock the operator out", () => {
  test.for([
    "/etc/ssh/sshd_config",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/sudoers.d/ada",
    "/etc/pam.d/sshd",
    "/etc/nftables.conf",
    "/etc/network/interfaces.d/eth0",
    "/etc/systemd/network/10-host0.network",
    "/etc/netplan/50-cloud-init.yaml",
    "/root/.ssh/authorized_keys",
    "/root",
  ])("the path %s", (path) => expect(isAccessPath(path, "root")).toBe(true));

  test.for([
    "/etc/motd",
    "/etc/sshd",
    "/etc/sudoers.d.bak",
    "/home/ada/.ssh/authorized_keys",
    "/etc/nginx/ssh",
  ])("not the path %s", (path) => expect(isAccessPath(path, "root")).toBe(false));

  test("the home and the keys of who logs in", () => {
    expect(isAccessPath("/home/ada/.ssh/authorized_keys", "ada")).toBe(true);
    expect(isAccessPath("/home/ada", "ada")).toBe(true);
    expect(isAccessPath("/home/ada/notes", "ada")).toBe(false);
  });

  test.for(["ssh", "sshd.service", "ssh.socket", "nftables", "networking", "systemd-networkd.service"])(
    "the unit %s",
    (unit) => expect(isAccessUnit(unit)).toBe(true),
  );

  test.for(["nginx", "ssh-agent", "nftables-exporter", "sshguard.service"])("not the unit %s", (unit) =>
    expect(isAccessUnit(unit)).toBe(false),
  );

  test.for(["openssh-server", "openssh-server:arm64", "sudo", "libpam-modules"])("the package %s", (name) =>
    expect(isAccessPackage(name)).toBe(true),
  );

  test.for(["openssh-client", "sudoku", "nginx"])("not the package %s", (name) =>
    expect(isAccessPackage(name)).toBe(false),
  );

  test("resources of each kind", async () => {
    expect(
      await accessOf([
        file("/etc/motd", { content: "" }),
        file("/etc/ssh/sshd_config.d/a.conf", { content: "" }),
        file("/etc/sudoers.d/old", { absent: true }),
        directory("/root/.ssh", { mode: "0700" }),
        symlink("/etc/nftables.conf", { to: "/srv/nftables.conf" }),
        service("ssh"),
        systemdUnit("ssh.service", { dropIn: "limits", content: "[Service]\n" }),
        systemdUnit("nginx.service", { dropIn: "limits", content: "[Service]\n" }),
        user("ada"),
        user("root", { shell: "/bin/bash" }),
        run("nft -f /srv/rules", { access: true }),
        run("true", { unless: "true" }),
        apt("curl", "sudo"),
        apt("nginx"),
        apt("openssh-server", { absent: true }),
      ]),
    ).toEqual([2, 3, 4, 5, 6, 7, 10, 11, 13, 15]);
  });

  test("what such a one triggers, and nothing that only stands near it", async () => {
    const conf = file("/etc/ssh/sshd_config.d/a.conf", { content: "" });
    const other = file("/etc/motd", { content: "" });
    const apply = run("systemctl reload ssh", { onlyOn: [conf] });
    expect(
      await accessOf([
        conf,
        other,
        apply,
        service("fail2ban", { restartOn: [other, apply] }),
        service("nginx"),
      ]),
    ).toEqual([1, 3, 4]);
  });

  test("the account and the groups of who logs in", async () => {
    const items = [
      user("ada", { groups: ["sudo"] }),
      user("bob"),
      group("sudo", { members: ["ada"] }),
      group("staff", { members: ["bob"] }),
      group("wheel", { members: ["bob"], exclusive: true }),
    ];
    expect(await accessOf(items, "ada")).toEqual([1, 3, 5]);
    expect(await accessOf(items)).toEqual([]);
  });
});
