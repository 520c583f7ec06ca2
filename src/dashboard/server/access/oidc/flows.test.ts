import { expect, test } from "vitest";
import { Flows } from "./flows.ts";

const flow = (state: string) => ({
  state,
  issuer: "https://login.example.org",
  nonce: "n",
  verifier: "v",
  redirect: "https://a.example/",
  to: "/",
});
const minute = 60_000;

test("a login is finished in its browser, once, within ten minutes; several at a time", () => {
  let now = 0;
  const flows = new Flows(() => now);
  for (const state of ["a", "b", "c"]) flows.begin(flow(state), "browser", "192.0.2.1");
  expect(flows.take("a", "another")).toBeUndefined();
  expect(flows.take("none", "browser")).toBeUndefined();
  expect(flows.take("a", "browser")).toMatchObject({ state: "a" });
  expect(flows.take("a", "browser")).toBeUndefined();
  now = 10 * minute;
  expect(flows.take("b", "browser")).toMatchObject({ state: "b" });
  now += 1;
  expect(flows.take("c", "browser")).toBeUndefined();
});

test("who begins many loses their own, and nobody else's", () => {
  const flows = new Flows();
  flows.begin(flow("ours"), "browser", "192.0.2.1");
  for (let count = 0; count < 200; count++) flows.begin(flow(`theirs-${count}`), "other", "192.0.2.2");
  expect(flows.take("ours", "browser")).toBeDefined();
  expect(flows.take("theirs-149", "other")).toBeUndefined();
  expect(flows.take("theirs-150", "other")).toBeDefined();
});
