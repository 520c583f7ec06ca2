import { readFileSync } from "node:fs";
import { quote } from "../catalog/quote.ts";
import { drained } from "../connect/drained.ts";
import { Complaint, type FarProcess, readProcesses, startFarEnd } from "../connect/far-end.ts";
import { sshFailure, sudoFailure } from "../connect/ssh-failure.ts";
import type { Become, Target } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import { MarkedStream, newToken } from "./marked-stream.ts";
import type { CommandEnd, CommandOutput, CommandRequest } from "./request.ts";

/** Milliseconds that the far end has to end a command, which it first asks to end and then kills: twice three seconds, and what a busy machine takes. */
const stopLimit = 15_000;

/** Milliseconds between two signs of life to the far end while a command runs. */
const lifeInterval = 10_000;

/** Seconds without one after which the far end ends the command. */
const lifeLimit = 60;

/** Characters that are kept of what the login prints before the far end is there. */
const longestGreeting = 4096;

interface Progress {
  readonly output: CommandOutput;
  readonly resolve: (end: CommandEnd) => void;
  readonly reject: (error: ProogError) => void;
  /** Streams that have not told its end yet. */
  open: number;
  status: number;
  /** Something that it has started still runs, and may print. */
  left: boolean;
}

function readFarEnd(): string {
  return readProcesses() + readFileSync(new URL("commands.sh", import.meta.url), "utf8");
}

/** One connection to a node in which commands run, one at a time; see commands.sh for its other end. */
export class CommandSession {
  readonly #target: Target;
  readonly #process: FarProcess;
  readonly #complaint: Complaint;
  readonly #token = newToken();
  readonly #terminal: boolean;
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #stderrReady: boolean;
  #tokenSent = false;
  #greeting = "";
  #closed = false;
  #ended = false;
  #retired = false;
  #progress: Progress | undefined;

  private constructor(target: Target, become: Become, terminal: boolean) {
    const farEnd = readFarEnd();
    this.#target = target;
    this.#terminal = terminal;
    this.#complaint = new Complaint(farEnd);
    const environment = terminal ? { ...ownEnvironment(), TERM: "dumb" } : ownEnvironment();
    const child = startFarEnd(target, farEnd, '""', become, this.#complaint, { terminal, environment });
    this.#process = child;
    // In a terminal there is one stream for both.
    this.#stderrReady = terminal;
    this.#ready.promise.catch(() => {});
    this.#read(become);
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      this.#complaint.take(`${error.message}\n`);
      this.#finish();
    });
    child.on("close", () => this.#finish());
    if (!terminal && typeof become === "string") this.#sendToken();
  }

  /** Connects. Whether that worked shows in `ready`, or in what is run. */
  static open(target: Target, become: Become, terminal = false): CommandSession {
    return new CommandSession(target, become, terminal);
  }

  /** Resolves when the far end takes commands. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** What ssh and sudo had to say. */
  get complaint(): string {
    return this.#complaint.text;
  }

  /** Whether another command may run in it. */
  get usable(): boolean {
    return !this.#retired && !this.#ended && !this.#closed;
  }

  /**
   * Runs a command to its end. The signal ends it, with all that it has started.
   * @throws ProogError when the connection ends before it does.
   */
  async run(request: CommandRequest, output: CommandOutput, signal: AbortSignal): Promise<CommandEnd> {
    if (this.#terminal) await this.ready;
    const { promise, resolve, reject } = Promise.withResolvers<CommandEnd>();
    promise.catch(() => {});
    if (this.#ended) throw this.#failure();
    this.#progress = { output, resolve, reject, open: this.#terminal ? 1 : 2, status: 0, left: false };
    const { stdin } = this.#process;
    stdin.write(`${lineOf(request)}\n`);
    let limit: NodeJS.Timeout | undefined;
    // Where it reads nothing else, it finds out by writing.
    const life = request.input || this.#terminal ? undefined : this.#showLife();
    const stop = () => {
      limit = setTimeout(() => this.abort(), stopLimit);
      this.#retired = true;
      // While input flows, or in a terminal, the far end reads nothing else.
      if (request.input || this.#terminal) this.abort();
      else stdin.write("stop\n");
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      if (request.input) this.#send(request.input.read()).catch((error) => this.#fail(error));
      output.replies?.((text) => stdin.write(text));
      return await promise;
    } finally {
      clearTimeout(limit);
      clearTimeout(life);
      signal.removeEventListener("abort", stop);
      this.#progress = undefined;
    }
  }

  #showLife(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#process.stdin.write(`alive ${lifeLimit}\n`);
      timer.refresh();
    }, lifeInterval);
    return timer;
  }

  /** Ends the far end. */
  close(): void {
    // A terminal has no end of input, and what was left running may hold on to the connection.
    if (this.#terminal || this.#retired) return void this.abort();
    this.#closed = true;
    const { stdin, stdout, stderr } = this.#process;
    stdin.end();
    // Nothing more comes of it, and nobody need wait for its end.
    for (const stream of [stdout, stderr]) stream.destroy();
    this.#process.unref();
  }

  /** Ends the connection at once; the far end ends what runs. */
  abort(): void {
    this.#closed = true;
    this.#process.kill("SIGTERM");
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream.destroy();
    this.#finish();
  }

  #read(become: Become): void {
    const { stdout, stderr } = this.#process;
    const printed = new MarkedStream(this.#token, {
      data: (chunk) => {
        if (this.#isReady) this.#progress?.output.stdout(chunk);
        else this.#begin(chunk, become);
      },
      mark: (verb, fields) => {
        if (verb === "ready") {
          this.#isReady = true;
          this.#ready.resolve();
        } else if (verb === "ended") this.#settle(Number(fields[0]), fields[1] === "left");
      },
    });
    const complained = new MarkedStream(this.#token, {
      data: (chunk) => {
        if (this.#stderrReady && this.#progress) this.#progress.output.stderr(chunk);
        else this.#complain(chunk, become);
      },
      mark: (verb) => {
        if (verb === "ready") this.#stderrReady = true;
        else if (verb === "ended") this.#settle(undefined, false);
      },
    });
    stdout.on("data", (chunk: Buffer) => printed.write(chunk)).on("end", () => printed.end());
    stderr.on("data", (chunk: Buffer) => complained.write(chunk)).on("end", () => complained.end());
  }

  /** What is said before the far end is there: sudo's question is among it. */
  #complain(chunk: Buffer, become: Become): void {
    const before = this.#complaint.asked;
    this.#complaint.take(chunk.toString("utf8"));
    const { asked } = this.#complaint;
    // It asks again only when the password was wrong, and must not take what follows for another.
    if (asked > 1) this.abort();
    else if (asked > before && typeof become === "object") this.#process.stdin.write(`${become.password}\n`);
  }

  /** In a terminal and behind sudo, the far end says that it is there: only then it can take the token. */
  #begin(chunk: Buffer, become: Become): void {
    if (this.#terminal) this.#complain(chunk, become);
    this.#greeting = (this.#greeting + chunk.toString("utf8")).slice(-longestGreeting);
    if (this.#tokenSent || !this.#greeting.includes(`${this.#complaint.presence}`)) return;
    this.#sendToken();
  }

  #sendToken(): void {
    this.#tokenSent = true;
    this.#process.stdin.write(`${this.#token}\n`);
  }

  async #send(chunks: AsyncIterable<Buffer>): Promise<void> {
    const { stdin } = this.#process;
    for await (const chunk of chunks) {
      if (this.#ended || stdin.destroyed) return;
      // Where it was closed, the end of the connection tells why.
      if (!stdin.write(chunk) && !(await drained(stdin))) return;
    }
  }

  #settle(status: number | undefined, left: boolean): void {
    const progress = this.#progress;
    if (!progress) return;
    if (status !== undefined) progress.status = status;
    progress.left ||= left;
    progress.open -= 1;
    if (progress.open > 0) return;
    if (progress.left || this.#terminal) this.#retired = true;
    progress.resolve({ status: progress.status });
  }

  #fail(error: ProogError): void {
    this.#progress?.reject(error);
    this.abort();
  }

  #finish(): void {
    this.#ended = true;
    const failure = this.#failure();
    this.#ready.reject(failure);
    this.#progress?.reject(failure);
  }

  #failure(): ProogError {
    const { name } = this.#target;
    if (!this.#isReady) {
      const refusal = sudoFailure(this.#target, this.complaint);
      if (refusal) return refusal;
      if (this.#process.exitCode === 255 || this.#process.exitCode === null)
        return sshFailure(this.#target, this.complaint);
      return new ProogError({
        code: "connection-lost",
        message: `The connection to ${name} ended with status ${this.#process.exitCode}, before a shell was there.`,
        detail: this.complaint,
      });
    }
    return new ProogError({
      code: "connection-lost",
      message: `The connection to ${name} was lost while a command ran there.`,
      hint: "The node ends the command when it notices. Look at what it has done, then run it again.",
    });
  }
}

/** Words as a shell reads them, in one line. */
function lineOf({ shell, args = [], input, user, cwd, environment = {}, goOn }: CommandRequest): string {
  const words = [
    ...(goOn ? ["go-on"] : []),
    ...(user === undefined ? [] : [`user=${user}`]),
    ...(cwd === undefined ? [] : [`folder=${cwd}`]),
    ...Object.entries(environment).map(([name, value]) => `set=${name}=${value}`),
  ];
  const all = ["run", input ? String(input.size) : "-", ...words, "--", shell, ...args];
  return all.map((word) => quote(word).replaceAll("\n", `'"$newline"'`)).join(" ");
}

/** What is set here is no business of the node: settings of ssh may send the language along, see SendEnv in ssh_config(5). */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LANG|LANGUAGE|LC_.*)$/.test(name)),
  );
}
