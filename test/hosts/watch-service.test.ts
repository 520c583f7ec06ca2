import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { sshArguments } from "../../src/connect/ssh.ts";
import { eventually } from "./local-fleet.ts";
import { closeConnections, useMachines } from "./machines.ts";
import { checkout } from "./run-folder.ts";
import { supplied } from "./supplied.ts";

const webs = ["web-1", "web-2", "web-3"] as const;
/** All but the control machine know nothing of it; it knows them by addresses. */
const machines = useMachines(["control", "balancer", ...webs], supplied);

/** A web server in perl-base. */
const server = `use strict;
use IO::Socket::IP;
my $server = IO::Socket::IP->new(LocalPort => 8000, Listen => 50, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
    print $client "HTTP/1.0 200 OK\\r\\n\\r\\nfine\\n";
    close $client;
}
`;

const config =
  () => `import { defineFleet, existing, file, loadBalancer, role, service, systemdUnit } from "proog";
const web = role("web", () => {
  const server = file("/srv/server.pl", { from: "server.pl" });
  const unit = systemdUnit("app.service", { content: "[Service]\\nExecStart=/usr/bin/perl /srv/server.pl\\n" });
  return [server, unit, service("app", { enabled: false, restartOn: [server, unit] })];
}, { health: { path: "/healthz", port: 8000, interval: 1, timeout: 1 }, rollout: { ramp: 1, drain: 1 } });
const balancer = role("balancer", ({ fleet }) => loadBalancer({ pool: fleet.pool("web", { port: 8000 }) }));
export default defineFleet({ name: "shop", roles: { web, balancer }, environments: { live: { nodes: {
  web: existing([${webs.map((name) => `{ ssh: "${machines[name].address}", name: "${name}" }`).join(", ")}]),
  balancer: existing([{ ssh: "${machines.balancer.address}", name: "balancer" }]),
} } } });
`;

const unit = "proog-watch-shop-live.service";

/** Runs proog on the control machine, as npm has put it there; what it says with how it ends. */
async function proog(words: string, before = ""): Promise<string> {
  return await machines.control.ssh(
    `cd /srv/fleet && ${before} node_modules/.bin/node node_modules/.bin/proog ${words} </dev/null 2>&1; echo "status $?"`,
  );
}

/** What the service has said since it was started last. */
async function journal(): Promise<string> {
  return await machines.control.ssh(`journalctl --quiet --output=cat --unit=${unit} \\
    _SYSTEMD_INVOCATION_ID="$(systemctl show --value --property=InvocationID ${unit})"`);
}

async function says(pattern: RegExp): Promise<void> {
  const found = async () => (pattern.test(await journal()) ? true : undefined);
  await eventually(found).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${pattern}\n${await journal()}`);
  });
}

/** A folder with a fleet, Node and Proog in it, and a key of root's that the others know. */
beforeAll(async () => {
  const { control } = machines;
  await control.ssh(`mkdir -p /srv/fleet/node_modules/.bin /srv/fleet/node_modules/proog
    ln -s ../proog/bin/proog.js /srv/fleet/node_modules/.bin/proog
    ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519`);
  const copy = `tar -C "$1" -cf - package.json bin dist -C "\${2%/*}" --transform='s:^node$:../.bin/node:' -P "\${2##*/}" | {
    shift 2; "$@" "tar -C /srv/fleet/node_modules/proog -xPf -"; }`;
  await promisify(execFile)("sh", [
    ...["-c", copy, "sh", checkout, process.execPath],
    ...["ssh", ...sshArguments({ ...control.target, fresh: true })],
  ]);
  const key = (await control.ssh("cat /root/.ssh/id_ed25519.pub")).trim();
  const others = ["balancer", ...webs].map((name) => machines[name as "balancer"]);
  await Promise.all(others.map((one) => one.ssh(`echo '${key}' >>/root/.ssh/authorized_keys`)));
  const known = others.flatMap(({ address, hostKeys }) => hostKeys.map((each) => `${address} ${each}\n`));
  const files = {
    "/root/.ssh/known_hosts": known.join(""),
    "/srv/fleet/server.pl": server,
    "/srv/fleet/proog.config.ts": config(),
    "/srv/fleet/package.json": '{ "type": "module" }\n',
  };
  for (const [path, text] of Object.entries(files))
    await control.ssh(`base64 -d >${path} <<'END'\n${Buffer.from(text).toString("base64")}\nEND`);
  expect(await proog("apply --yes")).toMatch(/status 0\n$/);
});

test("a watch as a service of a control machine: installed, killed, rebooted, and taken away", async () => {
  const { control } = machines;
  const stranger = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  expect(await proog("watch --install", stranger)).toBe(
    "error: A service of this machine is made and taken away by root alone.\n" +
      "  sudo, then the same. With --user it runs as somebody else, such as you.\nstatus 1\n",
  );
  expect(await proog("watch --uninstall")).toBe(`There is no ${unit} on this machine.\nstatus 0\n`);
  expect(await proog("watch --install --user ada")).toContain("error: There is no user ada on this machine.");

  // What it lacks that whoever installs it has is said at once: here, a connection that is open already.
  await control.ssh("mv /root/.ssh/known_hosts /root/known_hosts");
  const blind = await proog("watch --install");
  expect(blind).toContain(
    `${unit} is installed, as root. What it does: journalctl -fu ${unit}. What it said`,
  );
  expect(blind).toMatch(/ web {2}cannot be looked at from balancer: .*host key.*\n/);
  await control.ssh("mv /root/known_hosts /root/.ssh/known_hosts");
  await says(/ web {2}is looked at from balancer again/);
  expect(await proog("watch --install web")).toMatch(
    /installed anew, as root\. .* first:\n .* web {2}watched from controller, balancer; 3 nodes\nstatus 0\n$/,
  );
  expect(await proog("watch")).toMatch(
    /^error: Another proog watch is at work on live already\.\n.*\nstatus 4/,
  );

  await machines["web-1"].ssh("systemctl stop app");
  await says(/ web-1 {2}healthy → suspect /);
  await says(/ web-1 {2}suspect → healthy {2}good again/);
  expect(await machines["web-1"].ssh("systemctl is-active app")).toBe("active\n");

  // Most of a pool at once: it may be the checks that are wrong.
  await Promise.all([machines["web-2"], machines["web-3"]].map((one) => one.ssh("systemctl stop app")));
  await says(
    / web {2}2 of 3 look bad at once, so the checks are suspected and nothing is done: GET \/healthz: /,
  );
  expect(await journal()).not.toMatch(/web-[23] {2}restarting/);
  expect(await proog("pool")).toMatch(/web-2 +healthy .* 100 .*\n.*web-3 +healthy .* 100 /);
  await Promise.all([machines["web-2"], machines["web-3"]].map((one) => one.ssh("systemctl start app")));

  // Dead, or its machine: it comes back.
  const state = (boot: string) =>
    control
      .ssh(
        `cat /proc/sys/kernel/random/boot_id; systemctl show --value --property=NRestarts,ActiveState ${unit}`,
      )
      .then((text) => text.replace(boot, "").split(/\s+/).filter(Boolean).join(" "))
      .catch(() => "");
  const boot = (await control.ssh("cat /proc/sys/kernel/random/boot_id")).trim();
  await control.ssh(`systemctl kill --signal=KILL ${unit}`);
  await expect.poll(() => state(boot), { interval: 500 }).toBe("1 active");
  await control.ssh("systemctl reboot").catch(() => {});
  await closeConnections(control);
  await expect.poll(() => state(boot), { interval: 500 }).toMatch(/^[-0-9a-f]{36} 0 active$/);
  await says(/ web {2}watched from controller, balancer; 3 nodes/);

  expect(await proog("watch --uninstall")).toContain(
    `\n${unit} is gone. Nobody watches live from here.\nstatus 0\n`,
  );
  expect(
    await control.ssh(`systemctl list-unit-files 'proog-*' --no-legend; pgrep --full '[p]robe.pl' || :`),
  ).toBe("");
});
