import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { eventsOf, finishedOf, parseEvents, runOf, useFleet } from "./fleet-folder.ts";
import { archiveSource, buildArchive, makeArchive } from "./kinds/local-archive.ts";
import { slowRun, startSlowly, waitUntil } from "./slow-run.ts";

const fleet = useFleet("faults", "web: 1");
const web = () => fleet.node("web-1");
const home = "/var/lib/proog";
const update = "apt-get update >/dev/null";

/** What a person reads, whatever the width of the lines. */
const read = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
  `${stdout}${stderr}`.replace(/\s+/g, " ");

/** Applies what cannot be done now, and gives what is said. */
async function applyInVain(): Promise<string> {
  const ended = await fleet.proog("apply", "--yes");
  expect(ended.status, read(ended)).toBe(3);
  return read(ended);
}

/** The fault is over: what was begun is finished, and nothing is left of it. */
async function expectRecovery(): Promise<void> {
  const next = await fleet.proog("apply", "--yes");
  expect(next.status, read(next)).toBe(0);
  const plan = await fleet.proog("plan");
  expect(plan.status, read(plan)).toBe(0);
  const left = `find / -xdev -name '.proog-[0-9]*'; ls ${home}/pending; ls -d ${home}/current ${home}/runs/*/blobs /run/proog.*`;
  expect(await web().ssh(`{ ${left}; } 2>/dev/null; true`)).toBe("");
}

/** Mounts a small file system there; what is there comes along. */
const mountSmall = (path: string, options: string) =>
  web().ssh(`mkdir -p ${path} /run/kept && cp -a ${path}/. /run/kept/
    mount -t tmpfs -o mode=700,${options} tmpfs ${path} && cp -a /run/kept/. ${path}/ && rm -rf /run/kept`);
const fill = (path: string) => web().ssh(`cat /dev/zero >${path}/filler 2>/dev/null; ls ${path}/filler`);

afterEach(async () => {
  await web().ssh(
    `for place in ${home} /var/lib /srv /tmp; do ! mountpoint -q $place || umount -l $place; done`,
  );
});

describe("no room", () => {
  test("where runs are kept: nothing is begun", async () => {
    fleet.declare(`file("/etc/room", { content: "room\\n" }),`);
    await mountSmall(home, "size=1m");
    await fill(home);
    const said = await applyInVain();
    expect(said).toContain(
      "The run could not be written to web-1, so nothing was changed: there is no room left on the file system of /var/lib/proog.",
    );
    expect(said).toContain("Make room there, and apply again. On it: df -h /var/lib/proog");
    expect(await web().ssh("ls /etc/room 2>&1 || true")).toContain("No such file");
    await web().ssh(`rm ${home}/filler`);
    await expectRecovery();
  });

  test("that the run itself uses up: it still says what failed, and why", async () => {
    fleet.declare(`
      file("/etc/before-full", { content: "before\\n" }),
      run("cat /dev/zero >${home}/filler || : >/etc/filled", { name: "fill", creates: "/etc/filled" }),
      file("/etc/before-full-too", { content: "x".repeat(100_000) }),`);
    await mountSmall(home, "size=2m");
    const said = await applyInVain();
    expect(said).toContain("web-1 failed: file /etc/before-full-too");
    expect(said).toContain(
      `There is no room left on the file system of ${home} (df -h ${home}). Make room there, and apply again.`,
    );
    await web().ssh(`rm ${home}/filler`);
    await expectRecovery();
  });

  test("for what the last look at everything finds: it does not say that all is in order", async () => {
    fleet.declare(`
      run("cat /dev/zero >${home}/filler || : >/etc/filled-last", { name: "fill-last", creates: "/etc/filled-last" }),
      run("true", { name: "never", unless: "test -e /etc/never" }),
      file("/etc/last", { content: "last\\n" }),`);
    await mountSmall(home, "size=2m");
    await web().ssh(": >/etc/never");
    await applyInVain();
    await web().ssh(`rm ${home}/filler`);
    await expectRecovery();
  });

  test("beside a file: the old one stays as it was", async () => {
    fleet.declare(`file("/srv/text", { content: "old\\n" }),`);
    await mountSmall("/srv", "size=100k");
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    fleet.declare(`file("/srv/text", { content: "new\\n".repeat(50_000) }),`);
    const said = await applyInVain();
    expect(said).toContain("No space left on device");
    expect(said).toContain("There is no room left on the file system of /srv (df -h /srv).");
    expect(await web().ssh("cat /srv/text; ls -A /srv")).toBe("old\ntext\n");
    await web().ssh("mount -o remount,size=1m /srv");
    await expectRecovery();
  });

  test("no inodes, beside a file and where runs are kept", async () => {
    fleet.declare(`directory("/srv/inodes"), file("/srv/inodes/text", { content: "text\\n" }),`);
    await mountSmall("/srv", "size=1m,nr_inodes=2");
    const said = await applyInVain();
    expect(said).toContain(
      "There are no inodes left on the file system of /srv/inodes (df -i /srv/inodes). Remove files there",
    );
    await web().ssh("mount -o remount,nr_inodes=100 /srv");
    await mountSmall(home, "size=4m");
    await web().ssh(`mount -o remount,nr_inodes=$(($(df --output=iused ${home} | sed 1d))) ${home}`);
    expect(await applyInVain()).toContain("there are no inodes left on the file system of /var/lib/proog.");
    await web().ssh(`mount -o remount,nr_inodes=10000 ${home}`);
    await expectRecovery();
  });
});

describe("read-only", () => {
  test("where runs are kept: nothing is begun", async () => {
    fleet.declare(`file("/etc/writable", { content: "text\\n" }),`);
    await web().ssh("mount --bind /var/lib /var/lib; mount -o remount,bind,ro /var/lib");
    const said = await applyInVain();
    expect(said).toContain(
      "so nothing was changed: /var/lib/proog is on a file system that is mounted read-only.",
    );
    expect(said).toContain(
      "Mount it to be written to, and apply again. On it: findmnt --target /var/lib/proog",
    );
    expect((await fleet.proog("plan")).status).toBe(2);
    await web().ssh("umount -l /var/lib");
    await expectRecovery();
  });

  test("one file system: the resource says so", async () => {
    fleet.declare(`file("/srv/writable", { content: "text\\n" }),`);
    await mountSmall("/srv", "size=1m");
    await web().ssh("mount -o remount,ro /srv");
    expect(await applyInVain()).toContain(
      "/srv is on a file system that is mounted read-only. Mount it to be written to, and apply again.",
    );
    await web().ssh("mount -o remount,rw /srv");
    await expectRecovery();
  });
});

describe("packages", () => {
  const slow = "echo began >/run/slow-began; while [ -e /run/slow ]; do sleep 0.1; done";

  test("/tmp with noexec is no matter", async () => {
    await web().ssh(
      `${makeArchive({ name: "f-plain", postinst: "true" })}\n${update}\nmount -t tmpfs -o noexec tmpfs /tmp`,
    );
    fleet.declare(`
      apt("f-plain"),
      file("/etc/noexec", { content: "text\\n", validate: "grep -q text %" }),
      run("touch /srv/noexec", { creates: "/srv/noexec" }),`);
    await expectRecovery();
    const { stdout: program } = await fleet.proog("catalog", "web-1");
    expect((await web().login("sh -s -- check", program)).stdout).toContain("3 resources: 0 to change");
  });

  test("a dpkg that was interrupted is brought to its end, and that is said", async () => {
    await web().ssh(
      `${makeArchive({ name: "f-slow", postinst: slow }, { name: "f-next" })}\n${update}\n: >/run/slow`,
    );
    fleet.declare(`apt("f-slow"), apt("f-next"),`);
    const running = fleet.start("apply", "--yes", "--json");
    await web().ssh("until [ -e /run/slow-began ]; do sleep 0.05; done");
    await web().ssh(`pkill -KILL -s $(cat ${home}/runs/${runOf(running)}/pid); ls /var/lib/dpkg/updates/0*`);
    expect((await running.ended).status).toBe(3);
    await web().ssh("rm /run/slow");
    const next = await fleet.proog("apply", "--yes");
    expect(read(next)).toContain(
      "web-1: dpkg was interrupted earlier: finishing that first, with dpkg --configure -a.",
    );
    expect(next.status).toBe(0);
    expect(await web().ssh("dpkg --audit; ls /var/lib/dpkg/updates")).toBe("");
    await expectRecovery();
  });

  test("packages in the middle of which dpkg was killed are unpacked again, or removed where there is no archive of them", async () => {
    const preinst = "#!/bin/sh\n[ ! -e /run/tear ] || kill -KILL $PPID";
    const torn = (name: string, fields?: string) => ({
      name,
      control: { preinst },
      ...(fields && { fields }),
    });
    await web().ssh(
      `${makeArchive(torn("f-torn", "Depends: f-below"), torn("f-below"), torn("f-going"))}\n${update}
      (${buildArchive("/srv/elsewhere", [torn("f-file"), torn("f-lost")])})`,
    );
    const contents = Buffer.from(await web().ssh("base64 -w 0 /srv/elsewhere/f-file_1.0_all.deb"), "base64");
    writeFileSync(join(fleet.path, "f-file.deb"), contents);
    await web().ssh(`cd /srv; touch /run/tear
      for package in archive/f-torn archive/f-below archive/f-going elsewhere/f-file elsewhere/f-lost; do
        dpkg --force-depends --install "$package"_1.0_all.deb || true
      done >/dev/null 2>&1
      rm /run/tear; rm -r elsewhere
      flock ${home}/lock sh -c 'echo died >${home}/current'`);
    expect(
      await web().ssh("dpkg-query --show --showformat '${db:Status-Eflag}\\n' | grep -c reinstreq"),
    ).toBe("5\n");
    fleet.declare(
      `apt("f-torn"), apt("f-going", { absent: true }), debFile("f-file", { from: "f-file.deb" }),`,
    );
    const next = await fleet.proog("apply", "--yes");
    expect(next.status, read(next)).toBe(0);
    expect(read(next)).toContain(
      "web-1: dpkg was killed in the middle of f-below f-going f-torn: unpacking that again.",
    );
    expect(await web().ssh("dpkg --audit; dpkg-query --show 'f-torn' f-below f-file")).toBe(
      "f-below\t1.0\nf-file\t1.0\nf-torn\t1.0\n",
    );
    await expectRecovery();
  });

  test("a maintainer script that fails is shown; mended on the machine or in the archive, the next apply goes on", async () => {
    const broken = "echo no luck today >&2; exit 3";
    await web().ssh(
      `${makeArchive({ name: "f-here", postinst: broken }, { name: "f-there", postinst: broken })}\n${update}`,
    );
    fleet.declare(`apt("f-here"), apt("f-there"),`);
    expect(await applyInVain()).toContain("no luck today");
    await web().ssh("printf '#!/bin/sh\\n' >/var/lib/dpkg/info/f-here.postinst");
    await web().ssh(makeArchive({ name: "f-here", postinst: broken }, { name: "f-there", version: "1.1" }));
    await expectRecovery();
    expect(await web().ssh("dpkg-query --show f-here f-there; dpkg --audit")).toBe(
      "f-here\t1.0\nf-there\t1.1\n",
    );
  });

  test("a dpkg that was interrupted and cannot be brought to its end: what fails is named with its last words, the rest goes on", async () => {
    const broken = "echo looking around; echo no luck today >&2; exit 3";
    await web().ssh(
      `${makeArchive({ name: "f-stuck", postinst: broken }, { name: "f-well" }, { name: "f-beside" })}\n${update}
      ! apt-get --assume-yes install f-stuck >/dev/null 2>&1
      dpkg-query --status f-stuck >/var/lib/dpkg/updates/0000`,
    );
    fleet.declare(`apt("f-well"), file("/etc/after-well", { content: "x" }),`);
    const well = await fleet.proog("apply", "--yes");
    expect(read(well)).toContain("dpkg was interrupted earlier: finishing that first");
    expect(read(well)).toContain(
      "web-1: dpkg cannot bring f-stuck to its end, since a script of its own fails: looking around / no luck today. Mend it, or remove the package; dpkg --configure f-stuck shows what it says.",
    );
    expect(well.status, read(well)).toBe(0);
    expect(await web().ssh("dpkg-query --show f-well; cat /etc/after-well; ls /var/lib/dpkg/updates")).toBe(
      "f-well\t1.0\nx",
    );
    fleet.declare(`apt("f-stuck"), apt("f-beside"), file("/etc/after-stuck", { content: "x" }),`);
    const said = await applyInVain();
    expect(said).toMatch(/web-1 failed( after [\d.]+ s)?: apt f-stuck/);
    expect(said).toContain("no luck today");
    expect(said).toContain("dpkg cannot bring f-stuck to its end, since a script of its own fails.");
    expect(said).toContain("1 of 3 changes done, nothing after this was tried");
    expect(await web().ssh("dpkg-query --show f-beside; ls /etc/after-stuck 2>&1 || true")).toMatch(
      /^f-beside\t1\.0\n.*No such file/,
    );
    await web().ssh("printf '#!/bin/sh\\n' >/var/lib/dpkg/info/f-stuck.postinst");
    await expectRecovery();
    expect(await web().ssh("dpkg --audit; dpkg-query --show f-stuck; cat /etc/after-stuck")).toBe(
      "f-stuck\t1.0\nx",
    );
  });

  /** Holds the locks of dpkg as dpkg does, fcntl(2), two minutes at most, and gives the process that does. */
  async function holdDpkg(): Promise<string> {
    const held = await web().ssh(`rm -f /run/held
      setsid perl -e 'alarm 120; my $flock = pack("ssx4qqix4", 1, 0, 0, 0, 0); my @held;
        for my $path ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock") {
          open(my $lock, ">>", $path) or die; fcntl($lock, 6, $flock) or die "$path: $!"; push @held, $lock;
        }
        open(my $told, ">", "/run/held.new") or die; print $told $$; close($told);
        rename("/run/held.new", "/run/held") or die; sleep' >/run/hold.log 2>&1 </dev/null &
      n=0; until [ -e /run/held ]; do n=$((n + 1)); [ $n -lt 200 ] || { cat /run/hold.log >&2; exit 1; }; sleep 0.05; done
      cat /run/held`);
    onTestFinished(async () => void (await letGo(held)));
    return held;
  }

  const letGo = (holder: string) => web().ssh(`kill ${holder} 2>/dev/null || true`);

  const aroundLocked = `file("/etc/before-lock", { content: "x" }), apt("f-locked"), file("/etc/after-lock", { content: "x" }),`;

  test("a dpkg that somebody else is at is waited for, and who that is, is said meanwhile", async () => {
    await web().ssh(`${makeArchive({ name: "f-locked" })}\n${update}`);
    fleet.declare(aroundLocked);
    const holder = await holdDpkg();
    const running = fleet.start("apply", "--yes", "--json");
    const waits = new RegExp(
      `Waiting for perl \\(${holder}\\), which holds /var/lib/dpkg/lock-frontend and was started \\d+ seconds? ago, for at most 10 minutes\\.`,
    );
    await waitUntil("it says that it waits", () => waits.test(running.stdout));
    expect(await web().ssh("dpkg-query --show f-locked 2>&1 || true")).toContain("no packages found");
    await letGo(holder);
    const { stdout, status } = await running.ended;
    expect(status, stdout).toBe(0);
    const notes = eventsOf(parseEvents(stdout), "note").filter(({ text }) => waits.test(text));
    expect(notes).toHaveLength(1);
    await expectRecovery();
  });

  test("a dpkg that somebody else is at for longer than the machine's apt waits: that is said, and nothing begun", async () => {
    await web().ssh(`apt-get --assume-yes purge f-locked >/dev/null 2>&1; rm -f /etc/before-lock /etc/after-lock
      echo 'DPkg::Lock::Timeout "2";' >/etc/apt/apt.conf.d/90patience`);
    onTestFinished(async () => void (await web().ssh("rm -f /etc/apt/apt.conf.d/90patience")));
    fleet.declare(aroundLocked);
    const holder = await holdDpkg();
    const said = await applyInVain();
    expect(said).toMatch(/web-1 failed( after [\d.]+ s)?: apt f-locked/);
    expect(said).toMatch(
      new RegExp(
        `perl \\(${holder}\\), which was started \\d+ seconds? ago, still holds /var/lib/dpkg/lock-frontend after 2 seconds\\. Look at it there, and apply again when it has ended\\.`,
      ),
    );
    expect(said).toContain("1 of 3 changes done, nothing after this was tried");
    expect(await web().ssh("dpkg --audit; dpkg-query --show f-locked 2>&1 || true")).toContain("no packages");
    await letGo(holder);
    await expectRecovery();
    expect(await web().ssh("dpkg-query --show f-locked; cat /etc/after-lock")).toBe("f-locked\t1.0\nx");
  });

  test("a mirror that goes away in the middle of a package", async () => {
    const big = "head -c 300000 /dev/urandom >build/etc/big";
    await web().ssh(`${makeArchive({ name: "f-mirrored" }).replace("dpkg-deb", `${big}\ndpkg-deb`)}`);
    let dying = false;
    const server = createServer((request, response) => {
      void web()
        .ssh(`base64 -w 0 /srv/archive${request.url} 2>/dev/null || true`)
        .then((text) => answer(response, Buffer.from(text, "base64"), dying));
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    onTestFinished(() => void server.close());
    const gateway = web().address.replace(/\d+$/, "1");
    const { port } = server.address() as AddressInfo;
    await web().ssh(`echo 'deb [trusted=yes] http://${gateway}:${port} ./' >${archiveSource.path}
      echo 'Acquire::Retries "0";' >/etc/apt/apt.conf.d/90retries; ${update}`);
    fleet.declare(
      `file("/etc/before-mirror", { content: "x" }), apt("f-mirrored"), file("/etc/after-mirror", { content: "x" }),`,
    );
    dying = true;
    const said = await applyInVain();
    expect(said).toMatch(/web-1 failed( after [\d.]+ s)?: apt f-mirrored/);
    expect(said).toMatch(/Failed to fetch http:\/\/[^ ]+f-mirrored_1\.0_all\.deb/);
    expect(said).toContain("Look at the mirror, and at the way to it from here, and apply again.");
    expect(said).toContain("1 of 3 changes done, nothing after this was tried");
    expect(await web().ssh("dpkg --audit; ls /etc/after-mirror 2>&1 || true")).toContain("No such file");
    dying = false;
    await expectRecovery();
  });
});

/** The whole of it, or half of a package before the connection ends. */
function answer(response: ServerResponse, content: Buffer, dying: boolean): void {
  if (content.length === 0) response.writeHead(404).end();
  else if (!dying || content.length < 10_000) response.end(content);
  else {
    response.writeHead(200, { "Content-Length": content.length });
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  }
}

describe("a clock that was a year ahead", () => {
  test("runs, marks and files of next year do no harm", async () => {
    fleet.declare(`
      ...(() => {
        const conf = file("/etc/clock.conf", { content: "first\\n" });
        const unit = systemdUnit("clock.service", { content: "[Service]\\nExecStartPre=/bin/sh -c 'echo start >>/run/clock'\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n" });
        return [conf, unit, service("clock", { restartOn: [conf] })];
      })(),`);
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    await web().ssh(`next='2 years'
      for number in $(seq 100 160); do
        run=${home}/runs/20281122-231542-0$number
        mkdir $run; echo x >$run/token; echo "x y" >$run/by; : >$run/log; : >$run/begun; : >$run/seen
      done
      echo old >/etc/clock.conf; echo 'later 3 0' >${home}/pending/restart.service.clock
      find ${home} /etc/clock.conf -exec touch --no-dereference --date "$next" {} +`);
    const { events, status } = await fleet.events("apply", "--yes");
    expect(finishedOf(events)).toEqual(["done file /etc/clock.conf", "done service clock"]);
    expect(status).toBe(0);
    expect(await web().ssh("cat /etc/clock.conf /run/clock")).toBe("first\nstart\nstart\n");
    await expectRecovery();
    await web().ssh(`rm -r ${home}/runs/2028*`);
  });

  test("nor does a clock that goes a year back between two runs", async () => {
    await web().ssh(`rm -f ${archiveSource.path}; mv /root/*.sources /etc/apt/sources.list.d/
      apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends faketime >/dev/null 2>&1
      ${makeArchive({ name: "f-later", postinst: "true" })}\n${update}
      echo -365d >/etc/faketimerc; cp $(find / -xdev -name libfaketime.so.1) /usr/local/lib/; echo /usr/local/lib/libfaketime.so.1 >/etc/ld.so.preload`);
    onTestFinished(async () => void (await web().ssh("rm -f /etc/ld.so.preload")));
    const year = new Date().getUTCFullYear() - 1;
    expect(await web().ssh("date +%Y")).toBe(`${year}\n`);
    fleet.declare(`
      ...(() => {
        const conf = file("/etc/clock.conf", { content: "second\\n" });
        const unit = systemdUnit("clock.service", { content: "[Service]\\nExecStartPre=/bin/sh -c 'echo start >>/run/clock'\\nExecStart=/bin/sleep 100000\\n[Install]\\nWantedBy=multi-user.target\\n" });
        return [apt("f-later"), conf, unit, service("clock", { restartOn: [conf, unit] })];
      })(),`);
    const { events, status } = await fleet.events("apply", "--yes");
    expect(finishedOf(events)).toEqual([
      "done apt f-later",
      "done file /etc/clock.conf",
      "done systemdUnit clock.service",
      "done service clock",
    ]);
    expect(status).toBe(0);
    await expectRecovery();
  });
});

describe("/var/lib/proog lost", () => {
  const declare = (name: string, content: string, between = "") =>
    fleet.declare(`
      ...(() => {
        const conf = file("/etc/${name}.conf", { content: "${content}\\n" });
        const unit = systemdUnit("${name}.service", { content: "[Service]\\nExecStartPre=/bin/sh -c 'echo start >>/run/${name}'\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n" });
        return [conf, unit, ${between} service("${name}", { restartOn: [conf] }), file("/etc/${name}-last", { content: "${content}\\n" })];
      })(),`);

  test("between two runs: the next one needs nothing of it", async () => {
    declare("lost", "first");
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    await web().ssh(`rm -rf ${home}`);
    expect((await fleet.proog("plan")).status).toBe(0);
    declare("lost", "second");
    await expectRecovery();
    expect(await web().ssh(`cat /run/lost /etc/lost.conf; stat --format %a ${home}`)).toBe(
      "start\nstart\nsecond\n700\n",
    );
  });

  test("during a run: it ends, and what is due is not forgotten", async () => {
    declare("going", "first");
    expect((await fleet.proog("apply", "--yes")).status).toBe(0);
    declare("going", "second", slowRun("losing"));
    const running = await startSlowly(fleet, "losing");
    await web().ssh(`rm -rf ${home}; : >/run/losing-go`);
    const { stdout, status } = await running.ended;
    expect(status).toBe(3);
    const events = parseEvents(stdout);
    expect(finishedOf(events)).toEqual([
      "done file /etc/going.conf",
      "done run losing",
      "failed service going",
      "unreached file /etc/going-last",
    ]);
    const failed = eventsOf(events, "resource-finished").find(({ outcome }) => outcome === "failed");
    expect(failed?.output).toContain(
      `${home} was removed while this run went on, so it ends here. Nothing else is lost: apply again.`,
    );
    expect(await web().ssh(`ls ${home}/pending`)).toBe("restart.service.going\n");
    await expectRecovery();
    expect(await web().ssh("cat /run/going")).toBe("start\nstart\n");
  });
});

test("what killed commands have left half done is brought to its end: accounts, their locks, packages", async () => {
  fleet.declare(`${slowRun("half")} user("half-made", { system: true }), group("lonely"), apt("dpkg"),`);
  const running = await startSlowly(fleet, "half");
  const run = `${home}/runs/${runOf(running)}`;
  await web().ssh(`pkill -KILL -s $(cat ${run}/pid)
    echo 'user half-made' >${run}/at
    echo 'half-made:x:977:977::/home/half-made:/usr/sbin/nologin' >>/etc/passwd
    echo 'lonely:x:976:' >>/etc/group
    echo 999999 >/etc/group.lock; : >/etc/shadow.999999; : >/etc/passwd+
    dpkg-query -s dpkg >/var/lib/dpkg/updates/0000
    : >/srv/half`);
  expect((await running.ended).status).toBe(3);
  const next = await fleet.proog("apply", "--yes");
  expect(read(next)).toContain("died at user half-made; this run finishes it");
  expect(read(next)).toContain("An account was only half made when that run died: bringing it to its end.");
  expect(read(next)).toContain(
    "dpkg was interrupted earlier: finishing that first, with dpkg --configure -a.",
  );
  expect(next.status).toBe(0);
  expect(
    await web().ssh(`getent shadow half-made | cut -d : -f 1; getent group half-made; getent gshadow lonely | cut -d : -f 1
      ls /etc/*.lock /etc/shadow.9* /etc/passwd+ /var/lib/dpkg/updates/0* 2>/dev/null; true`),
  ).toBe("half-made\nhalf-made:x:977:\nlonely\n");
  await expectRecovery();
});

test.each([
  { slow: "group-members", at: "group halved", expected: "halved:!::bin,mail\nother:!::\n" },
  // Into one, and out of the other one; who else is in them is a matter of others.
  { slow: "user-groups", at: "user bin", expected: "halved:!::bin,mail\nother:!::mail\n" },
])(
  "members of a group, of which a command that was killed at $at had written one of two files",
  async ({ slow, at, expected }) => {
    fleet.declare(`${slowRun(slow)} group("halved", { members: ["bin", "mail"] }),`);
    await web().ssh("groupadd -f halved; groupadd -f other; gpasswd -M '' halved; gpasswd -M '' other");
    const running = await startSlowly(fleet, slow);
    const run = `${home}/runs/${runOf(running)}`;
    await web().ssh(`pkill -KILL -s $(cat ${run}/pid)
    echo '${at}' >${run}/at
    sed -i 's/^halved:.*:/&bin,mail/; s/^other:.*:/&mail/' /etc/group
    [ '${at}' = 'group halved' ] || sed -i 's/^halved:.*:/&mail/; s/^other:.*:/&bin/' /etc/gshadow
    touch /srv/${slow}`);
    expect((await running.ended).status).toBe(3);
    const next = await fleet.proog("apply", "--yes");
    expect(read(next)).toContain("An account was only half made when that run died: bringing it to its end.");
    expect(next.status).toBe(0);
    expect(await web().ssh("grep '^halved\\|^other' /etc/gshadow")).toBe(expected);
    await expectRecovery();
  },
);
