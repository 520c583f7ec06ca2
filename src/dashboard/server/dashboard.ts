import type { Server } from "node:http";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { ProogError } from "../../report/error.ts";
import { openStore } from "../../store/store.ts";
import { Access } from "./access/access.ts";
import { accessRoutes } from "./access/routes.ts";
import { Actions } from "./actions/actions.ts";
import { Previews } from "./actions/previews.ts";
import { actionRoutes } from "./actions/routes.ts";
import { createApp } from "./app.ts";
import { describeStore } from "./fleet/describe.ts";
import { FleetView } from "./fleet/fleet-view.ts";
import { fleetRoutes } from "./fleet/routes.ts";
import { WatchedConfig } from "./fleet/watched-config.ts";
import { History } from "./history/history.ts";
import { historyRoutes } from "./history/routes.ts";
import { Bus } from "./live/bus.ts";
import { LiveHub } from "./live/hub.ts";
import { addEventStream } from "./live/routes.ts";
import type { Program } from "./program.ts";

/** What a dashboard is started with. */
export interface DashboardOptions {
  readonly program: Program;
  /** Where it keeps what is its own. */
  readonly folder: string;
  readonly version: string;
  readonly port: number;
  /** Who its link logs in: `ada@controller`. */
  readonly owner: string;
  /** The id of a run of now. */
  readonly newRun: () => string;
  /** Tells the link that logs in; the next one when it was used. */
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
  const { program, folder, version, port, owner, newRun, tellLink } = options;
  const origin = `http://127.0.0.1:${port}`;
  const addresses = { origins: [origin, `http://localhost:${port}`], secure: false };
  const access = new Access({ addresses, folder, owner, tellLink });
  const config = new WatchedConfig(program);
  const history = new History(async () => {
    const { description } = await config.state();
    if (!description) throw new ProogError(noConfig);
    if (description.store === undefined) throw new ProogError(noStore);
    return await openStore(description.store === "secret" ? await describeStore(program) : description.store);
  });
  const view = new FleetView(config, history);
  const hub = new LiveHub(new Bus(history), view, history);
  const actions = new Actions({ program, history, folder: join(folder, "runs"), newRun });
  const features = () => ({ memorials: true, resizes: true, accounts: access.accounts.list().length > 0 });
  const routes = [
    ...accessRoutes(access, { fleet: async () => (await view.fleet()).name, version, features }),
    ...fleetRoutes(view, history, program),
    ...actionRoutes(actions, new Previews(view, program), access.audit),
    ...historyRoutes(history),
  ];
  const app = createApp(access, routes, (streams) => addEventStream(streams, access, hub));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await listen(server, port);
  return {
    address: origin,
    get link() {
      return access.link;
    },
    close: async () => {
      hub.close();
      config.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await history.close();
    },
  };
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

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return error;
  return new ProogError({
    code: "command-line",
    message:
      error.code === "EACCES"
        ? `Port ${port} may not be used by this user.`
        : `Port ${port} is taken by another program on this machine.`,
    hint: `Choose another one: proog serve --port ${port < 1024 ? 7766 : port + 1}`,
    cause: error,
  });
}
