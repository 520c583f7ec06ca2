import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";
import { bringRepository, repository } from "./kinds/svn-repository.ts";

const fleet = useFleet("undo-files", "web: 1");
const web = () => fleet.node("web-1");

/** Paths, kinds, owners, modes, targets and contents below /srv; nothing that has to do with time. */
const listing = () =>
  web().ssh(`cd /srv; find . -mindepth 1 -path '*/.svn/*' -prune -o -printf '%p %y %m %U:%G %l\\n' | sort
    find . -type f ! -path '*/.svn/*' -print0 | sort -z | xargs -0 -r sha256sum -z | tr '\\0' '\\n'`);

async function apply(items: string): Promise<string> {
  fleet.declare(items);
  return await fleet.succeed("apply");
}

const undo = (run: string, ...options: string[]) => fleet.succeed("undo", run, ...options);

function writeFolder(): void {
  const site = join(fleet.path, "site");
  mkdirSync(join(site, "css"), { recursive: true });
  mkdirSync(join(site, "new/inner"), { recursive: true });
  writeFileSync(join(site, "index.html"), "hello\n");
  writeFileSync(join(site, "css/site.css"), "body {}\n");
  writeFileSync(join(site, "new/inner/a b\n'"), "new\n");
  writeFileSync(join(site, "was-folder"), "file\n");
  rmSync(join(site, "latest"), { force: true });
  symlinkSync("css/site.css", join(site, "latest"));
  execFileSync("tar", ["-czf", join(fleet.path, "engine.tar.gz"), "-C", site, "css"]);
}

const start = `rm -rf /srv/*; mkdir -p /srv/site/css /srv/site/extra/deep /srv/site/was-folder/x && cd /srv/site && echo old >index.html &&
  chown daemon:nogroup index.html && printf 'body {}\\n' >css/site.css && chmod 600 css/site.css && chmod 711 css &&
  echo precious >extra/deep/leaf && ln -s leaf extra/deep/link && chmod 0 extra/deep/leaf && echo file >latest &&
  printf '[a]\\nb=c\\n' >/srv/text && chmod 4640 /srv/text && chown daemon /srv/text`;

const items = `
  tree("/srv/site", { from: "site", removeExtras: true }),
  archive("/srv/engine", { from: "engine.tar.gz" }),
  line("/srv/text", { line: "d=e" }),
  iniFile("/srv/text", { section: "a", key: "b", value: "f" }),
  logrotate("engine", { files: ["/srv/x"] }),
`;

test("trees, archives and lines come back, and go again", async () => {
  writeFolder();
  await web().ssh(start);
  const before = await listing();
  const run = await apply(items);
  const applied = await listing();
  expect(applied).not.toBe(before);

  const undone = await undo(run);
  expect(await listing()).toBe(before);
  await web().ssh("! test -e /etc/logrotate.d/engine");

  const redone = await undo(undone);
  expect(await listing()).toBe(applied);
  expect((await fleet.proog("plan")).status).toBe(0);

  await undo(redone);
  expect(await listing()).toBe(before);
});

test("what others have changed in a tree since is left alone unless it is to be overwritten", async () => {
  writeFolder();
  await web().ssh(start);
  const before = await listing();
  const run = await apply(items);
  await web().ssh("echo since >/srv/site/index.html; echo upload >/srv/site/new/upload");
  const { status, stdout } = await fleet.proog("undo", "--yes", run);
  expect(status, stdout).toBe(3);
  await web().ssh("grep -qx since /srv/site/index.html");

  await undo(run, "--overwrite");
  // What came since into a folder that was made stays, and the folder with it.
  await web().ssh("grep -qx upload /srv/site/new/upload && rm -r /srv/site/new");
  expect(await listing()).toBe(before);
});

test("working copies of Subversion go back to where they were, with what was changed by hand", async () => {
  const trunk = `${repository()}/trunk`;
  await web().ssh(`rm -rf /srv/*; ${bringRepository}
    cd /srv; for name in moved switched gone; do svn checkout --quiet --revision 2 ${trunk} $name; done
    cd moved; echo mine >text; echo extra >extra; svn rm --quiet names/-rf; svn propset --quiet x y names
    svn rm --quiet 'two words'; mkdir new; echo new >new/a@b; svn add --quiet new; svn propdel --quiet svn:executable tool
    chown -R daemon:nogroup .; cd ../gone; echo precious >text; echo precious >extra`);
  const state = async () =>
    (await listing()) +
    (await web().ssh(
      `cd /srv; for name in moved switched gone made; do [ ! -e $name ] || (cd $name; svn info --show-item url .; svnversion; svn status); done`,
    ));
  const before = await state();
  const run = await apply(`
    svn("/srv/moved", { from: "${trunk}" }),
    svn("/srv/switched", { from: "${repository()}/tags/1" }),
    svn("/srv/gone", { absent: true }),
    svn("/srv/made", { from: "${trunk}", owner: "daemon" }),
  `);
  const applied = await state();
  expect(applied).toMatch(/^\.\/made\/added f 644 1:1/m);

  const undone = await undo(run);
  expect(await state()).toBe(before);

  const redone = await undo(undone);
  expect(await state()).toBe(applied);
  expect((await fleet.proog("plan")).status).toBe(0);
  await undo(redone);
  expect(await state()).toBe(before);
});
