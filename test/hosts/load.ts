import { Agent, request } from "node:http";

/** What became of the requests of a load. */
export interface LoadResult {
  readonly requests: number;
  /** What each one that failed says: a status, or an error of the connection. */
  readonly failed: readonly string[];
  /** How many were sent a second time, since the connection that was kept for them was closed before a byte of an answer. */
  readonly sentAgain: number;
  /** How many requests each answer was given to. */
  readonly answers: ReadonlyMap<string, number>;
  /** In milliseconds, in order. */
  readonly times: readonly number[];
}

/** Requests that go on until they are stopped. */
export interface Load {
  /** What has come until now. */
  readonly so: () => LoadResult;
  /** How long requests took that began in these milliseconds after a moment of `performance.now()`, in order, as far as they have an answer. */
  readonly timesAfter: (moment: number, milliseconds: number) => readonly number[];
  stop(): Promise<LoadResult>;
}

/**
 * Asks an address so many times a second, whatever becomes of earlier requests, over connections that are kept. What fails is counted, and
 * not asked again, but for what HTTP leaves to each client: a server may close a connection that waits just when a request is on its way.
 * A GET that gets no byte over a connection which was used before is sent once more over a new one, and counted as that.
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.1, as browsers, curl and Go do it, and Node's own documentation of
 * `request.reusedSocket` has it.
 */
export function startLoad(url: string, { rate = 100, limit = 30_000, method = "GET" } = {}): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const failed: string[] = [];
  const answered: { readonly begun: number; readonly took: number }[] = [];
  const answers = new Map<string, number>();
  const open = new Set<Promise<void>>();
  const started = performance.now();
  let requests = 0;
  let sentAgain = 0;
  const askAsClients = (): Promise<Answer> =>
    ask(url, agent, limit, method).catch((error: unknown) => {
      if (!(error instanceof ClosedWhileKept) || method !== "GET") throw error;
      sentAgain++;
      return ask(url, undefined, limit, method);
    });
  const timer = setInterval(() => {
    while (requests < ((performance.now() - started) / 1000) * rate) {
      requests++;
      const begun = performance.now();
      const one = askAsClients()
        .then(({ status, text }) => {
          answered.push({ begun, took: performance.now() - begun });
          if (status === 200) answers.set(text, (answers.get(text) ?? 0) + 1);
          else failed.push(`status ${status}`);
        })
        .catch((error: Error) => void failed.push(error.message))
        .finally(() => open.delete(one));
      open.add(one);
    }
  }, 5);
  const timesOf = (some: typeof answered) =>
    some.map(({ took }) => took).toSorted((one, other) => one - other);
  const so = () => ({ ...{ requests, failed, sentAgain, answers }, times: timesOf(answered) });
  return {
    so,
    timesAfter: (moment, milliseconds) =>
      timesOf(answered.filter(({ begun }) => begun >= moment && begun < moment + milliseconds)),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return so();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A connection that had an answer before was closed without a byte of this one. */
class ClosedWhileKept extends Error {}

/** @param agent None: over a new connection. */
function ask(url: string, agent: Agent | undefined, limit: number, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: agent ?? false, timeout: limit, method }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: text.trim() }));
    });
    let before = 0;
    asked.on("socket", (socket) => {
      before = socket.bytesRead;
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === "ECONNRESET" || error.code === "EPIPE";
      const isSilent = asked.socket?.bytesRead === before;
      reject(asked.reusedSocket && isClosed && isSilent ? new ClosedWhileKept() : error);
    });
    asked.end();
  });
}
