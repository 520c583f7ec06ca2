import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { quote } from "../../../src/catalog/quote.ts";

/** The repository stands at the same place on this host and on the machine, so that an address serves both. */
export const folder = join(inject("runFolder"), "subversion");
export const url = `file://${folder}/repository`;

/** Three revisions of trunk, and a tag of the first; names that a shell could take for something else. */
const makeRepository = `set -e
mkdir -p ${folder}; cd ${folder}; svnadmin create repository; svn mkdir --quiet -m x ${url}/trunk ${url}/tags
svn checkout --quiet ${url}/trunk work; cd work
mkdir names 'two words'; echo first >text; echo x >"two words/it's \\$(touch pwned)"; echo x >'names/-rf'; echo x >'names/a@b'; printf '#!/bin/sh\\n' >tool
svn add --quiet --force .; svn propset --quiet svn:executable on tool; svn commit --quiet -m first
svn copy --quiet -m tag ${url}/trunk ${url}/tags/1
svn update --quiet; echo second >text; echo added >added; svn add --quiet added; svn commit --quiet -m second
cd ..; rm -rf work; chmod -R a+rwX repository`;

/** The address of the repository, which is there on this host. */
export function repository(): string {
  if (!existsSync(join(folder, "repository"))) execFileSync("sh", ["-c", makeRepository]);
  return url;
}

/** Brings svn and the same repository to a machine. */
export const bringRepository = `command -v svn >/dev/null || apt-get -qq install --yes --no-install-recommends subversion >/dev/null 2>&1
[ -e ${folder} ] || sh -c ${quote(makeRepository)}`;
