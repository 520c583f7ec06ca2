import { rolesByName } from "../fleet/environment.ts";
import type { ProbeTarget } from "../health/probe.ts";
import { controller, type Vantage } from "../health/vantage.ts";
import type { MemberTraffic, PoolControl } from "../pools/pool-control.ts";
import { ProogError } from "../report/error.ts";
import type { PoolMember } from "../resources/poolMembers/pool.ts";
import { askHands } from "../watch/cure.ts";
import { Looks } from "../watch/looks.ts";
import type { NodeObservation, Observations } from "../watch/observations.ts";
import { pauseOfRole, readPauseTag, sayPause } from "../watch/pause.ts";
import type { WatchPolicy } from "../watch/policy.ts";
import type { LongAction, WatchWorld, WeightChange } from "../watch/pool-watch.ts";
import { isNew, type OpenPool, targetsOf } from "./node-care.ts";
import { controlPool, type FoundPool, findPools } from "./pools.ts";
import { saysStateful } from "./protection.ts";
import type { Run } from "./run.ts";
import { WatchActions } from "./watch-actions.ts";
import { type FleetNode, refreshWorkspace, runs, type Workspace } from "./workspace.ts";

/** Milliseconds that balancers have to tell their members, and a node whether somebody is at work on it. */
const patience = 4000;
/** Milliseconds from one look at what balancers saw to the next. */
const trafficEvery = 6000;
/** Milliseconds that what a node said of itself holds. */
const handsHold = 8000;
/** Seconds that a rollout, which nobody ends, is left to whoever has begun it. */
const rolloutHolds = 900;

/** The nodes of a role and their pool, as they are, for `proog watch`. */
export class RoleWorld implements WatchWorld {
  readonly #run: Run;
  readonly #role: string;
  readonly #policy: WatchPolicy;
  readonly #looks = new Looks();
  readonly #actions: WatchActions;
  #workspace: Workspace;
  #control: { readonly key: string; readonly pool: FoundPool; readonly control: PoolControl } | undefined;
  #members: readonly PoolMember[] = [];
  #traffic: ReadonlyMap<string, MemberTraffic> = new Map();
  #trafficAt = 0;
  /** Who could not look, as far as that was told. */
  readonly #blind = new Set<string>();
  readonly #hands = new Map<string, { readonly at: number; readonly hands?: string | undefined }>();

  constructor(run: Run, workspace: Workspace, role: string, policy: WatchPolicy) {
    this.#run = run;
    this.#workspace = workspace;
    this.#role = role;
    this.#policy = policy;
    this.#actions = new WatchActions(run, role, () => this.#workspace);
  }

  close(): void {
    this.#looks.close();
  }

  /** Names of those that look. */
  async vantages(): Promise<readonly string[]> {
    await this.#openPool();
    return this.#vantages().map(({ name }) => name);
  }

  /** Whether all that look have begun to, or could not. */
  get begun(): boolean {
    return this.#looks.begun;
  }

  async observe(): Promise<Omit<Observations, "finished">> {
    this.#workspace = await refreshWorkspace(this.#workspace);
    await this.#openPool();
    await this.#readPool();
    const nodes = this.#nodes();
    const targets = new Map(
      nodes.filter((node) => runs(node) && !node.kept).map((node) => [node.name, this.#targetOf(node)]),
    );
    const vantages = this.#vantages();
    const selves = nodes.flatMap((node) => {
      const target = targets.get(node.name);
      return target?.health.command !== undefined && runs(node)
        ? [{ name: node.name, target: this.#workspace.target(node), credentials: this.#run.credentials }]
        : [];
    });
    this.#looks.follow(
      [...vantages, ...selves],
      [...targets.values()].filter((target) => target !== undefined),
    );
    this.#tellBlind(vantages);
    const known = new Map(this.#members.map((member) => [member.node, member]));
    const living = nodes.filter(({ machine, kept }) => (machine || known.size > 0) && !kept);
    const observed = living.flatMap((node) =>
      this.#observeNode(node, targets.get(node.name), known.get(node.name)),
    );
    await this.#askHands(observed);
    const lost = [...known.values()].filter(({ node }) => !nodes.some(({ name }) => name === node));
    const machines = nodes.filter(
      ({ machine, kept }) => machine && !kept && machine.tags?.doomed === undefined,
    );
    const hands = this.#poolHands();
    const paused = pauseOfRole(
      machines.flatMap(({ machine }) => machine ?? []),
      this.#role,
    );
    return {
      vantages: selves.length > 0 ? 1 : vantages.length,
      size: machines.length,
      serving: this.#control
        ? this.#members.filter(({ weight }) => weight > 0).length
        : machines.filter(runs).length,
      nodes: [
        ...observed.map((one) => ({ ...one, ...this.#handsOf(one) })),
        ...lost.map((member) => ({
          ...{ node: member.node, machine: "absent" as const, looks: [], tags: {} },
          member: memberOf(member),
        })),
      ],
      corpses: nodes.flatMap(({ name, kept }) => (kept ? [{ node: name, since: kept.since }] : [])),
      free: this.#freeNames(),
      ...(hands !== undefined && { hands }),
      ...(paused !== undefined && { paused }),
    };
  }

  async set(changes: readonly WeightChange[]): Promise<void> {
    await this.#control?.control.set(
      changes.map(({ node, weight, state, why }) => ({ node, weight, state, why })),
    );
  }

  async perform(action: LongAction): Promise<void> {
    await this.#actions.perform(action, this.#control?.control);
  }

  #nodes(): FleetNode[] {
    return this.#workspace.nodes.filter(({ roles }) => roles.includes(this.#role));
  }

  /** As the last one of the node's checks says; one of several is as good as another. */
  #targetOf(node: FleetNode): ProbeTarget | undefined {
    const pools: OpenPool[] = this.#control
      ? [{ ...this.#control.pool, control: this.#control.control, known: true, members: this.#members }]
      : [];
    return targetsOf(this.#workspace, node, pools)[0];
  }

  #vantages(): Vantage[] {
    const { credentials } = this.#run;
    const balancers = this.#control?.pool.balancers ?? [];
    return [
      controller,
      ...balancers
        .filter(runs)
        .map((node) => ({ name: node.name, target: this.#workspace.target(node), credentials })),
    ];
  }

  /** Where too few can look, nothing is believed, so it must be known who cannot. Each is told once. */
  #tellBlind(vantages: readonly Vantage[]): void {
    const tell = (why: string) => this.#run.reporter({ type: "watch-change", pool: this.#role, why });
    for (const { name } of vantages) {
      const why = this.#looks.blind.get(name);
      if (why !== undefined && !this.#blind.has(name)) {
        this.#blind.add(name);
        tell(`cannot be looked at from ${name}: ${why}`);
      } else if (why === undefined && this.#looks.begun && this.#blind.delete(name)) {
        tell(`is looked at from ${name} again`);
      }
    }
  }

  /** Kept as long as its balancers are the same ones: they know up to where their logs were read. */
  async #openPool(): Promise<void> {
    const found = (await findPools(this.#workspace)).find(({ pool }) => pool.name === this.#role);
    if (!found) {
      this.#control = undefined;
      return;
    }
    const balancers = found.balancers.map((name) =>
      this.#workspace.nodes.find((node) => node.name === name.name),
    );
    const key = JSON.stringify(balancers.map((node) => [node?.name, node?.machine]));
    if (this.#control?.key === key) this.#control = { ...this.#control, pool: found };
    else
      this.#control = { key, pool: found, control: controlPool(this.#actions.quiet, this.#workspace, found) };
  }

  async #readPool(): Promise<void> {
    const { control } = this.#control ?? {};
    if (!control) {
      this.#members = [];
      return;
    }
    // What cannot be told in time is as it was told last.
    this.#members = (await inTime(control.read())) ?? this.#members;
    if (!this.#policy.slow && this.#policy.errors >= 1) return;
    if (Date.now() < this.#trafficAt + trafficEvery) return;
    this.#trafficAt = Date.now();
    const traffic = await inTime(control.traffic());
    this.#traffic = new Map((traffic ?? []).map((one) => [one.node, one]));
  }

  #observeNode(
    node: FleetNode,
    target: ProbeTarget | undefined,
    member: PoolMember | undefined,
  ): NodeObservation[] {
    const { name, machine, existing } = node;
    if (!machine && !member) return [];
    const traffic = this.#traffic.get(name);
    const stateful =
      existing !== undefined ||
      machine?.tags?.stateful === "yes" ||
      saysStateful(this.#workspace, node) === true;
    return [
      {
        ...{ node: name, tags: machine?.tags ?? {}, stateful },
        machine: machine?.state ?? "absent",
        looks: target ? this.#looks.of(target) : [],
        ...(machine?.created !== undefined && { created: machine.created }),
        ...(traffic && { traffic }),
        ...(member && { member: memberOf(member) }),
      },
    ];
  }

  /** Whoever looks bad is asked, before anything is done to it, whether somebody is at work there. */
  async #askHands(nodes: readonly NodeObservation[]): Promise<void> {
    const now = Date.now();
    for (const { node, machine, looks, tags } of nodes) {
      const asked = this.#hands.get(node);
      const isFresh = asked !== undefined && now < asked.at + handsHold;
      if (isFresh && machine === "running") continue;
      const bad = machine === "running" && tags.booting === undefined && looks.some(({ ok }) => !ok);
      // What it said is not true for ever: the run that was going on there ends, at the latest with the machine.
      if (!bad) this.#hands.delete(node);
      if (!bad) continue;
      const found = this.#workspace.nodes.find(({ name }) => name === node);
      if (!found) continue;
      this.#hands.set(node, { ...this.#hands.get(node), at: now });
      const signal = AbortSignal.timeout(patience);
      // Nobody waits for one that does not answer.
      void askHands(this.#workspace.target(found), this.#run.credentials, signal).then(
        (hands) => this.#hands.set(node, { at: Date.now(), hands }),
        () => this.#hands.set(node, { at: Date.now() }),
      );
    }
  }

  #handsOf({ node, machine, member, tags }: NodeObservation): { readonly hands?: string } {
    if (this.#actions.isBusy(node)) return {};
    const said = this.#hands.get(node)?.hands;
    if (said !== undefined) return { hands: said };
    if (tags.doomed !== undefined) return {};
    const pause = readPauseTag(tags);
    if (pause) return { hands: sayPause(pause) };
    // What is drained and gone does not come back; what is paused may be about to.
    const states = machine === "absent" ? ["paused"] : ["paused", "draining", "drained"];
    return member && states.includes(member.state) ? { hands: `${member.state}: ${member.why}` } : {};
  }

  /** A rollout takes nodes out and brings them back by itself. */
  #poolHands(): string | undefined {
    const now = Date.now() / 1000;
    const rolling = this.#members.find(
      ({ node, state, why, since }) =>
        ["draining", "drained", "joining"].includes(state) &&
        why.startsWith("apply ") &&
        now < since + rolloutHolds &&
        !this.#actions.isBusy(node) &&
        !this.#isBooting(node),
    );
    return rolling && `${rolling.why} is going on`;
  }

  #isBooting(name: string): boolean {
    return this.#workspace.nodes.some((node) => node.name === name && isNew(node));
  }

  /** Of the role's own group: those first that are declared and not there. */
  #freeNames(): string[] {
    const { fleet, environment, nodes } = this.#workspace;
    const declaration = fleet.environments[environment];
    if (!declaration) return [];
    const group = Object.entries(declaration.nodes).find(
      ([name, entry]) =>
        (typeof entry === "number" && name === this.#role) ||
        (typeof entry === "object" &&
          "roles" in entry &&
          entry.count !== undefined &&
          entry.roles.includes(this.#role)),
    )?.[0];
    if (group === undefined) return [];
    const taken = new Set(nodes.filter(({ machine }) => machine).map(({ name }) => name));
    for (const { node } of this.#members) taken.add(node);
    const names: string[] = [];
    for (let number = 1; names.length < 8 && number < 10_000; number++) {
      const name = `${group}-${number}`;
      if (!taken.has(name) && rolesByName(declaration, name)?.includes(this.#role)) names.push(name);
    }
    return names;
  }
}

function memberOf({ weight, state, since, why }: PoolMember): NonNullable<NodeObservation["member"]> {
  return { weight, state, since, why };
}

/** Undefined where it takes too long, or cannot be had. */
async function inTime<T>(asked: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
