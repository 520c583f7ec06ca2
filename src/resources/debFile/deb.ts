// As much of a Debian package as it takes to know what is in it: deb(5).
import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";

/** What the control file of a package says. */
export interface DebControl {
  readonly name: string;
  readonly version: string;
  /** `amd64`, or `all`. */
  readonly architecture: string;
}

/** No control archive is larger: in bytes. */
const largestControl = 64 * 1024 * 1024;

/**
 * Reads the control file.
 * @throws Error with what it is, when it is no package: a clause that goes on from "it".
 */
export async function readDeb(path: string): Promise<DebControl> {
  const { name, body } = await readControlArchive(path);
  const control = await extractControl(await decompress(name, body));
  const field = (wanted: string) => new RegExp(`^${wanted}:[ \\t]*(\\S+)`, "im").exec(control)?.[1];
  const [found, version, architecture] = [field("Package"), field("Version"), field("Architecture")];
  if (!found || !version || !architecture)
    throw new Error("is no Debian package: its control file is incomplete");
  return { name: found, version, architecture };
}

/** The member `control.tar…` of the ar(5) archive. */
async function readControlArchive(path: string): Promise<{ readonly name: string; readonly body: Buffer }> {
  const file = await open(path);
  try {
    const read = async (at: number, size: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, at);
      return buffer.subarray(0, bytesRead);
    };
    if ((await read(0, 8)).toString("latin1") !== "!<arch>\n") throw new Error("is no Debian package");
    for (let at = 8; ; ) {
      const head = (await read(at, 60)).toString("latin1");
      if (head.length < 60) throw new Error("is no Debian package: it ends before its control file");
      const name = head.slice(0, 16).trimEnd().replace(/\/$/, "");
      const size = Number(head.slice(48, 58));
      if (!Number.isInteger(size)) throw new Error("is no Debian package");
      if (name.startsWith("control.tar")) {
        if (size > largestControl) throw new Error("is no Debian package: its control archive is too large");
        const body = await read(at + 60, size);
        if (body.length < size) throw new Error("ends in the middle");
        return { name, body };
      }
      at += 60 + size + (size % 2);
    }
  } finally {
    await file.close();
  }
}

async function decompress(name: string, body: Buffer): Promise<Buffer> {
  switch (name.slice("control.tar".length)) {
    case "":
      return body;
    case ".gz":
      return await promisify(gunzip)(body);
    case ".zst":
      return await promisify(zstdDecompress)(body);
    case ".xz":
      return await runXz(body);
    default:
      throw new Error(`is packed as ${name}, which is not known`);
  }
}

async function runXz(body: Buffer): Promise<Buffer> {
  const child = spawn("xz", ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", () =>
      reject(new Error("is packed by xz, which this machine does not have: apt-get install xz-utils")),
    );
    child.once("close", resolve);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(body);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  if ((await ended) !== 0) throw new Error("is broken: xz cannot unpack its control archive");
  return Buffer.concat(chunks);
}

async function extractControl(tar: Buffer): Promise<string> {
  const { extract } = await import("tar-stream");
  const entries = extract();
  entries.end(tar);
  for await (const entry of entries) {
    if (entry.header.name.replace(/^\.\//, "") === "control") return await text(entry);
    entry.resume();
  }
  throw new Error("is no Debian package: it has no control file");
}
