import type { CompileContext } from "../context.ts";
import type { Mistake } from "../declare.ts";
import { blobOf, checkSource, type FileOptions, fileShell, type MustName, surveyFile } from "../file/file.ts";
import type { CommonOptions, Compiled, Resource } from "../kind.ts";
import { show } from "../rules.ts";

/** Options of a site of a web server: its whole configuration, by exactly one of `content` and `from`. */
export interface WebSiteOptions extends Pick<FileOptions, "content" | "from">, CommonOptions {}

export interface WebSiteResource extends Resource, Partial<Omit<WebSiteOptions, keyof CommonOptions>> {
  readonly absent?: true;
  readonly mustName?: MustName;
}

/** The shell of kinds that are sites of a web server. */
export const webSiteShell: readonly URL[] = [...fileShell, new URL("webSite.sh", import.meta.url)];

/** What is wrong with the name and the source of a site. */
export function checkWebSite(name: unknown, options: WebSiteOptions | undefined): (Mistake | undefined)[] {
  return [checkSiteName(name), checkSource(options ?? {})];
}

/** It becomes the name of a file. */
export function checkSiteName(name: unknown): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) {
    if (!name.endsWith(".conf")) return undefined;
    return `name is ${show(name)}: write ${show(name.slice(0, -".conf".length))}.`;
  }
  return `name is ${show(name)}, and must be a word such as "www.example.org": letters, digits, "_", "-" and ".".`;
}

/** The site that the package itself brings, and enables. */
const ownSites = { apache2: "000-default.conf", nginx: "default" };

/** The file and its link, in the folders of a server. */
export async function compileWebSite(
  server: "apache2" | "nginx",
  file: string,
  resource: WebSiteResource,
  context: CompileContext,
): Promise<Compiled> {
  const path = `/etc/${server}/sites-available/${file}`;
  const link = `/etc/${server}/sites-enabled/${file}`;
  const claims = [`path ${path}`, `path ${link}`];
  const paths = [path, link].map((line) => ({ survey: "absent", line }));
  if (resource.absent) {
    // A survey would not see that the package is going to bring it.
    const survey = file === ownSites[server] ? undefined : paths;
    return { arguments: [resource.name, file, "absent"], claims, ...(survey && { survey }) };
  }
  const blob = await blobOf(resource, context);
  const access = { mode: "0644", owner: "root", group: "root" };
  return {
    arguments: [resource.name, file, blob.sha256],
    claims,
    blobs: [blob],
    survey: [
      ...(surveyFile(path, access, blob, context) ?? []),
      { survey: "link", line: `'${link}' -> '../sites-available/${file}' ${link}` },
    ],
  };
}
