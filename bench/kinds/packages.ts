import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apt } from "../../src/resources/apt/apt.ts";
import { aptPin } from "../../src/resources/aptPin/aptPin.ts";
import { aptRepository } from "../../src/resources/aptRepository/aptRepository.ts";
import { debFile } from "../../src/resources/debFile/debFile.ts";
import { type KindBench, many, usualCount } from "./kind-bench.ts";

/** As dpkg notes what it has installed. */
const notePackages = `for i in $(seq 0 ${usualCount - 1}); do
  printf 'Package: bench-%s\\nStatus: install ok installed\\nPriority: optional\\nSection: misc\\nMaintainer: bench\\nArchitecture: all\\nVersion: 1.0\\nDescription: bench\\n\\n' $i
done >>/var/lib/dpkg/status`;

/** As much of a package as tells what it is; see deb(5). */
function writeDeb(folder: string, name: string): string {
  const control = join(folder, "control");
  writeFileSync(control, `Package: ${name}\nVersion: 1.0\nArchitecture: all\n`);
  const archive = execFileSync("tar", ["-c", "-C", folder, "control"]);
  const member = (called: string, body: Buffer) => {
    const head = `${called.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(body.length).padEnd(10)}\`\n`;
    return Buffer.concat([Buffer.from(head, "latin1"), body]);
  };
  const path = join(folder, `${name}_1.0_all.deb`);
  const members = [member("debian-binary", Buffer.from("2.0\n")), member("control.tar", archive)];
  writeFileSync(path, Buffer.concat([Buffer.from("!<arch>\n"), ...members]));
  return path;
}

export const packageKinds: readonly KindBench[] = [
  {
    ...{ what: "apt", limit: 0.1, start: notePackages },
    resources: (count) => many(count, (index) => apt(`bench-${index}`)),
  },
  {
    ...{ what: "apt, with a version and held", limit: 0.1 },
    start: `${notePackages}
sed -i '/^Package: bench-/{n;s/install/hold/}' /var/lib/dpkg/status`,
    resources: (count) => many(count, (index) => apt(`bench-${index}`, { version: "1.0", hold: true })),
  },
  {
    ...{ what: "debFile", limit: 0.1, start: notePackages },
    resources: (count, folder) => {
      const packages = join(folder, "packages");
      mkdirSync(packages);
      return many(count, (index) =>
        debFile(`bench-${index}`, { from: writeDeb(packages, `bench-${index}`) }),
      );
    },
  },
  {
    ...{ what: "aptPin", limit: 0.1 },
    resources: (count) =>
      many(count, (index) =>
        aptPin(`bench-${index}`, { packages: `bench-${index}`, version: "1.*", priority: 990 }),
      ),
  },
  {
    ...{ what: "aptRepository", limit: 0.1 },
    resources: (count) =>
      many(count, (index) =>
        aptRepository(`bench-${index}`, {
          ...{ url: `https://bench-${index}.example.org/debian`, suites: "trixie", components: "main" },
          signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
        }),
      ),
  },
];
