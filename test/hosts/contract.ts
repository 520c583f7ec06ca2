import { describe, expect, test } from "vitest";
import type { Resource } from "../../src/resources/kind.ts";
import { type Applied, declareNode, type Planned, planNode, silentCredentials } from "./engine.ts";
import type { Case } from "./kinds/case.ts";
import { compareListing, type Depth, keepListing } from "./listing.ts";
import { type HostMachine, useMachines, withoutGenerators } from "./machines.ts";
import { release } from "./release.ts";

/**
 * How a login can be set up by others, with all that commands read from it. The folder that it starts in is gone; one process
 * keeps it, since there are thousands of logins.
 */
const oddLogin = `umask 077
{ read -r keeper </run/gone.keeper && cd "/proc/$keeper/cwd"; } 2>/dev/null || {
  mkdir -p /run/gone && cd /run/gone && rmdir /run/gone
}
PWD=/run/gone
export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 TZ=Pacific/Kiritimati
export POSIXLY_CORRECT=1 QUOTING_STYLE=c TIME_STYLE=long-iso COLUMNS=20 CDPATH=/etc IFS=/ TMPDIR=/nowhere
export TAR_OPTIONS=--verbose GREP_COLORS=mt=31 SYSTEMD_COLORS=1 SYSTEMD_PAGER=false XDG_CONFIG_HOME=/nowhere
`;

/** Until a reboot. */
const keepGone = `[ -e /run/gone.keeper ] || {
  mkdir -p /run/gone && cd /run/gone && rmdir /run/gone
  setsid sh -c 'kill -STOP $$' </dev/null >/dev/null 2>&1 &
  echo $! >/run/gone.keeper
}`;

/** The engine's far ends of the case before tidy up after themselves when they are left: waits until they are through. */
const sessionsEnded = `n=0
while set -- /run/proog.*/token && [ -e "$1" ] && [ $n -lt 200 ]; do n=$((n + 1)); sleep 0.02; done`;

/** Enough for programs to speak German, in the order of bytes. */
const foreignLocale = "cp -rT /usr/lib/locale/C.utf8 /usr/lib/locale/de_DE.utf8";

/** Kinds whose cases have lines in /etc/fstab. */
const kindsOfFstab: ReadonlySet<string> = new Set(["mount", "swapFile"]);

/**
 * Kinds whose cases run at a plain login, too; those of all kinds with `PROOG_TEST_WHOLE=1`. What holds at an odd login holds
 * at a plain one, so these stand for the rest.
 */
const plainToo = ["symlink"];

/**
 * Every so many cases, the program runs by hand, too: it is the same one, and only how it is started differs. Then somebody was asked
 * meanwhile, so that apply looks at all again before it changes anything; in the other cases nobody was, as with `--yes`.
 */
const byHandEach = process.env.PROOG_TEST_WHOLE === "1" ? 1 : 4;

/**
 * What every kind keeps, on a real machine and for each of its cases: a check changes nothing, the plan says what is
 * the matter, apply does it, the proof holds, and then there is nothing left to do. All of it at a login with an odd
 * environment. The kinds share a machine for each login, one kind after the other.
 */
export function contract(casesOf: ReadonlyMap<string, readonly Case[]>): void {
  const kinds = [...casesOf.keys()];
  const logins = kinds.some(isPlainToo) ? ["plain", "odd"] : ["odd"];
  const nameOf = (login: string) => `${kinds[0]?.toLowerCase()}-${login}`;
  const machines = useMachines(logins.map(nameOf), release);
  for (const [kind, cases] of casesOf) {
    describe(kind, { concurrent: false }, () => {
      describe.for(isPlainToo(kind) ? ["plain", "odd"] : ["odd"])("%s login", (login) => {
        const machine = () => found(machines, nameOf(login));
        test("the machine is ready", async () => {
          // What systemd still starts would be taken for changes.
          await machine().ssh("systemctl is-system-running --wait >/dev/null || true");
          await machine().ssh(kinds.some((kind) => kindsOfFstab.has(kind)) ? "" : withoutGenerators("fstab"));
          if (login === "odd")
            await machine().ssh(`${foreignLocale}\n${keepGone}\ncat >/root/.bashrc <<'END'\n${oddLogin}END`);
          const { stdout } = await machine().login("umask; rm /nowhere 2>&1");
          expect(stdout).toContain(login === "odd" ? "0077\nrm: das Entfernen" : "0022\nrm: cannot remove");
        });
        const each = cases.map((given, index) => ({ ...given, byHand: index % byHandEach === 0 }));
        test.for(each)("$name", (given) => keepContract(machine(), given));
        test("nothing of a run stays behind", async () => {
          const left = "ls -d /run/proog.* 2>/dev/null; find / -xdev -name '.proog-*'";
          await expect.poll(() => machine().ssh(`${left}; true`)).toBe("");
        });
      });
    });
  }
}

function isPlainToo(kind: string): boolean {
  return plainToo.includes(kind) || process.env.PROOG_TEST_WHOLE === "1";
}

function found(machines: Readonly<Record<string, HostMachine>>, name: string): HostMachine {
  const machine = machines[name];
  if (!machine) throw new Error(`There is no machine ${name}.`);
  return machine;
}

/** What the run before has put off until it had said its end; and the last word in its log, which comes when its process is gone. */
const runEnded = `[ ! -e /var/lib/proog/lock ] || flock /var/lib/proog/lock true
last='' n=0
for last in /var/lib/proog/runs/*/log; do :; done
until [ ! -e "$last" ] || grep -q " gone [0-9]*$" "$last" || [ $n -gt 100 ]; do n=$((n + 1)); sleep 0.02; done`;

/** All of it for one case on a machine that others may have used before. */
export async function keepContract(
  machine: HostMachine,
  given: Case & { readonly byHand?: boolean },
): Promise<void> {
  const sessions: Planned[] = [];
  try {
    await runCase(machine, given, sessions);
  } catch (error) {
    for (const session of sessions) session.close();
    // The failure is what matters, not what cannot be tidied up after it.
    if (given.clean) await machine.ssh(given.clean).catch(() => {});
    throw error;
  }
  if (given.clean) await machine.ssh(given.clean);
}

async function runCase(
  machine: HostMachine,
  given: Case & { readonly byHand?: boolean },
  sessions: Planned[],
): Promise<void> {
  const { start, resources, proof, expect: expected = "changed", byHand = true } = given;
  const depth = depthOf(resources());
  await keepListing(machine, "before", depth, `${sessionsEnded}\n${runEnded}\n${start ?? ""}`);
  const planned = await plan(machine, resources, sessions, byHand);
  if (byHand) await planByHand(machine, resources, planned);
  expect(await compareListing(machine, "before", depth), "A check changes nothing.").toEqual([]);
  expectPlan(planned, expected);
  const applied = await planned.apply();
  expectApplied(applied, expected);
  if (typeof expected === "object" && "blocked" in expected) {
    // Backups and logs are ours to write.
    const changes = await compareListing(machine, "before", depth, /^[<>] \/var\/lib\/proog/);
    expect(changes, "What is blocked is left alone.").toEqual([]);
  }
  await machine.ssh(proof);
  if (typeof expected !== "object") await expectSilence(machine, resources, expected, sessions);
}

/** Kinds that have systemd change what it runs. */
const kindsOfUnits: ReadonlySet<string> = new Set(["mount", "service", "systemdTimer", "systemdUnit"]);

function depthOf(resources: readonly Resource[]): Depth {
  return resources.some(({ type }) => kindsOfUnits.has(type)) ? "units" : "services";
}

async function plan(
  machine: HostMachine,
  resources: () => Resource[],
  sessions: Planned[],
  asked = true,
): Promise<Planned> {
  const planned = await planNode(declareNode(machine, resources), silentCredentials, asked);
  sessions.push(planned);
  expect(planned.failed?.error).toBeUndefined();
  return planned;
}

/** `proog catalog NODE | ssh NODE sh -s -- check` says the same. */
async function planByHand(
  machine: HostMachine,
  resources: () => Resource[],
  { changes }: Planned,
): Promise<void> {
  const { program, blobs } = await declareNode(machine, resources).compile();
  const { stdout, stderr, status } = await machine.loggedIn("sh -s -- check", program.text);
  // Each shell says so when its folder is gone.
  expect({ stderr: stderr.replaceAll(/^sh: 0: getcwd\(\) failed.*\n/gm, ""), status }).toEqual({
    stderr: "",
    status: 0,
  });
  // Of contents that are secret, a program that is run by hand knows nothing.
  if ([...blobs.values()].flat().some(({ secrets }) => secrets)) return;
  const said = [...stdout.matchAll(/^(certain|dependent|opaque|blocked): (\d+) /gm)];
  expect(said.map(([, certainty, number]) => `${number} ${certainty}`)).toEqual(
    changes.map(({ resource, certainty }) => `${resource.number} ${certainty}`),
  );
  const blocked = changes.filter(({ certainty }) => certainty === "blocked").length;
  expect(stdout).toContain(
    `${resources().length} resources: ${changes.length - blocked} to change, ${blocked} in the way, the others in order\n`,
  );
}

function expectPlan({ changes }: Planned, expected: NonNullable<Case["expect"]>): void {
  const certainties = changes.map(({ certainty }) => certainty);
  if (expected === "in-order") expect(changes, "There is nothing to do.").toEqual([]);
  else expect(changes.length, "The plan says what is to be done.").toBeGreaterThan(0);
  if (expected === "opaque") expect(certainties).toContain("opaque");
  if (typeof expected !== "object" || "failed" in expected) {
    expect(certainties, JSON.stringify(changes)).not.toContain("blocked");
  } else {
    const said = changes.filter(({ certainty }) => certainty === "blocked");
    expect(said.flatMap(({ reasons, remedies }) => [...reasons, ...remedies]).join("\n")).toContain(
      expected.blocked,
    );
  }
}

function expectApplied({ outcome, error, events }: Applied, expected: NonNullable<Case["expect"]>): void {
  const output = events.flatMap((event) => (event.type === "output" ? [event.line] : []));
  expect(error, output.join("\n")).toBeUndefined();
  if (expected === "in-order") expect(outcome).toBe("in-order");
  else if (typeof expected === "string") expect(outcome, output.join("\n")).toBe("done");
  else {
    expect(outcome).toBe("failed");
    const failed = events.find((event) => event.type === "resource-finished" && event.outcome === "failed");
    const text = failed?.type === "resource-finished" ? (failed.output ?? []).join("\n") : "";
    if ("failed" in expected) expect(text).toContain(expected.failed);
    else expect(text, "A blocked resource says why.").not.toBe("");
  }
}

/** A second run finds nothing, does nothing and says nothing. */
async function expectSilence(
  machine: HostMachine,
  resources: () => Resource[],
  expected: NonNullable<Case["expect"]>,
  sessions: Planned[],
): Promise<void> {
  const planned = await plan(machine, resources, sessions);
  if (expected === "opaque") {
    expect(planned.changes.filter(({ certainty }) => certainty !== "opaque")).toEqual([]);
    planned.close();
    return;
  }
  expect(planned.changes, "A second plan is empty.").toEqual([]);
  const { outcome, events } = await planned.apply();
  expect(outcome).toBe("in-order");
  expect(events.map(({ type }) => type)).toEqual(["node-finished"]);
}
