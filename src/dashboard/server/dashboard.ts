import { join } from "node:path";
import type { WebSocketServerLike } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { ProogError } from "../../report/error.ts";
import type { StorePlace } from "../../store/database/database.ts";
import type { Store } from "../../store/store.ts";
import { Access } from "./access/access.ts";
import { OidcEntrance, stampOf } from "./access/oidc/entrance.ts";
import { accessRoutes } from "./access/routes.ts";
import { Actions } from "./actions/actions.ts";
import { Previews } from "./actions/previews.ts";
import { actionRoutes } from "./actions/routes.ts";
import { createApp } from "./app.ts";
import { addDocs } from "./docs.ts";
import { addressesOf, createServer, type Exposure, listen } from "./exposure.ts";
import { describeClientSecret, describeStore } from "./fleet/describe.ts";
import { FleetView } from "./fleet/fleet-view.ts";
import { ResourceDesk } from "./fleet/resource-desk.ts";
import { fleetRoutes } from "./fleet/routes.ts";
import { WatchedConfig } from "./fleet/watched-config.ts";
import { History } from "./history/history.ts";
import { historyRoutes } from "./history/routes.ts";
import { addJournals } from "./journal.ts";
import { Bus } from "./live/bus.ts";
import { LiveHub } from "./live/hub.ts";
import { Pulse } from "./live/pulse.ts";
import { addEventStream } from "./live/routes.ts";
import { addMetrics, Metrics } from "./metrics.ts";
import type { Program } from "./program.ts";
import { hasTerminals } from "./terminal/pty.ts";
import { addTerminals } from "./terminal/routes.ts";

/** What a dashboard is started with. */
export interface DashboardOptions {
  readonly program: Program;
  /** Where it keeps what is its own. */
  readonly folder: string;
  readonly version: string;
  readonly exposure: Exposure;
  /** Whether there is a page of machines that were shot. */
  readonly memorials: boolean;
  /** Who its link logs in: `ada@controller`. */
  readonly owner: string;
  /** The id of a run of now. */
  readonly newRun: () => string;
  /** Opens the store there. @throws ProogError */
  readonly openStore: (place: StorePlace) => Promise<Store>;
  /** Tells of a defect, which whoever asked is told no more of than that there is one. */
  readonly tellError: (error: unknown) => void;
  /** Tells the next link that logs in, when one was used; only on this machine there are any. */
  readonly tellLink: (address: string) => void;
}

/** A server that answers. */
export interface Dashboard {
  /** `http://127.0.0.1:7766` */
  readonly address: string;
  /** The address that logs in, once; absent where accounts do. */
  readonly link: string | undefined;
  close(): Promise<void>;
}

/** Starts the server; it answers when this resolves. @throws ProogError when the port is taken. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { program, folder, version, exposure, memorials, owner, newRun } = options;
  const addresses = addressesOf(exposure);
  const config = new WatchedConfig(program);
  const access = new Access({
    ...{ addresses, folder, owner, behindProxy: exposure.type === "proxy" },
    ...(exposure.type === "loopback" && { tellLink: options.tellLink }),
    trustsProvider: (stamp) => isSaidBy(config, stamp),
  });
  const entrance = new OidcEntrance(access, {
    settings: async () => (await config.state()).description?.oidc,
    secret: () => describeClientSecret(program),
    tellError: options.tellError,
  });
  const history = new History(async () => {
    const { description } = await config.state();
    if (!description) throw new ProogError(noConfig);
    if (description.store === undefined) throw new ProogError(noStore);
    const place = description.store === "secret" ? await describeStore(program) : description.store;
    return { store: await options.openStore(place), ...(place.type === "sqlite" && { file: place.file }) };
  });
  const actions = new Actions({ program, history, folder: join(folder, "runs"), newRun });
  const view = new FleetView(config, history, () => actions.busy());
  const bus = new Bus(history);
  const hub = new LiveHub(bus, view, history);
  const metrics = new Metrics(bus);
  actions.changes.on("changed", () => hub.lookSoon());
  const pulse = new Pulse(program, view, () => hub.count > 0);
  const features = async () => ({
    ...{ memorials, terminal: await hasTerminals() },
    accounts: access.accounts.list().length > 0,
  });
  const routes = [
    ...accessRoutes(access, entrance, { fleet: async () => (await view.fleet()).name, version, features }),
    ...fleetRoutes(view, history, program, new ResourceDesk(program, config)),
    ...actionRoutes(actions, new Previews(view, program), access.audit),
    ...historyRoutes(history),
  ];
  const app = createApp(access, entrance, routes, options.tellError, (streams) => {
    addEventStream(streams, access, hub);
    addJournals(streams, access, view, program);
    addTerminals(streams, access, view, program);
    addDocs(streams, access);
    addMetrics(streams, access, () => metrics.write(view, history, hub.count));
  });
  const sockets = new WebSocketServer({
    ...{ noServer: true, maxPayload: 1_000_000 },
    // The other one that it brings is a secret.
    handleProtocols: (protocols) => (protocols.has("proog-terminal") ? "proog-terminal" : false),
  });
  const server = createServer(exposure, app.fetch, sockets as WebSocketServerLike);
  await listen(server, exposure);
  return {
    address: addresses.origins[0] ?? "",
    get link() {
      return access.link;
    },
    close: async () => {
      pulse.close();
      hub.close();
      config.close();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await history.close();
    },
  };
}

/** Until the config is known for the first time, and while it cannot be loaded, what was said last holds. */
function isSaidBy({ description }: WatchedConfig, stamp: string): boolean {
  return description === undefined || (description.oidc !== undefined && stampOf(description.oidc) === stamp);
}

const noConfig = {
  code: "config-failed",
  message: "The config cannot be loaded, so it is not known where its history is.",
} as const;

const noStore = {
  code: "config-invalid",
  message: "This fleet keeps no history: its config says store: false.",
  hint: "Leave store out, or name one: store: sqlite()",
} as const;
