/** A package for a test: its control fields beyond the usual ones, and what its maintainer script does. */
export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  /** Such as `Conflicts: tree`. */
  readonly fields?: string;
  readonly postinst?: string;
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
    `set -e; rm -rf ${archive}; mkdir -p ${archive}; cd ${archive}`,
    ...packages.map(buildPackage),
    "# Packed, so that apt makes a copy of it and no link to it.",
    "gzip Packages",
    "for other in /etc/apt/sources.list.d/*.sources; do [ ! -e $other ] || mv $other /root/; done",
    `echo '${archiveSource.content.trim()}' >${archiveSource.path}`,
  ].join("\n");
}

function buildPackage({ name, version = "1.0", fields, postinst }: TestPackage): string {
  const deb = `${name}_${version}_all.deb`;
  const script = `printf '#!/bin/sh\\n%s\\n' '${postinst}' >build/DEBIAN/postinst; chmod 755 build/DEBIAN/postinst`;
  return `mkdir -p build/DEBIAN build/etc
echo ${version} >build/etc/${name}
echo /etc/${name} >build/DEBIAN/conffiles
cat >build/DEBIAN/control <<'END'
Package: ${name}
Version: ${version}
Architecture: all
Maintainer: Nobody <nobody@example.org>
${fields ? `${fields}\n` : ""}Description: a package for a test
END
${postinst ? script : ""}
dpkg-deb --root-owner-group --build build ${deb} >/dev/null
{
  cat build/DEBIAN/control
  echo "Filename: ./${deb}"
  echo "Size: $(stat -c %s ${deb})"
  echo "SHA256: $(sha256sum ${deb} | cut -d ' ' -f 1)"
  echo
} >>Packages
rm -rf build`;
}
