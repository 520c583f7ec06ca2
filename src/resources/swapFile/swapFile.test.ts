import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type SwapFileOptions, swapFile, swapFileKind } from "./swapFile.ts";

test.for<[SwapFileOptions, string[]]>([
  [{ size: "2G" }, ["/swapfile", "present", "2147483648"]],
  [{ size: "512M", priority: 0 }, ["/swapfile", "present", "536870912", "0"]],
])("the catalog line of %j, which is its survey line too", async ([options, words]) => {
  const compiled = await compileWith(swapFileKind, swapFile("/swapfile", options));
  expect(compiled.arguments).toEqual(words);
  expect(compiled.survey).toEqual([{ survey: "swapfiles", line: words.join(" ") }]);
  expect(compiled.claims).toEqual(["path /swapfile"]);
});

test("one that must not be there, and one with an odd name", async () => {
  const absent = await compileWith(swapFileKind, swapFile("/swapfile", { absent: true }));
  expect(absent.arguments).toEqual(["/swapfile", "absent"]);
  expect(absent.survey).toEqual([{ survey: "swapfiles", line: "/swapfile absent" }]);
  const odd = await compileWith(swapFileKind, swapFile("/swap file", { size: "2G" }));
  expect(odd.survey).toBeUndefined();
});

describe("mistakes", () => {
  test.for<[unknown, string]>([
    [{ size: "2" }, 'size is "2", and must be a number of MiB or GiB such as "512M" or "2G".'],
    [{ size: "0M" }, 'size is "0M"'],
    [{ size: "1.5G" }, 'size is "1.5G"'],
    [{ size: 2048 }, "size is 2048"],
    [{}, "size is undefined"],
    [{ size: "2G", priority: -1 }, "priority is -1, and must be a whole number from 0 to 32767."],
    [{ size: "2G", priority: 40_000 }, "priority is 40000"],
    [{ size: "2G", prio: 1 }, "prio is no option."],
  ])("%j", ([options, mistake]) => {
    expect(mistakesIn(swapFile("/swapfile", options as SwapFileOptions))).toEqual([
      expect.stringContaining(mistake),
    ]);
  });

  test("the path, and what the types refuse", () => {
    expect(mistakesIn(swapFile("swap", { absent: true }))[0]).toContain(
      'path is "swap", and must be absolute',
    );
    // @ts-expect-error: without a unit
    swapFile("/swapfile", { size: "2" });
    // @ts-expect-error: present and absent
    swapFile("/swapfile", { absent: true, size: "2G" });
  });
});

test("a declaration is plain data", () => {
  const resource = swapFile("/swapfile", { size: "2G", optional: true });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
});
