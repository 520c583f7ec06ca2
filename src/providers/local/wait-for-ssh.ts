import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two tries. */
const pause = 50;

/** True as soon as an ssh server greets; false when the time is over or `alive` says that waiting is in vain. */
export async function waitForSsh(
  address: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly alive: () => boolean },
): Promise<boolean> {
  const { timeoutMs, signal, alive } = options;
  const end = Date.now() + timeoutMs;
  while (!signal.aborted && Date.now() < end) {
    const started = Date.now();
    if (await greets(address)) return true;
    if (!alive()) return false;
    await sleep(Math.max(0, pause - (Date.now() - started)));
  }
  return false;
}

/** Tries once; a connection that hangs is given up soon, as TCP would repeat its lost packet only after a second. RFC 4253 says that the server's first line starts with `SSH-`. */
function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(250, () => finish(false));
    socket.once("connect", () => socket.setTimeout(2000));
    socket.once("data", (chunk) => finish(chunk.toString("latin1").startsWith("SSH-")));
    socket.once("error", () => finish(false));
    socket.once("close", () => finish(false));
  });
}
