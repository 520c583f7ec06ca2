/** Calls that answer with more than one JSON. */
interface StreamOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: unknown;
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const inQuery = (name: string, description: string, schema: object = { type: "string" }) => ({
  ...{ name, in: "query", required: false, description, schema },
});
const ofNode = ["environment", "node"].map((name) => ({
  ...{ name, in: "path", required: true, schema: { type: "string" } },
}));

export const streams: readonly StreamOperation[] = [
  {
    method: "GET",
    path: "/events",
    operation: {
      operationId: "get-events",
      summary: "What happens, as it happens: server-sent events.",
      description:
        "The field `event` is the type of a message, `data` the message as JSON. Those of type `event` have an id: with the header " +
        "Last-Event-ID a stream goes on behind it, and nothing is lost. Needs the role viewer.",
      parameters: [
        { name: "Last-Event-ID", in: "header", required: false, schema: { type: "integer" } },
        inQuery("run", "Events of this run alone."),
        inQuery("environment", "Events of runs in this environment alone."),
        inQuery("node", "Events about nodes of this name alone."),
        inQuery("quiet", "Without the output of commands.", { type: "boolean" }),
      ],
      responses: {
        200: {
          description: "Messages, until one of both sides ends.",
          content: { "text/event-stream": { schema: reference("Live") } },
        },
      },
    },
  },
  {
    method: "GET",
    path: "/nodes/:environment/:node/journal",
    operation: {
      operationId: "get-journal",
      summary: "The last 200 lines of a node's journal, and what comes: server-sent events.",
      description: "Needs the role operator.",
      parameters: [...ofNode, inQuery("unit", "Of this unit alone, `nginx`.")],
      responses: {
        200: {
          description: "Lines, until one of both sides ends.",
          content: { "text/event-stream": { schema: reference("JournalLine") } },
        },
      },
    },
  },
  {
    method: "GET",
    path: "/nodes/:environment/:node/terminal",
    operation: {
      operationId: "get-terminal",
      summary: "A shell on a node: a WebSocket of the protocol proog-terminal.",
      description:
        "Binary frames are what is typed, and what is printed. Text frames are JSON: a TerminalResize from here, a TerminalEnd, the last " +
        "one, from there. A browser gives its secret as a second protocol, csrf.TOKEN. Needs the role operator.",
      parameters: [
        ...ofNode,
        inQuery("columns", "Default: 80.", { type: "integer" }),
        inQuery("rows", "Default: 24.", { type: "integer" }),
      ],
      responses: { 101: { description: "The terminal is open." } },
    },
  },
];
