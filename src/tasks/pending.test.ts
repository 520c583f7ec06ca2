import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { recordingNode } from "./recording-node.ts";
import { task } from "./task.ts";

const never = () => new Promise(() => {});

test("a function that waits for what never comes is given up, and begins nothing more", async () => {
  const waiting = Promise.withResolvers<void>();
  let refused: unknown;
  const hangs = task("hangs", { timeLimit: 0.1 }, async ({ sh }) => {
    await sh`first`;
    await waiting.promise;
    refused = await sh`second`.catch((error: unknown) => error);
  });
  const web = recordingNode("web-1");
  await expect(web.run(hangs)).rejects.toMatchObject({
    code: "time-limit",
    message: "The task hangs has waited more than 0.1 s for what is no command of its own, and was given up.",
    hint: "Does it wait for what never comes? Where it takes so long, give it a longer timeLimit.",
  });
  waiting.resolve();
  await sleep(10);
  expect(refused).toMatchObject({ code: "interrupted", message: "The task hangs was ended." });
  expect(web.commands).toEqual(["first"]);
});

test("what has limits of its own may take longer, each time", async () => {
  const slow = task("slow", { timeLimit: 10 }, () => sleep(200));
  const calls = task("calls", { timeLimit: 0.1 }, async ({ run }) => {
    for (let time = 0; time < 4; time += 1) {
      await run(slow);
      await sleep(50);
    }
    return "done";
  });
  await expect(recordingNode("web-1").run(calls)).resolves.toBe("done");
});

test("where what is done once fails with the call that does it, it has failed for all", async () => {
  const build = task("build", { timeLimit: 0.1 }, ({ once }) => once("build", never));
  const other = task("other", { timeLimit: 0.05 }, ({ once }) => once("build", never));
  const both = task("both", { timeLimit: 5 }, async ({ run }) => {
    const results = await Promise.allSettled([run(build), run(other)]);
    return results.map((result) => (result.status === "rejected" ? result.reason.message : "done"));
  });
  const message =
    "The task build has waited more than 0.1 s for what is no command of its own, and was given up.";
  await expect(recordingNode("web-1").run(both)).resolves.toEqual([message, message]);
});
