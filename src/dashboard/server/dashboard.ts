import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { ProogError } from "../../report/error.ts";
import { Access } from "./access/access.ts";
import { accessRoutes } from "./access/routes.ts";
import { createApp } from "./app.ts";
import { FleetView } from "./fleet/fleet-view.ts";
import { fleetRoutes } from "./fleet/routes.ts";
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
  /** Tells the link that logs in; the next one when it was used. */
  readonly tellLink: (address: string) => void;
}

/** A server that answers. */
export interface Dashboard {
  /** `http://127.0.0.1:7766` */
  readonly address: string;
  /** The address that logs in, once. */
  readonly link: string;
  close(): Promise<void>;
}

/** Starts the server; it answers when this resolves. @throws ProogError when the port is taken. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { program, folder, version, port, owner, tellLink } = options;
  const origin = `http://127.0.0.1:${port}`;
  const addresses = { origins: [origin, `http://localhost:${port}`], secure: false };
  const access = new Access({ addresses, folder, owner, tellLink });
  const view = new FleetView(program);
  const fleet = async () => (await view.fleet()).name;
  const routes = [...accessRoutes(access, { fleet, version }), ...fleetRoutes(view)];
  const app = createApp(access, routes, () => {});
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await listen(server, port);
  return {
    address: origin,
    get link() {
      return access.link;
    },
    close: async () => {
      view.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

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
