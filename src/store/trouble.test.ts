import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { runFinished, runStarted } from "../report/recording.test-support.ts";
import { applied, freshName, newRecorder, record } from "./contract.test-support.ts";
import type { StorePlace } from "./database/database.ts";
import { openStore } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-trouble-"));
afterAll(() => rmSync(folder, { recursive: true }));

let file: string;
let place: StorePlace;
beforeEach(() => {
  const own = join(folder, freshName());
  mkdirSync(own);
  file = join(own, "store.sqlite");
  place = { type: "sqlite", file };
});

const files = () => readdirSync(join(file, "..")).sort();

async function runsIn(): Promise<string[]> {
  const store = await openStore(place);
  const runs = await store.runs();
  await store.close();
  return runs.map(({ id }) => id);
}

describe("a store that a run cannot write to", () => {
  test("is nobody else's to read", async () => {
    await record(place, applied);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("that is no database is kept aside, and a new one has the run", async () => {
    const text = "This is no database. ".repeat(500);
    writeFileSync(file, text);
    const { told, id } = await record(place, applied);
    expect(told).toEqual([
      expect.stringMatching(
        /^The store was broken \(file is not a database\)\. It is kept as .*store\.sqlite\.broken-[0-9-]{15}, and a new one was begun\. What the nodes know of earlier runs comes back by: proog history --sync$/,
      ),
    ]);
    expect(await runsIn()).toEqual([id]);
    const kept = files().find((name) => name.startsWith(`${basename(file)}.broken-`)) ?? "";
    expect(readFileSync(join(file, "..", kept), "utf8")).toBe(text);
  });

  test("that breaks while the run goes on is kept aside, and the rest is in a new one", async () => {
    const { recorder, told, id } = newRecorder(place);
    recorder.take(runStarted("apply", "web-1"));
    await recorder.settle();
    // As a disk does it: every page but the first is something else, also for those who have the file open.
    const database = new DatabaseSync(file);
    database.exec("pragma wal_checkpoint(truncate)");
    database.close();
    const size = statSync(file).size;
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(size - 4096, 7)]));
    for (const event of [...applied.slice(1), runFinished("apply")]) recorder.take(event);
    await recorder.finish();
    expect(told).toEqual([
      expect.stringContaining("The store was broken (database disk image is malformed)."),
    ]);
    expect(await runsIn()).toEqual([id]);
  });

  test("that several find broken is kept aside once", async () => {
    writeFileSync(file, "This is no database. ".repeat(500));
    const all = await Promise.all(Array.from({ length: 4 }, () => record(place, applied)));
    expect(all.flatMap(({ told }) => told)).toHaveLength(1);
    expect((await runsIn()).sort()).toEqual(all.map(({ id }) => id).sort());
    expect(files().filter((name) => name.includes(".broken-"))).toHaveLength(1);
  });

  test("in a folder that is not there is told once", async () => {
    rmSync(join(file, ".."), { recursive: true });
    const { recorder, told } = newRecorder(place);
    for (const event of applied) {
      recorder.take(event);
      await recorder.settle();
    }
    await recorder.finish();
    expect(told).toEqual([
      "This run is not written down, and goes on: ENOENT: no such file or directory, open '" +
        `${file}'. What the nodes know of it comes back by: proog history --sync`,
    ]);
  });

  test("while somebody else writes to it is tried again, and nothing is lost", async () => {
    await record(place, applied);
    const other = new DatabaseSync(file);
    other.exec("begin immediate");
    const recording = record(place, applied);
    let over = false;
    void recording.then(() => {
      over = true;
    });
    await wait(700);
    expect(over).toBe(false);
    other.exec("commit");
    other.close();
    const { told, id } = await recording;
    expect(told).toEqual([]);
    expect(await runsIn()).toContain(id);
  });

  test("that stays locked does not hold up the end of the run for long", async () => {
    await record(place, applied);
    const other = new DatabaseSync(file);
    other.exec("begin immediate");
    const began = performance.now();
    const { told } = await record(place, applied);
    expect(performance.now() - began).toBeLessThan(8000);
    expect(told).toEqual([expect.stringContaining("goes on: database is locked. What the nodes know")]);
    other.exec("rollback");
    other.close();
  });

  test("of a server that is not there is told without its password", async () => {
    const lost: StorePlace = {
      type: "postgres",
      url: "postgres://ada:s3cret-word@127.0.0.1:1/proog",
      schema: "proog",
    };
    const { told } = await record(lost, applied);
    expect(told).toEqual([
      expect.stringMatching(/^This run is not written down, and goes on: .*ECONNREFUSED/),
    ]);
    expect(told.join()).not.toContain("s3cret");
  });
});
