import { expect, test } from "vitest";
import { floatingAddress } from "../resources/floatingAddress/floatingAddress.ts";
import { sharedAddressMistakes } from "./shared-addresses.ts";

const nodesOf = (...names: readonly string[]) =>
  names.map((node, index) => ({ node, address: `10.0.0.${20 + index}` }));

test("machines that know each other and have priorities of their own share it", () => {
  const nodes = nodesOf("a-1", "a-2", "a-3");
  const all = nodes.map(({ node }) => [floatingAddress("10.0.0.10", { node, nodes })]);
  expect(sharedAddressMistakes(all)).toEqual([]);
});

test("whoever does not exist yet is known to nobody, and what is absent is shared by nobody", () => {
  const first = floatingAddress("10.0.0.10", { node: "a-1", nodes: nodesOf("a-1") });
  const unborn = floatingAddress("10.0.0.10", { node: "a-2", nodes: nodesOf("a-1") });
  const absent = floatingAddress("10.0.0.10", { absent: true });
  expect(sharedAddressMistakes([[first], [unborn], [absent]])).toEqual([]);
  const alone = floatingAddress("10.0.0.11", { node: "b-1", nodes: nodesOf("b-1") });
  expect(sharedAddressMistakes([[first], [alone]])).toEqual([]);
});

test("of many machines at two places, one pair is told", () => {
  const group = (...names: readonly string[]) =>
    names.map((node) => [floatingAddress("10.0.0.10", { node, nodes: nodesOf(...names) })]);
  const found = sharedAddressMistakes([...group("a-1", "a-2"), ...group("b-1", "b-2")]);
  expect(found.map(({ message }) => message)).toEqual([expect.stringContaining("a-1 and b-1 both have")]);
});
