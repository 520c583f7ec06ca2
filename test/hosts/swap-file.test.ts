import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { compileCatalog } from "../../src/catalog/compile.ts";
import { functionsOf } from "../../src/catalog/functions.test-support.ts";
import { quote } from "../../src/catalog/quote.ts";
import { type SwapFileOptions, swapFile } from "../../src/resources/swapFile/swapFile.ts";
import { runProgram } from "./program.ts";

const never = () => Promise.reject(new Error("Nobody asks for it."));
const sources = {
  ...{ directory: "/", hashFile: never, resolveRevision: never, packRevision: never },
  ...{ subversionRevision: never, fetchFile: never },
};

/** Whether this host's kernel lets us change its swap: it looks at that before it looks for the file. */
const { stderr: complaint } = await runProgram("swapoff", ["--", "/nonexistent/swapfile"]);
const allowed = complaint.includes("No such file");

/**
 * Machines of the local provider are containers, which get no swap. So this host is given some, of a few MiB, by the same shell
 * that a catalog has; its /etc is an overlay, and its systemd is left alone.
 */
describe.skipIf(!allowed)("swap of this host", () => {
  let folder = "";
  let functions = "";
  const path = () => join(folder, "swap");

  beforeAll(async () => {
    folder = mkdtempSync(join(inject("runFolder"), "swap-"));
    for (const name of ["home/backups", "run", "upper", "work"])
      mkdirSync(join(folder, name), { recursive: true });
    const { program } = await compileCatalog("here", [swapFile("/swap", { size: "1M" })], sources);
    functions = functionsOf(program);
  });
  afterAll(async () => {
    await runProgram("swapoff", [path(), join(folder, "a b")]);
  });

  async function run(script: string): Promise<string> {
    const before = `${functions}
      whole=yes
      mount -t overlay overlay -o ${quote(`lowerdir=/etc,upperdir=${folder}/upper,workdir=${folder}/work`)} /etc || exit
      home=${quote(`${folder}/home`)} run=${quote(`${folder}/run`)} run_id=test run_by=tester token='' pass=change coming=''
      systemctl() { :; }\n`;
    const { stdout, stderr, status } = await runProgram(
      "unshare",
      ["--mount", "--propagation", "private", "sh"],
      before + script,
    );
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  }

  /** What the check finds, what the change makes of it, and that nothing is left to find: neither by the check nor by the survey. */
  async function apply(options: SwapFileOptions | { absent: true }, place = path()): Promise<string> {
    const { program } = await compileCatalog("here", [swapFile(place, options)], sources);
    const words = /^resource 1 swapFile (.*)$/m.exec(program.text)?.[1] ?? "";
    const found = await run(`examine 1 swapFile ${words}; printf '%s\\n' "$verdict" "$said"`);
    const left =
      await run(`swapFile_change ${words} >/dev/null && examine 1 swapFile ${words} && printf %s "$verdict$said"
      set -- ${words}; printf '%s\\n' "$*" | survey_swapfiles | grep -cxF -- "$*"`);
    expect(left).toBe("1\n");
    return found;
  }

  const used = async () => await run("tail -n +2 /proc/swaps | awk '{ print $1, $3, $5 }'");
  const entries = async () => await run("grep swap /etc/fstab || true");

  test("one that is not there", async () => {
    expect(await apply({ size: "2M" })).toMatch(/^certain\n {4}state: absent -> present\n/);
    expect(await used()).toMatch(new RegExp(`${path()} 2044 -[0-9]+\n`));
    expect(await entries()).toContain(`${path()} none swap sw 0 0\n`);
  });

  test("another size and priority, and none", async () => {
    expect(await apply({ size: "4M", priority: 7 })).toContain("priority: -");
    expect(await used()).toContain(`${path()} 4092 7\n`);
    expect(await entries()).toContain(`${path()} none swap sw,pri=7 0 0\n`);
    expect(await apply({ size: "4M" })).toContain("priority: 7 -> of the kernel");
    expect(await apply({ size: "4M", priority: 0 })).toContain("-> 0\n");
  });

  test("swapped off by hand, of another mode, and not in fstab", async () => {
    await run(`swapoff ${path()}; chmod 644 ${path()}; sed -i /swap/d /etc/fstab`);
    const found = await apply({ size: "4M", priority: 0 });
    for (const part of ["access: 0644 root -> 0600 root", "used: no -> yes", "entry: "])
      expect(found).toContain(part);
    expect(await used()).toContain(`${path()} 4092 0\n`);
  });

  test("a name with a blank, and more than there is room for", async () => {
    await apply({ size: "1M" }, join(folder, "a b"));
    expect(await entries()).toContain("a\\040b none swap sw 0 0\n");
    await apply({ absent: true }, join(folder, "a b"));
    const large = await run(`examine 1 swapFile ${path()} present ${2 ** 50}; printf '%s' "$verdict $said"`);
    expect(large).toMatch(/^blocked [\s\S]*It needs 1073741824 MiB, and .* MiB left\./);
    const nowhere = await run(
      `examine 1 swapFile /proc/self/swap present 1048576; printf '%s' "$verdict $said"`,
    );
    expect(nowhere).toMatch(/^blocked /);
  });

  test("a file system that cannot be swapped to, and swap that does not fit into memory", async () => {
    const there = join(folder, "run");
    const refused = await run(
      `mount -t tmpfs tmpfs ${there}; examine 1 swapFile ${there}/swap present 1048576; printf '%s' "$verdict $said"`,
    );
    expect(refused).toMatch(/^blocked /);
    expect(refused).toContain(`A file on tmpfs, as ${there} is, cannot be swap.`);
    expect(refused).toContain("Choose a path on a disk of its own, such as ext4 or xfs.");
    // What fills the memory of this host would end more than a test: only the status is made up, see swapoff(8).
    expect(await run(`swapoff() { return 2; }; swap_off /swap || :`)).toBe(
      "What is swapped out to /swap does not fit into memory: end what needs much of it, then try again.\n",
    );
  });

  test("what undo does: as it was, and gone where it was not", async () => {
    await run(`swap_back ${path()} 2097152 9 >/dev/null`);
    expect(await used()).toContain(`${path()} 2044 9\n`);
    await run(`swap_back ${path()}`);
    expect(await used()).not.toContain(path());
  });

  test("absent", async () => {
    await apply({ size: "2M" });
    expect(await apply({ absent: true })).toContain("used: yes -> no");
    expect(await used()).not.toContain(path());
    expect(await entries()).not.toContain(path());
    expect(await run(`ls -A ${folder}`)).toBe("home\nrun\nupper\nwork\n");
  });
});
