import { expect, test } from "vitest";
import type { Mistaken } from "../declare.ts";
import { file } from "../file/file.ts";
import { reboot } from "./reboot.ts";

const conf = file("/etc/modprobe.d/a.conf", { content: "" });

test("is plain data, named after when it is due", () => {
  expect(reboot()).toMatchObject({ type: "reboot", name: "when the system asks" });
  expect(reboot({ onlyOn: [conf, false], optional: true, tags: ["kernel"] })).toMatchObject({
    ...{ type: "reboot", name: "after changes", onlyOn: ["file /etc/modprobe.d/a.conf"] },
    ...{ optional: true, tags: ["kernel"] },
  });
});

test("says what is wrong with its options", () => {
  const mistakes = (options: object) => (reboot(options) as Mistaken).mistakes;
  expect(mistakes({ onlyOn: [] })).toEqual([
    "onlyOn is empty, and must be resources: reboot() without it waits for the system to ask.",
  ]);
  expect(mistakes({ when: "asked" })).toEqual([expect.stringMatching(/^when is no option\. /)]);
});
