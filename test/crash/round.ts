import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../src/report/event.ts";
import type { EventOf } from "../../src/report/event-type.ts";
import { type CrashMachine, readEvents } from "./crash-fleet.ts";
import type { Version } from "./fleet/description.ts";
import { type Way, type WayName, ways } from "./ways.ts";

/** A step of an apply that goes through: a resource, and how long it took. */
export interface Step {
  readonly number: number;
  readonly key: string;
  readonly seconds: number;
}

/** What an apply that goes through makes of a machine. */
export interface Reference {
  readonly steps: readonly Step[];
  /** Every file with its content, owner and mode, every package and account. */
  readonly listing: string;
}

/** One try: which step is struck, how, and how far into the step. */
export interface Strike {
  readonly step: Step;
  readonly way: WayName;
  /** From 0 to 1. */
  readonly depth: number;
}

export interface Struck extends Strike {
  readonly version: Version;
  /** The number of the step that the run was really at. */
  readonly hit: string;
  readonly problems: readonly string[];
  readonly seconds: number;
}

const holdScript = readFileSync(join(import.meta.dirname, "hold.pl"), "utf8");

/** An apply that nothing happens to, and what is there then. */
export async function goThrough(machine: CrashMachine, version: Version): Promise<Reference> {
  machine.declare(version);
  const { events, status, stderr } = await machine.proog("apply", "--yes");
  if (status !== 0)
    throw new Error(`The description of version ${version} cannot be applied:\n${stderr}${tell(events)}`);
  await requireOrder(machine);
  return { steps: readSteps(events), listing: await machine.ssh(listing) };
}

/** What an error begins with where there was nothing to strike any more. */
export const unstruck = "The apply ended before it was struck";

/** Strikes an apply, lets the next one finish it, and looks whether all is as if nothing had happened. */
export async function strike(
  machine: CrashMachine,
  version: Version,
  reference: Reference,
  given: Strike,
): Promise<Struck> {
  const started = performance.now();
  const { step, way, depth } = given;
  machine.declare(version);
  const boot = await machine.ssh("rm -f /var/log/crash-*; cat /proc/sys/kernel/random/boot_id");
  const delay = (depth * Math.max(0, step.seconds - 0.005)).toFixed(4);
  const holder = machine.startThere(`perl - ${step.number} ${delay}`, holdScript);
  await holder.waitFor(/ready/);
  const controller = machine.start("apply", "--yes");
  const early = controller.ended.then(({ stdout, stderr }) => {
    throw new Error(`${unstruck}:\n${stdout.slice(-2000)}${stderr}`);
  });
  await Promise.race([holder.waitFor(/held/), early]);
  early.catch(() => {});
  const [, leader = "", hit = ""] = /held (\d+) (\w+)/.exec(holder.stdout) ?? [];
  await ways[way].strike({ machine, controller, leader });
  const problems = await recover(machine, reference, way, await controller.ended, boot.trim());
  return { ...given, version, hit, problems, seconds: (performance.now() - started) / 1000 };
}

/** Brings the machine to an end that can be gone on from, after a try that failed. */
export async function mend(machine: CrashMachine, version: Version): Promise<void> {
  machine.declare(version);
  await machine.proog("apply", "--yes", "--wait=2");
  await machine.proog("apply", "--yes", "--wait=2");
}

async function recover(
  machine: CrashMachine,
  reference: Reference,
  way: WayName,
  first: { readonly stdout: string; readonly status: number },
  boot: string,
): Promise<string[]> {
  const { survives, said }: Way = ways[way];
  const problems: string[] = [];
  if (survives && first.status !== 0)
    problems.push(`its controller ended with ${first.status}: ${tell(readEvents(first.stdout))}`);
  const next = await machine.proog("apply", "--yes");
  if (next.status !== 0) problems.push(`the next apply ended with ${next.status}: ${tell(next.events)}`);
  // What the controller of the run itself has told need not be told again.
  const told = [
    ...eventsOf(next.events, "earlier-run").map(({ outcome }) => outcome),
    ...readOwnEnd(readEvents(first.stdout)),
  ];
  if (said.length > 0 && first.status !== 0 && !told.some((outcome) => said.includes(outcome)))
    problems.push(
      `the next apply says of the earlier run ${JSON.stringify(told)}, and not ${said.join(" or ")}`,
    );
  await machine.ssh(runsEnded);
  const plan = await machine.proog("plan");
  if (plan.status !== 0) problems.push(`then the plan ends with ${plan.status}: ${tell(plan.events)}`);
  const left = await machine.ssh(leftovers);
  if (left !== "") problems.push(`it leaves behind: ${left}`);
  const now = await machine.ssh(listing);
  if (now !== reference.listing)
    problems.push(`the machine is not as it should be:\n${differ(reference.listing, now)}`);
  const made = new Set(
    eventsOf(next.events, "resource-finished").flatMap(({ outcome, resource }) =>
      outcome === "done" ? [resource.key] : [],
    ),
  );
  const notes = (await machine.ssh(counts)).split("\n").filter(Boolean);
  problems.push(...judgeBoots(notes, { reference, way, boot, made }));
  return problems;
}

/** With what the run came to its own end. */
function readOwnEnd(events: readonly Event[]): string[] {
  const hasFailed = eventsOf(events, "resource-finished").some(({ outcome }) => outcome === "failed");
  return eventsOf(events, "node-finished").flatMap(({ outcome }) =>
    outcome === "put-back" || (outcome === "failed" && hasFailed) ? [outcome] : [],
  );
}

interface After {
  readonly reference: Reference;
  readonly way: WayName;
  /** The boot in which the apply began. */
  readonly boot: string;
  /** What the next apply has made. */
  readonly made: ReadonlySet<string>;
}

/**
 * Whether the machine was rebooted, and each service started and reloaded, as often as needed since the apply began:
 * `crash-boots 0a1b…` and `crash-restarts-0 start 0a1b…`.
 */
function judgeBoots(notes: readonly string[], after: After): string[] {
  const { reference, way, boot, made } = after;
  const keys = reference.steps.map(({ key }) => key);
  const boots = [boot, ...notes.flatMap((note) => /^crash-boots (.*)/.exec(note)?.[1] ?? [])];
  // One after the power went serves what had changed before.
  const declared = keys.some((key) => key.startsWith("reboot ")) ? 1 : 0;
  const cut = ways[way].boots;
  const needed = cut && !made.has("file /srv/crash/parameter") ? 1 : declared + (cut ? 1 : 0);
  const names = new Set(keys.flatMap((key) => /^service (crash-.*)/.exec(key)?.[1] ?? []));
  return [
    ...(boots.length - 1 === needed
      ? []
      : [`it should have been booted ${needed} times, and was ${boots.length - 1} times`]),
    ...[...names].flatMap((name) => judgeStarts(name, notes, boots, after)),
  ];
}

function judgeStarts(
  name: string,
  notes: readonly string[],
  boots: readonly string[],
  after: After,
): string[] {
  const { way, made } = after;
  const own = notes.filter((note) => note.startsWith(`${name} `)).map((note) => note.split(" "));
  const change = name.includes("reloads") ? "reload" : "start";
  const changed = made.has(`file /srv/crash/${name}.conf`) || made.has(`systemdUnit ${name}.service`);
  const cut = ways[way].boots;
  // What had changed before the power went was read when the machine came back.
  const changedIn = cut && changed ? 1 : 0;
  return boots.flatMap((boot, index) => {
    const had = own.flatMap(([, what = "", noted]) => (noted === boot ? [what] : [])).join(", ");
    const wanted =
      index > changedIn
        ? ["start"]
        : index === changedIn && index > 0
          ? [name.includes("only") ? "start" : `start, ${change}`]
          : cut
            ? ["", change]
            : [change];
    return wanted.includes(had)
      ? []
      : [`${name} should have had ${wanted.join(" or ")} in boot ${index}, and had: ${had || "nothing"}`];
  });
}

async function requireOrder(machine: CrashMachine): Promise<void> {
  const { events, status } = await machine.proog("plan");
  if (status !== 0) throw new Error(`A second plan is not empty: ${tell(events)}`);
}

/** Those that are done in one go all take as long as that: the first ones begin it. A reboot soon ends what holds a run in it. */
function readSteps(events: readonly Event[]): Step[] {
  return eventsOf(events, "resource-finished")
    .filter(({ outcome }) => outcome === "done")
    .map(({ resource, milliseconds }) => ({
      ...{ number: resource.number, key: resource.key },
      seconds: resource.key.startsWith("reboot ") ? 0.1 : milliseconds / 1000,
    }));
}

/** What a person would read of it. */
function tell(events: readonly Event[]): string {
  return events
    .filter(({ type }) => /earlier|finished|error|note|output|planned/.test(type))
    .filter((event) => event.type !== "resource-finished" || event.outcome === "failed")
    .map((event) => JSON.stringify(event))
    .join("\n")
    .slice(-4000);
}

function eventsOf<Type extends Event["type"]>(events: readonly Event[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

function differ(wanted: string, now: string): string {
  const [before, after] = [wanted.split("\n"), now.split("\n")];
  const lines = [
    ...without(before, after).map((line) => `- ${line}`),
    ...without(after, before).map((line) => `+ ${line}`),
  ];
  if (lines.length > 0) return lines.slice(0, 30).join("\n");
  const first = before.findIndex((line, index) => line !== after[index]);
  return `The same lines, in another order from the line on: ${before[first]}`;
}

/** Those that the others do not have, or less often. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = Map.groupBy(others, (line) => line);
  return lines.filter((line) => left.get(line)?.pop() === undefined);
}

const counts = `cd /var/log && for log in crash-*; do [ ! -e "$log" ] || sed "s/^/$log /" "$log"; done`;

/** What runs do after their ends is waited for: whoever comes then takes away what they have left. */
const runsEnded =
  'for alive in /var/lib/proog/runs/*/alive; do flock --shared --timeout 10 "$alive" true; done; true';

/**
 * The lock, marks, temporary files, and what an interrupted dpkg leaves. The far end of a connection tidies up when its command has
 * ended already.
 */
const leftovers = `
for _ in $(seq 100); do pgrep -f '[f]ar end of one connection' >/dev/null || break; sleep 0.1; done
flock --nonblock /var/lib/proog/lock true || echo 'the lock is held'
ls -d /var/lib/proog/current /var/lib/proog/owner /var/lib/proog/pending/* /var/lib/proog/*.new 2>/dev/null
ls -d /var/lib/proog/runs/*/blobs /var/lib/proog/runs/*/work /run/proog.* /tmp/proog.* 2>/dev/null
find / -xdev -name '.proog-[0-9]*'
ls -d /etc/systemd/system/proog-resume* /run/systemd/system/proog-resume* /etc/systemd/system/proog-access* /etc/systemd/system/*/proog-resume* 2>/dev/null
ls -d /var/lib/dpkg/updates/[0-9]* 2>/dev/null
dpkg --audit
systemctl list-units --state=failed --plain --no-legend 'crash-*'
true`;

/** Copies that commands make for themselves are passed over, and what git and svn know of their own files. */
const listing = `
export LC_ALL=C
cd /
find etc srv opt home mnt root usr/local var/spool var/lib/proog/format -xdev ! -path '*/.git/*' ! -path '*/.svn/*' ! -path 'srv/archive*' \\
  ! -path 'root/.ssh*' ! -name '*-' ! -name ld.so.cache ! -name .pwd.lock -printf '%p %y %m %U:%G %l\\n' | sort
find etc srv opt home root usr/local var/spool -xdev -type f ! -path '*/.git/*' ! -path '*/.svn/*' ! -path 'srv/archive*' \\
  ! -path 'root/.ssh*' ! -name '*-' ! -name ld.so.cache ! -name .pwd.lock -print0 | sort -z | xargs -0 sha256sum --
dpkg-query --show --showformat '\${Package} \${Version} \${Status}\\n'
apt-mark showauto
systemctl list-unit-files --no-legend 'crash-*'
systemctl list-units --all --no-legend --plain 'crash-*'
if [ -e srv/crash/checkout ]; then
  git -C /srv/crash/checkout -c safe.directory='*' rev-parse HEAD
  find srv/crash/checkout/.git -name '*.lock' -o -name 'tmp_*'
fi
[ ! -e srv/crash/working-copy ] || { svnversion srv/crash/working-copy; svn status srv/crash/working-copy; }
locale -a
ls /usr/lib/locale
findmnt --noheadings --raw --output TARGET,OPTIONS --types tmpfs | grep ^/mnt | sort
! command -v nft >/dev/null || nft list tables | sort | while read -r table; do nft list $table; done
`;
