import { existsSync } from "node:fs";
import { join } from "node:path";
import { readNames, readText } from "./files.ts";
import type { LocalProvider } from "./options.ts";

/** Where the packages of an image come from. */
export interface Mirrors {
  readonly mirror: string;
  /** The archive with the suite `RELEASE-security`. */
  readonly security: string;
  /** With commas, as debootstrap takes them. */
  readonly components: string;
  /** The keys that the archive is signed with; the path is the same in the image. */
  readonly keyring: string;
}

export interface Source {
  readonly uri: string;
  readonly suite: string;
}

/** Debian's archives come from where this host has them, if it is a Debian. */
export function readHostMirrors(options: LocalProvider): Mirrors {
  if (isUbuntu(options)) {
    const mirror = options.mirror ?? "";
    const keyring = "/usr/share/keyrings/ubuntu-archive-keyring.gpg";
    return { mirror, security: mirror, components: "main,universe", keyring };
  }
  const sources = readText("/etc/debian_version") === undefined ? [] : readHostSources();
  return {
    mirror: options.mirror ?? findMirror(sources) ?? "http://deb.debian.org/debian",
    security: findSecurityMirror(sources) ?? "http://deb.debian.org/debian-security",
    components: "main",
    keyring: "/usr/share/keyrings/debian-archive-keyring.gpg",
  };
}

/** Ubuntu keeps its security updates in the same archive, and that is called `ubuntu` everywhere. */
export function isUbuntu(options: Pick<LocalProvider, "mirror">): boolean {
  return /\/ubuntu(-ports)?$/.test(options.mirror ?? "");
}

export function findMirror(sources: readonly Source[]): string | undefined {
  return sources.find(({ uri, suite }) => /\/debian$/.test(uri) && /^[a-z]+$/.test(suite))?.uri;
}

export function findSecurityMirror(sources: readonly Source[]): string | undefined {
  return sources.find(({ uri, suite }) => /\/debian-security$/.test(uri) && suite.endsWith("-security"))?.uri;
}

function readHostSources(): Source[] {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...readNames(folder).map((name) => join(folder, name))];
  return files.filter((file) => existsSync(file)).flatMap((file) => parseSources(file, readText(file) ?? ""));
}

/** The http sources of a `.list` or a `.sources` file, see sources.list(5). */
export function parseSources(file: string, text: string): Source[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  const found = file.endsWith(".sources") ? parseStanzas(lines) : parseOneLineStyle(lines);
  return found
    .filter(({ uri }) => /^https?:/.test(uri))
    .map(({ uri, suite }) => ({ uri: uri.replace(/\/+$/, ""), suite }));
}

/** `deb [signed-by=…] http://deb.debian.org/debian trixie main` */
function parseOneLineStyle(lines: readonly string[]): Source[] {
  return lines.flatMap((line) => {
    const [, uri, suite] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line) ?? [];
    return uri === undefined || suite === undefined ? [] : [{ uri, suite }];
  });
}

/** `Types: deb`, `URIs: …`, `Suites: …` in paragraphs; several URIs and suites may stand in one field. */
function parseStanzas(lines: readonly string[]): Source[] {
  return lines
    .join("\n")
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const words = (name: string) =>
        (new RegExp(`^${name}:(.*)$`, "im").exec(stanza)?.[1] ?? "").split(/\s+/).filter(Boolean);
      if (!words("Types").includes("deb") || words("Enabled").includes("no")) return [];
      return words("URIs").flatMap((uri) => words("Suites").map((suite) => ({ uri, suite })));
    });
}
