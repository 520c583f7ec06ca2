import { createHash } from "node:crypto";

/** A package for a test: its control fields beyond the usual ones, and what its maintainer script does. */
export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  /** Such as `Conflicts: tree`. */
  readonly fields?: string;
  readonly postinst?: string;
  /** Other scripts and files of the control archive, by name. */
  readonly control?: Readonly<Record<string, string>>;
  /** Default: `all`. */
  readonly architecture?: string;
}

const archive = "/srv/archive";

/** Where apt is told of the archive. */
export const archiveSource = {
  path: "/etc/apt/sources.list.d/archive.list",
  content: `deb [trusted=yes] file:${archive} ./\n`,
};

/**
 * Shell that makes an archive of these packages on the machine, the only one that its apt then knows of: without the
 * tens of thousands of Debian's packages, apt takes a tenth of the time. Its lists are not read yet.
 */
export function makeArchive(...packages: readonly TestPackage[]): string {
  return [
    buildArchiveOnce(archive, packages),
    "for other in /etc/apt/sources.list.d/*.sources; do [ ! -e $other ] || mv $other /root/; done",
    `echo '${archiveSource.content.trim()}' >${archiveSource.path}`,
  ].join("\n");
}

/** Shell that makes a release of this name beside the archive, from which apt takes nothing by itself, as from backports. */
export function makeRelease(name: string, ...packages: readonly TestPackage[]): string {
  const folder = `/srv/${name}`;
  return `${buildArchiveOnce(folder, packages)}
${writeRelease(`Suite: ${name}`, "NotAutomatic: yes", "ButAutomaticUpgrades: yes")}
echo 'deb [trusted=yes] file:${folder} ./' >/etc/apt/sources.list.d/${name}.list`;
}

/** The same, and where the machine has built them before, they are copied. */
function buildArchiveOnce(folder: string, packages: readonly TestPackage[]): string {
  const kept = `/var/cache/t-${createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 16)}`;
  return `set -e
[ -d ${kept} ] || { (${buildArchive(`${kept}.new`, packages)}
); mv ${kept}.new ${kept}; }
rm -rf ${folder}; cp -r ${kept} ${folder}; cd ${folder}`;
}

/** Shell that builds the packages and their list in a folder, which it stays in. */
export function buildArchive(folder: string, packages: readonly TestPackage[]): string {
  return [
    `set -e; rm -rf ${folder}; mkdir -p ${folder}; cd ${folder}`,
    ": >Packages",
    ...packages.map(buildPackage),
    "# Packed, so that apt makes a copy of it and no link to it.",
    "gzip Packages",
  ].join("\n");
}

/** Shell that writes the Release file of the archive in this folder. */
export function writeRelease(...fields: readonly string[]): string {
  return `{
  printf '%s\\n' ${fields.map((field) => `'${field}'`).join(" ")} "Date: $(date -Ru)" SHA256:
  echo " $(gzip -dc Packages.gz | sha256sum | cut -d ' ' -f 1) $(gzip -dc Packages.gz | wc -c) Packages"
  echo " $(sha256sum Packages.gz | cut -d ' ' -f 1) $(stat -c %s Packages.gz) Packages.gz"
} >Release`;
}

function buildPackage(given: TestPackage): string {
  const { name, version = "1.0", fields, postinst, control = {}, architecture = "all" } = given;
  const deb = `${name}_${version.replace(":", "%3a")}_${architecture}.deb`;
  const scripts = { ...(postinst && { postinst: `#!/bin/sh\n${postinst}` }), ...control };
  const files = Object.entries(scripts).map(
    ([file, text]) =>
      `cat >build/DEBIAN/${file} <<'END'\n${text}\nEND\n[ ${file} = templates ] || chmod 755 build/DEBIAN/${file}`,
  );
  return `mkdir -p build/DEBIAN build/etc
echo ${version} >build/etc/${name}
echo /etc/${name} >build/DEBIAN/conffiles
cat >build/DEBIAN/control <<'END'
Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: Nobody <nobody@example.org>
${fields ? `${fields}\n` : ""}Description: a package for a test
END
${files.join("\n")}
dpkg-deb --root-owner-group -Zgzip --build build '${deb}' >/dev/null
{
  cat build/DEBIAN/control
  echo "Filename: ./${deb}"
  echo "Size: $(stat -c %s '${deb}')"
  echo "SHA256: $(sha256sum '${deb}' | cut -d ' ' -f 1)"
  echo
} >>Packages
rm -rf build`;
}
