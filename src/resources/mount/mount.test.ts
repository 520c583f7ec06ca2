import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type MountOptions, mount, mountKind } from "./mount.ts";

const data = (options: Partial<MountOptions> = {}) =>
  mount("/srv/data", { device: "LABEL=data", type: "ext4", ...options });

async function wordsOf(options: Partial<MountOptions>) {
  return (await compileWith(mountKind, data(options))).arguments.slice(2);
}

describe("the catalog line", () => {
  test.for<[Partial<MountOptions>, string[]]>([
    [{}, ["LABEL=data", "ext4", "nofail", "2", "rw,suid,dev,exec"]],
    [{ nofail: false, pass: 1 }, ["LABEL=data", "ext4", "defaults", "1", "rw,suid,dev,exec"]],
    [
      { options: ["noatime", "ro", "nosuid"] },
      ["LABEL=data", "ext4", "noatime,ro,nosuid,nofail", "2", "ro,nosuid,dev,exec,noatime"],
    ],
    [
      { options: ["users", "exec", "strictatime"] },
      ["LABEL=data", "ext4", "users,exec,strictatime,nofail", "2", "rw,nosuid,nodev,exec"],
    ],
    [{ type: "xfs" }, ["LABEL=data", "xfs", "nofail", "0", "rw,suid,dev,exec"]],
    [{ options: ["noauto"] }, ["LABEL=data", "ext4", "noauto,nofail", "2", "noauto"]],
    [
      { type: "bind", device: "/srv/real", options: ["ro"] },
      ["/srv/real", "bind", "bind,ro,nofail", "0", "ro"],
    ],
    [
      { type: "tmpfs", device: undefined as never, options: ["size=1G", "mode=0700"] },
      ["tmpfs", "tmpfs", "size=1G,mode=0700,nofail", "0", "rw,suid,dev,exec,size=1048576k"],
    ],
    [
      { type: "tmpfs", device: "tmpfs", options: ["size=5000"] },
      ["tmpfs", "tmpfs", "size=5000,nofail", "0", "rw,suid,dev,exec,size=8k"],
    ],
  ])("of %j", async ([options, words]) => {
    expect(await wordsOf(options)).toEqual(words);
  });

  test("of / has no nofail", async () => {
    const root = mount("/", { device: "LABEL=root", type: "ext4", pass: 1, options: ["noatime"] });
    expect((await compileWith(mountKind, root)).arguments).toContain("noatime");
  });
});

test("it is looked at with all others, but for odd names", async () => {
  expect((await compileWith(mountKind, data())).survey).toEqual([
    { survey: "mounts", line: "/srv/data LABEL=data ext4 nofail 2 rw,suid,dev,exec" },
  ]);
  expect(
    (await compileWith(mountKind, mount("/srv/a b", { device: "x", type: "ext4" }))).survey,
  ).toBeUndefined();
  const absent = await compileWith(mountKind, mount("/srv/data", { absent: true }));
  expect(absent.survey).toEqual([{ survey: "unmounted", line: "/srv/data" }]);
  expect(absent.claims).toEqual(["mount /srv/data"]);
});

describe("mistakes", () => {
  test.for<[Partial<MountOptions>, string]>([
    [{ type: "swap" }, 'type is "swap": declare swapFile(…)'],
    [
      { type: "a b" },
      'type is "a b", and must be a file system such as "ext4", "nfs" or "tmpfs", or "bind".',
    ],
    [{ device: "" }, 'device is "", and must be what is mounted, such as "LABEL=data" or "/dev/vdb1".'],
    [{ device: 'UUID="1234"' }, 'and after the "=" goes what blkid(8) tells, without quotes.'],
    [{ type: "bind", device: "srv/real" }, 'device is "srv/real", and must be absolute: "/srv/real".'],
    [
      { options: ["noatime,ro"] },
      'options[0] is "noatime,ro", and must be one option of mount(8) such as "noatime", without blanks and commas.',
    ],
    [{ options: [""] }, 'options[0] is ""'],
    [{ options: ["ro", "nofail"] }, 'options[1] is "nofail": say { nofail: true }.'],
    [{ options: ["bind"] }, 'options[0] is "bind": say { type: "bind" }.'],
    [{ options: ["remount"] }, "which is done where it is needed: leave it out."],
    [{ options: ["x-systemd.automount"] }, "which this kind does not know: declare systemdUnit(…)"],
  ])("%j", ([options, mistake]) => {
    expect(mistakesIn(data(options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("the path", () => {
    expect(mistakesIn(mount("srv", { type: "tmpfs" }))).toEqual([
      expect.stringContaining('path is "srv", and must be absolute'),
    ]);
    expect(mistakesIn(mount("/", { absent: true }))).toEqual(["The file system at / cannot be unmounted."]);
  });

  test("what the types refuse", () => {
    expect(mistakesIn(mount("/srv/data", { type: "ext4" }))).toEqual([
      'device is missing: give one such as "LABEL=data" or "/dev/vdb1".',
    ]);
    // @ts-expect-error: no type
    expect(mistakesIn(mount("/srv/data", { device: "x" }))[0]).toContain("type is undefined");
    // @ts-expect-error: options is a list
    expect(mistakesIn(data({ options: "ro" }))[0]).toBe(
      'options is "ro", and must be a list such as ["noatime"].',
    );
    // @ts-expect-error: no such pass
    expect(mistakesIn(data({ pass: 3 }))).toEqual(["pass is 3, and must be 0, 1 or 2."]);
    // @ts-expect-error: no switch
    expect(mistakesIn(data({ nofail: 1 }))).toEqual(["nofail is 1, and must be true or false."]);
    // @ts-expect-error: present and absent
    mount("/srv/data", { absent: true, type: "ext4" });
  });
});

test("a declaration is plain data", () => {
  const resource = data({ options: ["ro"], optional: true });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(resource).toMatchObject({ type: "mount", fileSystem: "ext4", name: "/srv/data" });
});
