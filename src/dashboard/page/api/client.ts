import type { ErrorReport } from "../../../report/event.ts";
import type { AnswerOf, ApiError, BodyOf, Call, Problem, QueryOf } from "../../api.ts";

/** The server refused, or could not be reached. */
export class CallFailed extends Error {
  readonly status: number;
  readonly problem: ErrorReport | ApiError;

  constructor(status: number, problem: ErrorReport | ApiError) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

/** What is asked besides the name of the call: parts of the path, the query and the body. */
interface Details<Name extends Call> {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: QueryOf<Name>;
  readonly body?: BodyOf<Name>;
  readonly signal?: AbortSignal;
}

/** What the client knows of the session: the token against forged requests, and what to do when it is over. */
export interface Access {
  csrf(): string | undefined;
  /** Resolves when somebody is logged in again, with false when nobody will be. */
  renew(): Promise<boolean>;
}

const root = "/api/v1";

/** `GET /runs/:run` with `{ run: "x" }` is `/api/v1/runs/x`. */
export function writeAddress(
  call: Call,
  path: Readonly<Record<string, string>> = {},
  query: object = {},
): string {
  const [, pattern = ""] = call.split(" ");
  const place = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${root}${place}${search && `?${search}`}`;
}

/**
 * Calls of the API with the types that the server has. One whose session has ended meanwhile waits for a new one and is then made again,
 * so that nobody loses what they were about to approve.
 */
export function createClient(access: Access) {
  return async function call<Name extends Call>(
    name: Name,
    details: Details<Name> = {},
  ): Promise<AnswerOf<Name>> {
    const answer = await ask(name, details, access);
    if (answer.ok) return answer.json();
    const failed = new CallFailed(answer.status, await readProblem(answer));
    const over = failed.status === 401 && !name.endsWith(" /session");
    if (over && (await access.renew())) return call(name, details);
    throw failed;
  };
}

async function ask<Name extends Call>(name: Name, details: Details<Name>, access: Access): Promise<Response> {
  const [method = "GET"] = name.split(" ");
  const csrf = method === "GET" ? undefined : access.csrf();
  const request = () =>
    fetch(writeAddress(name, details.path, details.query as object | undefined), {
      method,
      headers: {
        accept: "application/json",
        ...(csrf !== undefined && { "x-proog-csrf": csrf }),
        ...(details.body !== undefined && { "content-type": "application/json" }),
      },
      ...(details.body !== undefined && { body: JSON.stringify(details.body) }),
      ...(details.signal && { signal: details.signal }),
    });
  try {
    return method === "GET" ? await tryAgain(request, details.signal) : await request();
  } catch (error) {
    if (details.signal?.aborted) throw error;
    throw new CallFailed(0, {
      code: "unavailable",
      message: "The server does not answer.",
      hint: "Is `proog serve` still running? What it had begun goes on without it.",
    });
  }
}

/**
 * What only looks is tried again: a browser gives all requests up when its machine's network changes, as it does when a cable is
 * pulled, and when machines are booted on it.
 */
export async function tryAgain<Value>(
  act: () => Promise<Value>,
  signal?: AbortSignal,
  waits: readonly number[] = [200, 800, 2000],
): Promise<Value> {
  const [wait, ...rest] = waits;
  try {
    return await act();
  } catch (error) {
    if (wait === undefined || signal?.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return await tryAgain(act, signal, rest);
  }
}

async function readProblem(answer: Response): Promise<Problem["error"]> {
  try {
    const { error } = (await answer.json()) as Problem;
    return error;
  } catch {
    return { code: "internal", message: `The server answered ${answer.status} ${answer.statusText}.` };
  }
}
