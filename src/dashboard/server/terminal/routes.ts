import { upgradeWebSocket } from "@hono/node-server";
import type { Hono } from "hono";
import * as v from "valibot";
import type { TerminalEnd, TerminalResize } from "../../api.ts";
import type { Access } from "../access/access.ts";
import { requireRole, type Visitor } from "../access/visitor.ts";
import type { Bindings } from "../app.ts";
import type { FleetView } from "../fleet/fleet-view.ts";
import { refuse } from "../problem.ts";
import type { Program } from "../program.ts";
import { take } from "../route.ts";
import { openTerminal } from "./pty.ts";
import { TerminalLink } from "./terminal-link.ts";

/** How many may be open at the same time. */
const mostTerminals = 50;

const size = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const sizes = { columns: size(1000), rows: size(500) };
const inQuery = v.object({
  columns: v.pipe(v.optional(v.string(), "80"), v.transform(Number), sizes.columns),
  rows: v.pipe(v.optional(v.string(), "24"), v.transform(Number), sizes.rows),
});
const resize: v.GenericSchema<unknown, TerminalResize> = v.object(sizes);

/** `GET /api/v1/nodes/ENVIRONMENT/NODE/terminal` */
export function addTerminals(app: Hono<Bindings>, access: Access, view: FleetView, program: Program): void {
  const open = new Set<TerminalLink>();
  app.get("/api/v1/nodes/:environment/:node/terminal", async (context, next) => {
    const visitor = access.requireForSocket(context);
    requireRole(visitor, "operator");
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket")
      refuse("invalid-request", "A terminal is a WebSocket.");
    const node = await view.node(context.req.param("environment"), context.req.param("node"));
    const wanted = take(inQuery, context.req.query());
    if (open.size >= mostTerminals)
      refuse("too-many-requests", `${mostTerminals} terminals are open already.`);
    note(access, visitor, `${node.name} of ${node.environment}`);
    const socket = upgradeWebSocket(() => {
      let link: TerminalLink | undefined;
      return {
        onOpen: async (_, peer) => {
          try {
            const pty = await openTerminal(program, node, wanted);
            const opened = new TerminalLink(pty, peer, () => access.isIn(visitor));
            link = opened;
            open.add(opened);
            opened.onEnd(() => open.delete(opened));
          } catch (error) {
            const end: TerminalEnd = { status: 1, error: { code: "unavailable", message: messageOf(error) } };
            peer.send(JSON.stringify(end));
            peer.close();
          }
        },
        onMessage: ({ data }) => {
          if (typeof data !== "string") link?.type(data);
          else link?.resize(parseResize(data));
        },
        onClose: () => link?.hangUp(),
      };
    });
    return await socket(context, next);
  });
}

function note({ audit }: Access, { name, from }: Visitor, detail: string): void {
  audit.note({ who: name, from, what: "terminal", detail });
}

function parseResize(text: string): TerminalResize | undefined {
  try {
    return v.parse(resize, JSON.parse(text));
  } catch {
    // Of something else that it sends, nothing is to be made.
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
