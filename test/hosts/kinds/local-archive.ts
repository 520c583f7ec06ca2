/** A package for a test: its control fields beyond the usual ones, and its maintainer script after unpacking. */
export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  /** Such as `Conflicts: tree`. */
  readonly fields?: string;
  readonly postinst?: string;
}

const folder = "/srv/test-archive";

/** Shell that makes an apt archive of these packages on the machine, and tells apt of it; lists are not read. */
export function makeArchive(packages: readonly TestPackage[]): string {
  return `set -e
rm -rf ${folder}
mkdir -p ${folder}
cd ${folder}
${packages.map(buildPackage).join("\n")}
echo 'deb [trusted=yes] file:${folder} ./' >/etc/apt/sources.list.d/test-archive.list
`;
}

function buildPackage({ name, version = "1.0", fields, postinst }: TestPackage): string {
  return `mkdir -p build/DEBIAN build/usr/share/${name}
echo '${name} ${version}' >build/usr/share/${name}/version
cat >build/DEBIAN/control <<'END'
Package: ${name}
Version: ${version}
Architecture: all
Maintainer: Nobody <nobody@example.org>
${fields ? `${fields}\n` : ""}Description: a package for a test
END
${postinst ? `printf '#!/bin/sh\\n%s\\n' '${postinst}' >build/DEBIAN/postinst\nchmod 755 build/DEBIAN/postinst` : ""}
dpkg-deb --root-owner-group --build build ${name}_${version}_all.deb >/dev/null
{
  cat build/DEBIAN/control
  echo "Filename: ./${name}_${version}_all.deb"
  echo "Size: $(stat -c %s ${name}_${version}_all.deb)"
  echo "SHA256: $(sha256sum ${name}_${version}_all.deb | cut -d ' ' -f 1)"
  echo
} >>Packages
rm -rf build`;
}

/** Removes the archive and what came from it. */
export function cleanArchive(...packages: readonly string[]): string {
  return `rm -rf ${folder} /etc/apt/sources.list.d/test-archive.list /var/lib/apt/lists/*test-archive*
for package in ${packages.join(" ")}; do rm -f "/var/lib/dpkg/info/$package.postinst"; done
dpkg --purge --force-all ${packages.join(" ")} || true`;
}
