import { EventEmitter } from "node:events";
import { statSync } from "node:fs";
import type { ErrorReport } from "../../../report/event.ts";
import type { Environment, Fleet, FleetNode, Live, Task } from "../../api.ts";
import type { DescribedEnvironment, DescribedNode, FleetDescription } from "../description.ts";
import { refuse } from "../problem.ts";
import type { Program } from "../program.ts";
import { describeFleet } from "./describe.ts";

/** How often is looked whether a file of the config has changed, in milliseconds. */
const lookEvery = 1000;

/** The fleet, as it was last seen; the config is loaded anew when it changes, and while it cannot be loaded, the last good one stays. */
export class FleetView {
  readonly changes = new EventEmitter<{ live: [Live] }>();
  readonly #program: Program;
  #description: FleetDescription | undefined;
  #problem: ErrorReport | undefined;
  #loaded = new Date();
  #revision = 1;
  #files: readonly string[];
  #stamp = "";
  #loading: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout;

  constructor(program: Program) {
    this.#program = program;
    this.#files = [program.config];
    this.#stamp = stampOf(this.#files);
    void this.load();
    this.#timer = setInterval(() => this.#look(), lookEvery);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Loads the config and lists the machines; asked for meanwhile, it is done once more, and those who wait get that. */
  async load(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return await this.#loading;
    }
    this.#loading = this.#loadUntilStill();
    try {
      await this.#loading;
    } finally {
      this.#loading = undefined;
    }
  }

  async #loadUntilStill(): Promise<void> {
    do {
      this.#again = false;
      await this.#loadOnce();
    } while (this.#again);
  }

  async #loadOnce(): Promise<void> {
    const stamp = stampOf(this.#files);
    const found = await describeFleet(this.#program);
    const before = JSON.stringify([this.#description, this.#problem]);
    this.#stamp = stamp;
    if ("description" in found) {
      if (found.description.files.join() !== this.#files.join()) {
        this.#files = found.description.files;
        this.#stamp = stampOf(this.#files);
      }
      this.#description = found.description;
      this.#problem = undefined;
      this.#loaded = new Date();
    } else {
      const files = [...new Set([...this.#files, ...found.files])];
      this.#files = files;
      this.#stamp = stampOf(files);
      this.#problem = found.error;
    }
    if (JSON.stringify([this.#description, this.#problem]) !== before) this.#tell();
  }

  #tell(): void {
    this.#revision++;
    this.changes.emit("live", {
      ...{ type: "fleet", revision: this.#revision },
      ...(this.#problem && { problem: this.#problem }),
    });
  }

  #look(): void {
    if (!this.#loading && stampOf(this.#files) !== this.#stamp) void this.load();
  }

  get revision(): number {
    return this.#revision;
  }

  /** What is known, once something is. @throws Refusal while the config has never been good. */
  async description(): Promise<FleetDescription> {
    if (!this.#description && !this.#problem) await this.load();
    if (this.#description) return this.#description;
    const { message = "", where, hint } = this.#problem ?? {};
    refuse("unavailable", `${where === undefined ? "" : `${where}: `}${message}`, hint);
  }

  async fleet(): Promise<Fleet> {
    if (!this.#description && !this.#problem) await this.load();
    const { name = "", roles = [], environments = [] } = this.#description ?? {};
    return {
      ...{ name, roles, loaded: this.#loaded.toISOString(), revision: this.#revision },
      environments: environments.map((environment) => this.#environment(environment)),
      ...(this.#problem && { problem: this.#problem }),
    };
  }

  async tasks(): Promise<readonly Task[]> {
    return (await this.description()).tasks;
  }

  #environment({ nodes, ...environment }: DescribedEnvironment): Environment {
    return { ...environment, pools: [], nodes: nodes.map((node) => describeNode(environment.name, node)) };
  }
}

function describeNode(environment: string, { state, ...node }: DescribedNode): FleetNode {
  const condition = state === "running" ? "unknown" : state;
  return { ...node, environment, condition };
}

/** Changes when one of the files does. */
function stampOf(files: readonly string[]): string {
  const stamps = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "";
  });
  return stamps.join("\n");
}
