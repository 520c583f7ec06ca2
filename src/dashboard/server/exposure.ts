import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { createSecureContext } from "node:tls";
import { createAdaptorServer, type WebSocketServerLike } from "@hono/node-server";
import { ProogError } from "../../report/error.ts";
import type { Addresses } from "./access/origin.ts";

/**
 * Where the dashboard is reached: on this machine alone, by its own user; or by others, with TLS of its own, or of a proxy that
 * stands before it.
 */
export type Exposure =
  | { readonly type: "loopback"; readonly port: number }
  | {
      readonly type: "tls";
      readonly address: string;
      readonly port: number;
      readonly origin: string;
      /** Files in PEM. */
      readonly certificate: string;
      readonly key: string;
    }
  | { readonly type: "proxy"; readonly address: string; readonly port: number; readonly origin: string };

export function addressesOf(exposure: Exposure): Addresses {
  if (exposure.type !== "loopback") return { origins: [exposure.origin], secure: true };
  const { port } = exposure;
  return { origins: [`http://127.0.0.1:${port}`, `http://localhost:${port}`], secure: false };
}

/** A server that does not listen yet. */
export function createServer(
  exposure: Exposure,
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  sockets: WebSocketServerLike,
): Server {
  const options = { fetch, websocket: { server: sockets } };
  if (exposure.type !== "tls") return createAdaptorServer(options) as Server;
  const serverOptions = { ...readPair(exposure), minVersion: "TLSv1.2" as const };
  const server = createAdaptorServer({
    ...options,
    createServer: createTlsServer,
    serverOptions,
  }) as TlsServer;
  renewWithFiles(server, exposure);
  return server;
}

type Tls = Extract<Exposure, { type: "tls" }>;

/** @throws ProogError that names the file, and what is wrong with it. */
function readPair({ certificate, key }: Tls): { readonly cert: string; readonly key: string } {
  const read = (file: string, mark: RegExp, what: string) => {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (cause) {
      throw wrong(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause);
    }
    if (!mark.test(text)) throw wrong(`${file} is no ${what} in PEM.`);
    return text;
  };
  const pair = {
    cert: read(certificate, /-----BEGIN CERTIFICATE-----/, "certificate"),
    key: read(key, /-----BEGIN [A-Z ]*PRIVATE KEY-----/, "private key"),
  };
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw wrong(
      `${certificate} and ${key} do not make a pair: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
  return pair;
}

function wrong(message: string, cause?: unknown): ProogError {
  return new ProogError({
    code: "command-line",
    message,
    hint: "Name both files: --tls-cert fullchain.pem --tls-key privkey.pem",
    cause,
  });
}

/** A certificate is renewed every few weeks: the new one is used without a restart. */
function renewWithFiles(server: TlsServer, pair: Tls): void {
  const renew = () => {
    try {
      server.setSecureContext({ ...readPair(pair), minVersion: "TLSv1.2" });
    } catch {
      // Half of it is there: the other file will change, too.
    }
  };
  for (const file of [pair.certificate, pair.key])
    watchFile(file, { interval: 10_000, persistent: false }, renew);
  server.once("close", () => {
    for (const file of [pair.certificate, pair.key]) unwatchFile(file, renew);
  });
}

/** Resolves when it answers. @throws ProogError when the port or the address cannot be had. */
export function listen(server: Server, exposure: Exposure): Promise<void> {
  const address = exposure.type === "loopback" ? "127.0.0.1" : exposure.address;
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, address, exposure.port)));
    server.listen(exposure.port, address, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, address: string, port: number): Error {
  const other = `Choose another one: proog serve --port ${port < 1024 ? 7766 : port + 1}`;
  const found: Readonly<Record<string, readonly [string, string]>> = {
    EADDRINUSE: [`Port ${port} is taken by another program on this machine.`, other],
    EACCES: [`Port ${port} may not be used by this user.`, other],
    EADDRNOTAVAIL: [
      `${address} is no address of this machine.`,
      "See those that it has: ip address. All of them are: --listen 0.0.0.0 or --listen ::",
    ],
    ENOTFOUND: [`${address} is no address.`, "Name one of this machine's: --listen 192.0.2.10"],
  };
  const [message, hint] = found[error.code ?? ""] ?? [];
  if (message === undefined) return error;
  return new ProogError({ code: "command-line", message, hint, cause: error });
}
