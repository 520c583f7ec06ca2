import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { AnswerOf, BodyOf, Call, Live, Problem, RunDetail, Session } from "../src/dashboard/api.ts";
import { requireAsDocumented } from "./api-contract.ts";

const program = join(import.meta.dirname, "../bin/proog.js");

/** What came back. */
export interface Answer<Value> {
  readonly status: number;
  readonly body: Value;
}

/** Somebody who is logged in at a dashboard. */
export class Visit {
  readonly origin: string;
  readonly cookie: string;
  readonly session: Session;

  private constructor(origin: string, cookie: string, session: Session) {
    this.origin = origin;
    this.cookie = cookie;
    this.session = session;
  }

  /** By the link that proog serve prints. */
  static async byLink(link: string): Promise<Visit> {
    const response = await fetch(link);
    if (response.status !== 200) throw new Error(`The link is refused: ${await response.text()}`);
    return await Visit.byCookie(new URL(link).origin, cookieOf(response));
  }

  /** By name and password. */
  static async byPassword(origin: string, name: string, password: string): Promise<Visit> {
    const response = await fetch(`${origin}/api/v1/session`, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify({ name, password }),
    });
    if (response.status !== 200) throw new Error(`The login is refused: ${await response.text()}`);
    return await Visit.byCookie(origin, cookieOf(response));
  }

  /** With the cookie of one who is in. */
  static async byCookie(origin: string, cookie: string): Promise<Visit> {
    const response = await fetch(`${origin}/api/v1/session`, { headers: { cookie } });
    return new Visit(origin, cookie, (await response.json()) as Session);
  }

  get headers(): Record<string, string> {
    const { origin, cookie, session } = this;
    return { origin, cookie, "x-proog-csrf": session.csrf };
  }

  /** Any request; what is not JSON comes as text. */
  async request(method: string, path: string, body?: unknown): Promise<Answer<unknown>> {
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: { ...this.headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  /** A call that must go well; what it answers must be as the API's document says. */
  async call<Name extends Call>(
    name: Name,
    path: Readonly<Record<string, string | number>> = {},
    body?: BodyOf<Name>,
  ): Promise<AnswerOf<Name>> {
    const { status, body: answer } = await this.#send(name, path, body);
    if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(answer)}`);
    requireAsDocumented(name, status, answer);
    return answer as AnswerOf<Name>;
  }

  /** A call that must be refused. */
  async refusal<Name extends Call>(
    name: Name,
    path: Readonly<Record<string, string | number>> = {},
    body?: unknown,
  ): Promise<Problem["error"] & { readonly status: number }> {
    const { status, body: answer } = await this.#send(name, path, body);
    if (status < 300) throw new Error(`${name} was not refused: ${JSON.stringify(answer)}`);
    return { status, ...(answer as Problem).error };
  }

  /** Those names of the path that it has, all others as the query. */
  #send(
    name: Call,
    values: Readonly<Record<string, string | number>>,
    body: unknown,
  ): Promise<Answer<unknown>> {
    const [method = "", pattern = ""] = name.split(" ");
    const rest = new Map(Object.entries(values));
    const path = pattern.replace(/:(\w+)/g, (_, key: string) => {
      const value = rest.get(key);
      rest.delete(key);
      return encodeURIComponent(String(value));
    });
    const query = new URLSearchParams(
      Object.fromEntries([...rest].map(([key, value]) => [key, String(value)])),
    );
    return this.request(method, `/api/v1${path}${query.size > 0 ? `?${query}` : ""}`, body);
  }

  /** Does it, and waits for its end. */
  async act(action: BodyOf<"POST /actions">): Promise<RunDetail> {
    return await this.end((await this.call("POST /actions", {}, action)).run);
  }

  /** Waits for the end of a run. */
  async end(run: string): Promise<RunDetail> {
    for (;;) {
      const detail = await this.call("GET /runs/:run", { run });
      if (detail.run.state !== "running") return detail;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Watches until it is closed. */
  watch(query = "", lastEventId?: number, take: (message: Live) => void = () => {}): Watch {
    return new Watch(`${this.origin}/api/v1/events${query}`, this.cookie, lastEventId, take);
  }
}

/** A stream of events that is read. */
export class Watch {
  readonly messages: Live[] = [];
  /** Ids, as the stream has them. */
  readonly ids: number[] = [];
  /** The server has ended it. */
  isOver = false;
  readonly #abort = new AbortController();
  readonly #take: (message: Live) => void;
  #changed: () => void = () => {};

  constructor(
    address: string,
    cookie: string,
    lastEventId: number | undefined,
    take: (message: Live) => void,
  ) {
    this.#take = take;
    void this.#read(address, cookie, lastEventId).catch((error: unknown) => {
      if (!this.#abort.signal.aborted) throw error;
    });
  }

  close(): void {
    this.#abort.abort();
  }

  /** The first one that is so, of those that came and those that come. */
  async waitFor(matches: (message: Live) => boolean, what = "a message"): Promise<Live> {
    const end = performance.now() + 60_000;
    for (;;) {
      const found = this.messages.find(matches);
      if (found) return found;
      if (performance.now() > end) throw new Error(`${what} did not come.`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        setTimeout(resolve, 200);
      });
    }
  }

  async #read(address: string, cookie: string, lastEventId: number | undefined): Promise<void> {
    const headers = { cookie, ...(lastEventId !== undefined && { "last-event-id": String(lastEventId) }) };
    const response = await fetch(address, { headers, signal: this.#abort.signal });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) this.#parse(part);
    }
    this.isOver = true;
  }

  #parse(part: string): void {
    const data = /^data: (.*)$/m.exec(part)?.[1];
    if (data === undefined) return;
    const id = /^id: (\d+)$/m.exec(part)?.[1];
    if (id !== undefined) this.ids.push(Number(id));
    const message: Live = JSON.parse(data);
    this.messages.push(message);
    this.#take(message);
    this.#changed();
  }
}

/** A dashboard that runs, as `proog serve` starts it. */
export interface Served extends AsyncDisposable {
  readonly origin: string;
  readonly pid: number;
  readonly port: number;
  /** The last link that it told. */
  readonly link: string;
  enter(): Promise<Visit>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `proog serve` on a free port. */
export async function startServe(
  folder: string,
  environment: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<Served> {
  const given = args.indexOf("--port");
  const port = given < 0 ? await freePort() : Number(args[given + 1]);
  const child = spawn(process.execPath, [program, "serve", "--json", "--port", String(port), ...args], {
    ...{ cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] },
  });
  const told = { address: "", link: "", stderr: "" };
  child.stderr?.on("data", (chunk) => {
    told.stderr += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const { type, address, link, error } = JSON.parse(line);
        if (type === "error") reject(new Error(error.message));
        if (type !== "serving") continue;
        Object.assign(told, { address, link: link ?? "" });
        resolve();
      }
    });
    child.once("exit", (status) => reject(new Error(`proog serve ended with ${status}: ${told.stderr}`)));
  });
  const kill = async (signal: NodeJS.Signals) => {
    if (isOver(child)) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    origin: told.address,
    pid: child.pid ?? -1,
    port,
    get link() {
      return told.link;
    },
    enter: () => Visit.byLink(told.link),
    kill,
    [Symbol.asyncDispose]: () => kill("SIGTERM"),
  };
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** One that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}

function cookieOf(response: Response): string {
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  return cookie;
}
