import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import * as v from "valibot";
import type { Event } from "../../report/event.ts";
import type { JournalLine } from "../api.ts";
import type { Access } from "./access/access.ts";
import { requireRole } from "./access/visitor.ts";
import type { Bindings } from "./app.ts";
import type { FleetView } from "./fleet/fleet-view.ts";
import type { Program } from "./program.ts";
import { take } from "./route.ts";

/** Characters of a line that are taken: as events they are a little longer than as text. */
const clipAt = 16_000;

const filter = v.object({
  // systemd.unit(5); it becomes a word of a command line on the node.
  unit: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,255}$/, "It must be the name of a unit.")),
  ),
});

/** `GET /api/v1/nodes/ENVIRONMENT/NODE/journal` */
export function addJournals(app: Hono<Bindings>, access: Access, view: FleetView, program: Program): void {
  app.get("/api/v1/nodes/:environment/:node/journal", async (context) => {
    const visitor = access.require(context);
    requireRole(visitor, "operator");
    const { unit } = take(filter, context.req.query());
    const { name, environment } = await view.node(
      context.req.param("environment"),
      context.req.param("node"),
    );
    const { outgoing } = context.env;
    outgoing.writeHead(200, access.streamHeaders());
    const child = spawn(program.command, [...program.args, ...wordsOf(name, environment, unit, program)], {
      cwd: program.directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    outgoing.once("close", () => child.kill());
    const send = async (stream: Readable) => {
      for await (const line of clippedLines(stream)) {
        const told = parseLine(line);
        if (told && !outgoing.write(`event: line\ndata: ${JSON.stringify(told)}\n\n`))
          await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
        if (outgoing.destroyed || !access.isIn(visitor)) break;
      }
    };
    await Promise.all([send(child.stdout), send(child.stderr)]).finally(() => child.kill());
    outgoing.end();
    return RESPONSE_ALREADY_SENT;
  });
}

function wordsOf(node: string, environment: string, unit: string | undefined, { config }: Program): string[] {
  const only = unit === undefined ? [] : [`--unit=${unit}`];
  return ["logs", node, "--follow", "-n", "200", ...only, "-e", environment, "--json", "--config", config];
}

/** A line of the journal, or what is to be said of it; all other events are of no interest here. */
function parseLine(text: string): JournalLine | undefined {
  try {
    const event: Event = JSON.parse(text);
    if (event.type === "log-line") {
      const { text: line, at, by, priority } = event;
      return { line, at, by, priority };
    }
    if (event.type === "error") return { line: event.error.message, priority: 3 };
    return event.type === "note" ? { line: event.text } : undefined;
  } catch {
    // What ssh says, or a line that was too long to be taken whole.
    return text === "" ? undefined : { line: text };
  }
}

/** The lines of a stream; of one that is very long only its beginning is kept in memory. */
async function* clippedLines(stream: Readable): AsyncGenerator<string> {
  let line = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    const [rest = "", ...others] = String(chunk).split("\n");
    line = (line + rest).slice(0, clipAt);
    for (const other of others) {
      yield line;
      line = other.slice(0, clipAt);
    }
  }
  if (line !== "") yield line;
}
