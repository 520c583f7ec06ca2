import type { Hono } from "hono";
import type { EventOf } from "../../report/event-type.ts";
import type { FleetNode } from "../api.ts";
import type { Access } from "./access/access.ts";
import type { Bindings } from "./app.ts";
import type { FleetView } from "./fleet/fleet-view.ts";
import type { History } from "./history/history.ts";
import type { Bus } from "./live/bus.ts";

/** Upper ends of how long runs take, in seconds. */
const buckets = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800];

interface Durations {
  readonly counts: number[];
  sum: number;
  count: number;
}

type Labels = Readonly<Record<string, string>>;

/** What is counted from the start of the server on; Prometheus knows what to make of a new start. */
export class Metrics {
  readonly #runs = new Map<string, { readonly labels: Labels; count: number }>();
  readonly #durations = new Map<string, Durations>();

  constructor(bus: Bus) {
    bus.changes.on("event", ({ event }, environment) => {
      if (event.type === "run-finished") this.#count(event, environment);
    });
  }

  #count({ command, exitCode, milliseconds }: EventOf<"run-finished">, environment: string): void {
    // A plan that finds changes ends with 2.
    const failed = exitCode !== 0 && exitCode !== 2;
    const labels = { environment, command, outcome: failed ? "failed" : "done" };
    const key = JSON.stringify(labels);
    const known = this.#runs.get(key) ?? { labels, count: 0 };
    known.count++;
    this.#runs.set(key, known);
    const seconds = milliseconds / 1000;
    const durations = this.#durations.get(command) ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
    for (const [index, end] of buckets.entries())
      if (seconds <= end) durations.counts[index] = (durations.counts[index] ?? 0) + 1;
    durations.sum += seconds;
    durations.count++;
    this.#durations.set(command, durations);
  }

  /** In the text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  async write(view: FleetView, history: History, watchers: number): Promise<string> {
    const fleet = await view.fleet();
    const nodes = fleet.environments.flatMap((environment) => environment.nodes);
    const pools = fleet.environments.flatMap((environment) => environment.pools);
    const ofNode = ({ environment, name }: FleetNode) => ({ environment, node: name });
    const page = new Page();
    page.family("proog_config_good", "gauge", "Whether the config can be loaded.");
    page.value("proog_config_good", { fleet: fleet.name }, fleet.problem ? 0 : 1);
    page.family("proog_store_good", "gauge", "Whether the store can be read.");
    page.value("proog_store_good", {}, history.problem === undefined ? 1 : 0);
    page.family("proog_watchers", "gauge", "How many watch the event stream.");
    page.value("proog_watchers", {}, watchers);
    page.family("proog_nodes", "gauge", "Nodes by how they are.");
    page.counts(
      "proog_nodes",
      nodes.map(({ environment, condition }) => ({ environment, condition })),
    );
    page.family("proog_node_drift", "gauge", "Resources that differed when all were looked at last.");
    for (const node of nodes)
      if (node.drift) page.value("proog_node_drift", ofNode(node), node.drift.changes);
    page.family("proog_node_applied_timestamp_seconds", "gauge", "When it was last applied with success.");
    for (const node of nodes)
      if (node.status?.applied) {
        const at = Date.parse(node.status.applied.at) / 1000;
        page.value("proog_node_applied_timestamp_seconds", ofNode(node), at);
      }
    page.family("proog_node_reboot_pending", "gauge", "Whether it wants to be rebooted.");
    for (const node of nodes)
      if (node.status?.state === "up")
        page.value("proog_node_reboot_pending", ofNode(node), node.status.rebootPending ? 1 : 0);
    page.family("proog_pool_members", "gauge", "Members of pools by their state.");
    page.counts(
      "proog_pool_members",
      pools.flatMap(({ environment, name: pool, members }) =>
        members.map(({ state }) => ({ environment, pool, state })),
      ),
    );
    page.family("proog_runs_total", "counter", "Runs that have ended, by command.");
    for (const { labels, count } of this.#runs.values()) page.value("proog_runs_total", labels, count);
    page.family("proog_run_duration_seconds", "histogram", "How long runs took, by command.");
    for (const [command, durations] of this.#durations) page.histogram(command, durations);
    return page.text;
  }
}

class Page {
  text = "";

  family(name: string, type: string, help: string): void {
    this.text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  value(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    this.text += `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  }

  /** How often each of them is there. */
  counts(name: string, all: readonly Labels[]): void {
    const byKey = new Map<string, { readonly labels: Labels; count: number }>();
    for (const labels of all) {
      const key = JSON.stringify(labels);
      const known = byKey.get(key) ?? { labels, count: 0 };
      known.count++;
      byKey.set(key, known);
    }
    for (const { labels, count } of byKey.values()) this.value(name, labels, count);
  }

  histogram(command: string, { counts, sum, count }: Durations): void {
    const name = "proog_run_duration_seconds";
    for (const [index, end] of buckets.entries())
      this.value(`${name}_bucket`, { command, le: String(end) }, counts[index] ?? 0);
    this.value(`${name}_bucket`, { command, le: "+Inf" }, count);
    this.value(`${name}_sum`, { command }, sum);
    this.value(`${name}_count`, { command }, count);
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

/** `GET /metrics` */
export function addMetrics(app: Hono<Bindings>, access: Access, write: () => Promise<string>): void {
  app.get("/metrics", async (context) => {
    access.requireForMetrics(context);
    return context.text(await write(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}
