import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive } from "../../src/resources/archive/archive.ts";
import { directory } from "../../src/resources/directory/directory.ts";
import { file } from "../../src/resources/file/file.ts";
import { symlink } from "../../src/resources/symlink/symlink.ts";
import { tree } from "../../src/resources/tree/tree.ts";
import { fileText } from "../fleet/contents.ts";
import { forAll, type KindBench, many } from "./kind-bench.ts";

export const pathKinds: readonly KindBench[] = [
  {
    ...{ what: "file", limit: 0.1 },
    resources: (count) => many(count, (index) => file(`/srv/file-${index}`, { content: fileText(index) })),
  },
  {
    ...{ what: "directory", limit: 0.1 },
    resources: (count) => many(count, (index) => directory(`/srv/directory-${index}`, {})),
  },
  {
    ...{ what: "symlink", limit: 0.1 },
    resources: (count) => many(count, (index) => symlink(`/srv/link-${index}`, { to: `target-${index}` })),
  },
  {
    ...{ what: "tree, of one file each", limit: 0.1 },
    start: forAll(`mkdir /srv/tree-$i; echo "page $i" >/srv/tree-$i/page.html`),
    resources: (count, folder) =>
      many(count, (index) => {
        const from = join(folder, `trees/${index}`);
        mkdirSync(from, { recursive: true });
        writeFileSync(join(from, "page.html"), `page ${index}\n`);
        return tree(`/srv/tree-${index}`, { from });
      }),
  },
  {
    ...{ what: "archive", limit: 0.1 },
    resources: (count, folder) => {
      writeFileSync(join(folder, "page.html"), fileText(1));
      const from = join(folder, "engine.tar.gz");
      execFileSync("tar", ["-czf", from, "-C", folder, "page.html"]);
      return many(count, (index) => archive(`/srv/archive-${index}`, { from }));
    },
    copy: "for i in $(seq 999); do cp -a /srv/archive-0 /srv/archive-$i; done",
  },
];
