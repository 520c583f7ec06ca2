import { hash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ProogError } from "../report/error.ts";
import type { LocalContent } from "../resources/context.ts";
import { removeUnused } from "./unused.ts";

/** Days after which a file that was not used goes. */
const keptDays = 30;

/** Hours for which a file that has no declared hash is not asked for again. */
const freshHours = 24;

/**
 * Brings files from addresses to this machine, each once, and keeps them in the folder by their SHA-256: nodes need no way
 * to these addresses. One without a declared hash is brought once a day; where that fails, the one of before serves.
 * @param limit Seconds that a server may be silent.
 * @throws ProogError `download-failed` for what cannot be had, and for what has another hash.
 */
export function downloads(
  folder: string,
  hashFile: (path: string) => Promise<LocalContent>,
  limit = 60,
): (url: string, sha256?: string) => Promise<LocalContent> {
  const known = new Map<string, Promise<LocalContent>>();
  return (url, sha256) => {
    const name = sha256 ?? `of-${hash("sha256", url)}`;
    const path = join(folder, name);
    const found = known.get(name) ?? (sha256 === undefined ? renew(url, path) : bring(url, sha256, path));
    known.set(name, found);
    return found;
  };

  async function renew(url: string, path: string): Promise<LocalContent> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const there = await stat(path).catch(() => undefined);
    if (there === undefined || Date.now() - there.mtimeMs > freshHours * 3_600_000)
      await replace(url, path).catch((error) => {
        if (there === undefined) throw error;
      });
    return await hashFile(path);
  }

  async function replace(url: string, path: string): Promise<void> {
    const temporary = `${path}.${randomUUID()}`;
    try {
      await download(url, temporary, limit);
      await rename(temporary, path);
      await removeUnused(folder, keptDays);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async function bring(url: string, sha256: string, path: string): Promise<LocalContent> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const now = new Date();
    // One that was used stays.
    const there = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (there) {
      const kept = await hashFile(path);
      if (kept.sha256 === sha256) return kept;
      await rm(path);
    }
    const temporary = `${path}.${randomUUID()}`;
    try {
      await download(url, temporary, limit);
      const { sha256: found, size } = await hashFile(temporary);
      if (found !== sha256) throw otherHash(url, found, sha256);
      await rename(temporary, path);
      await removeUnused(folder, keptDays);
      return { path, sha256, size };
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function download(url: string, path: string, limit: number): Promise<void> {
  const silence = new AbortController();
  const late = setTimeout(() => silence.abort(), limit * 1000);
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok || !response.body)
      throw failure(url, `The server said ${response.status} ${response.statusText}.`);
    const body = Readable.fromWeb(response.body);
    body.on("data", () => late.refresh());
    await pipeline(body, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof ProogError) throw error;
    if (silence.signal.aborted) throw failure(url, `The server was silent for ${limit} s.`);
    throw failure(url, reasonOf(error));
  } finally {
    clearTimeout(late);
  }
}

/** fetch() says "fetch failed"; why, its cause knows. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function failure(url: string, detail: string): ProogError {
  return new ProogError({
    code: "download-failed",
    message: `${url} could not be downloaded to this machine.`,
    detail,
    hint: `Try it by hand: curl --location --output /dev/null ${url}`,
  });
}

function otherHash(url: string, found: string, wanted: string): ProogError {
  return new ProogError({
    code: "download-failed",
    message: `${url} has the SHA-256 ${found}, and ${wanted} was declared.`,
    hint: "Somebody has put another file there: find out why before you declare its hash.",
  });
}
