import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { git } from "../../src/resources/git/git.ts";
import { site } from "../../src/resources/site/site.ts";
import { svn } from "../../src/resources/svn/svn.ts";
import { fileText } from "../fleet/contents.ts";
import { type KindBench, many } from "./kind-bench.ts";

/** Of 20 files. */
const makeFiles = `for i in $(seq 20); do echo '${fileText(1).replaceAll("\n", " ")}' >page-$i; done`;

const copies = (name: string) => `for i in $(seq 999); do cp -a /srv/${name}-0 /srv/${name}-$i; done`;

export const checkoutKinds: readonly KindBench[] = [
  {
    ...{ what: "git, of 20 files each", limit: 5, packages: ["git"] },
    resources: (count, folder) => {
      const from = join(folder, "repository");
      const script = `git init --quiet --initial-branch=main ${from} && cd ${from} && ${makeFiles} && git add . &&
git -c user.name=bench -c user.email=bench@example.org commit --quiet --message=all`;
      execFileSync("sh", ["-c", script]);
      return many(count, (index) => git(`/srv/git-${index}`, { from, ref: "main" }));
    },
    copy: copies("git"),
  },
  {
    ...{ what: "svn, of 20 files each", limit: 5, packages: ["subversion"] },
    start: `svnadmin create /srv/repository; mkdir /root/import; cd /root/import; ${makeFiles}
svn import --quiet -m all /root/import file:///srv/repository`,
    resources: (count) =>
      many(count, (index) => svn(`/srv/svn-${index}`, { from: "file:///srv/repository", revision: 1 })),
    copy: copies("svn"),
  },
  {
    ...{ what: "site, of 20 files each", limit: 0.1 },
    resources: (count, folder) => {
      execFileSync("sh", ["-c", `mkdir ${folder}/site && cd ${folder}/site && ${makeFiles}`]);
      return many(count, (index) =>
        site(`site-${index}`, { from: { folder: "site" }, to: `/srv/site-${index}` }),
      );
    },
    copy: copies("site"),
  },
];
