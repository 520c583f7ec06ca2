import { Agent, request } from "node:http";

/** What became of the requests of a load. */
export interface LoadResult {
  readonly requests: number;
  /** What each one that failed says: a status, or an error of the connection. */
  readonly failed: readonly string[];
  /** How many requests each answer was given to. */
  readonly answers: ReadonlyMap<string, number>;
  /** In milliseconds, in order. */
  readonly times: readonly number[];
}

/** Requests that go on until they are stopped. */
export interface Load {
  /** What has come until now. */
  readonly so: () => LoadResult;
  stop(): Promise<LoadResult>;
}

/**
 * Asks an address so many times a second, whatever becomes of earlier requests, over connections that are kept. What fails is counted,
 * and never asked again.
 */
export function startLoad(url: string, { rate = 100, limit = 30_000, method = "GET" } = {}): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const failed: string[] = [];
  const times: number[] = [];
  const answers = new Map<string, number>();
  const open = new Set<Promise<void>>();
  const started = performance.now();
  let requests = 0;
  const timer = setInterval(() => {
    while (requests < ((performance.now() - started) / 1000) * rate) {
      requests++;
      const one = ask(url, agent, limit, method)
        .then(({ status, text, milliseconds }) => {
          times.push(milliseconds);
          if (status === 200) answers.set(text, (answers.get(text) ?? 0) + 1);
          else failed.push(`status ${status}`);
        })
        .catch((error: Error) => void failed.push(error.message))
        .finally(() => open.delete(one));
      open.add(one);
    }
  }, 5);
  const so = () => ({ requests, failed, answers, times: times.toSorted((one, other) => one - other) });
  return {
    so,
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
  readonly milliseconds: number;
}

function ask(url: string, agent: Agent, limit: number, method: string): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, timeout: limit, method }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: text.trim(),
          milliseconds: performance.now() - started,
        }),
      );
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", reject);
    asked.end();
  });
}
