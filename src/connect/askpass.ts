import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, renameSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { socketFolder } from "./ssh.ts";

/** Gives the answer to what ssh asks, in its own words; none lets it go on as if there were nobody. */
export type Answer = (question: string) => Promise<string | undefined>;

/**
 * Answers what one ssh(1) asks: passwords, passphrases, whether a host key is right. ssh runs a program for that, which gets the
 * answer over a socket in a folder that only its owner enters; so no secret is in an argument, an environment or a file.
 */
export class Askpass {
  readonly #server: Server;
  /** What ssh needs to find it. */
  readonly environment: NodeJS.ProcessEnv;

  private constructor(server: Server, environment: NodeJS.ProcessEnv) {
    this.#server = server;
    this.environment = environment;
  }

  /** @param folder Where programs can be run, which /tmp may not allow. */
  static async open(folder: string, answer: Answer): Promise<Askpass> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const program = join(folder, "askpass");
    copyFileSync(fileURLToPath(new URL("askpass.sh", import.meta.url)), `${program}.${process.pid}`);
    chmodSync(`${program}.${process.pid}`, 0o700);
    renameSync(`${program}.${process.pid}`, program);
    const socket = join(socketFolder(), `ask-${randomBytes(6).toString("hex")}`);
    const server = createServer({ allowHalfOpen: true }, (client) => void serve(client, answer));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(socket, resolve);
    });
    return new Askpass(server, {
      ...process.env,
      SSH_ASKPASS: program,
      SSH_ASKPASS_REQUIRE: "force",
      // OpenSSH before 8.4 asks this way only where it could open a window.
      DISPLAY: process.env.DISPLAY ?? ":",
      PROOG_ASKPASS_NODE: process.execPath,
      PROOG_ASKPASS_PROGRAM: process.argv[1],
      PROOG_ASKPASS_SOCKET: socket,
    });
  }

  close(): void {
    this.#server.close();
  }
}

async function serve(client: Socket, answer: Answer): Promise<void> {
  client.on("error", () => {});
  const given = await text(client)
    .then(answer)
    .catch(() => undefined);
  client.end(given === undefined ? "" : `${given}\n`);
}

/** The other end: `proog __askpass QUESTION`, as ssh runs it. */
export async function askForSsh(question: string): Promise<void> {
  const socket = connect({ path: process.env.PROOG_ASKPASS_SOCKET ?? "", allowHalfOpen: true });
  socket.end(question);
  const answer = await text(socket);
  if (answer === "") process.exitCode = 1;
  else process.stdout.write(answer);
}
