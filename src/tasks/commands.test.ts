import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { readProcesses } from "../connect/far-end.ts";

/** All processes of this machine are looked at, which may be many. */
const patience = 60_000;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The far end on this machine, and what it has printed so far. */
function startFarEnd() {
  const text = readProcesses() + readFileSync(new URL("commands.sh", import.meta.url), "utf8");
  const child = spawn("sh", ["-c", text, "sh", ""], { stdio: ["pipe", "pipe", "ignore"] });
  ends.push(() => child.stdin.end());
  let listener = () => {};
  const far = {
    printed: "",
    say: (line: string) => void child.stdin.write(`${line}\n`),
    close: () => void child.kill("SIGTERM"),
    over: once(child, "exit"),
    /** At once, when it is printed. */
    heard: (text: string) =>
      new Promise<void>((resolve) => {
        listener = () => far.printed.includes(text) && resolve();
      }),
  };
  child.stdout.on("data", (chunk: Buffer) => {
    far.printed += chunk;
    listener();
  });
  far.say("token");
  return far;
}

test(
  "a command is ended when nobody has shown life for so long, and the next one runs",
  async () => {
    const far = startFarEnd();
    far.say("run - -- 'echo begun; sleep 4712'");
    await expect.poll(() => far.printed).toContain("begun");
    far.say("alive 1");
    await expect.poll(() => far.printed).toContain("token ended 143");
    far.say("run - -- 'echo after'");
    await expect.poll(() => far.printed).toContain("after\ntoken ended 0");
  },
  patience,
);

test(
  "what a command has left running stays, however soon after its end the connection is closed",
  async () => {
    const left: number[] = [];
    try {
      for (let number = 0; number < 20; number++) {
        const far = startFarEnd();
        far.say("run - -- 'sleep 4713 >/dev/null 2>&1 & echo $!'");
        await far.heard("token ended 0 left");
        far.close();
        await far.over;
        left.push(Number(/^([0-9]+)$/m.exec(far.printed)?.[1]));
      }
      expect(left.filter((pid) => !existsSync(`/proc/${pid}`))).toEqual([]);
    } finally {
      for (const pid of left) if (existsSync(`/proc/${pid}`)) process.kill(pid);
    }
  },
  patience,
);

test(
  "who shows life again in time is waited for, and what it said of one command is not about the next",
  async () => {
    const far = startFarEnd();
    far.say("run - -- 'sleep 1.5; echo through'");
    far.say("alive 1");
    setTimeout(() => far.say("alive 2"), 500);
    await expect.poll(() => far.printed).toContain("through\ntoken ended 0");
    far.say("alive 1");
    far.say("run - -- 'sleep 1.5; echo this, too'");
    await expect.poll(() => far.printed).toContain("this, too\ntoken ended 0");
  },
  patience,
);
