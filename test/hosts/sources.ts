import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testKeys } from "../../src/resources/aptRepository/gpg.test-support.ts";
import { makeCertificate } from "../../src/resources/certificate/made.test-support.ts";
import { buildDeb, signedArchive } from "./kinds/signed-archive.ts";

/**
 * Makes what descriptions take from this host: files, folders, keys, certificates, packages and repositories, in two versions. Gives the
 * shell that brings to a machine what it takes from there. The repository of Subversion stands at the same place on both, so
 * that an address serves both; that may be in /tmp, which is empty after each boot.
 */
export function makeSources(folder: string): string {
  for (const version of [1, 2]) {
    writeFileSync(join(folder, `local-${version}`), `${version}: text\n`.repeat(30_000));
    const key = join(folder, `key-${version}`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const made = makeCertificate("crash.example");
    writeFileSync(join(folder, `certificate-${version}.crt`), made.certificate);
    writeFileSync(join(folder, `certificate-${version}.key`), made.key);
    const deb = buildDeb(folder, { name: "made-file", version: `${version}.0` });
    copyFileSync(deb, join(folder, `made-file-${version}.deb`));
  }
  copyFileSync(buildDeb(folder, { name: "made-file-only" }), join(folder, "made-file-only.deb"));
  execFileSync("sh", ["-c", makeTrees], { cwd: folder, stdio: "ignore" });
  execFileSync("sh", ["-c", makeRepository], { cwd: folder, stdio: "ignore" });
  execFileSync("sh", ["-c", makeSubversion(folder)], { cwd: folder, stdio: "ignore" });
  using keys = testKeys(folder);
  const fingerprint = keys.make("Signer");
  copyFileSync(keys.write("key", "--export", "--armor", fingerprint), join(folder, "archive-key.asc"));
  return `${signedArchive(folder, "/srv/signed", keys, fingerprint, [{ name: "made-signed" }])}
base64 --decode <<'END' | tar --extract --gzip --directory=/var/lib
${packSubversion(folder)}
END
mkdir -p ${folder}
echo 'L ${folder}/subversion - - - - /var/lib/subversion' >/etc/tmpfiles.d/subversion.conf
systemd-tmpfiles --create subversion.conf
`;
}

function packSubversion(folder: string): string {
  return execFileSync("tar", ["--create", "--gzip", "--directory", folder, "subversion"]).toString("base64");
}

/** So many files that of a release only what differs is told. */
const makeTrees = `set -e
for version in 1 2; do
  mkdir "tree-$version" "tree-$version/part" "tree-$version/only-$version"
  for name in one part/two only-$version/three; do seq "$version" 2000 >"tree-$version/$name"; done
  seq 2000 >"tree-$version/same"
  tar --create --gzip --file "archive-$version.tar.gz" "tree-$version"
  mkdir "tree-$version/many"
  for name in $(seq 240); do echo "$name" >"tree-$version/many/$name"; done
done
`;

const makeRepository = `set -e
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z HOME=/nonexistent
git init --template= --initial-branch=main repository
cd repository
for version in 1 2; do
  for name in one two three; do seq "$version" 2000 >"$name-$version"; echo "$version" >"$name"; done
  git add --all
  git commit --message="$version"
  git tag "v$version"
done
`;

/** Revision 2 is the first version, 3 the second one. Both machines have the repository, at the same address. */
const makeSubversion = (folder: string) => `set -e
svnadmin create subversion
url=file://${folder}/subversion
svn mkdir --quiet --message=x "$url/trunk"
svn checkout --quiet "$url/trunk" work
cd work
for version in 1 2; do
  for name in one two; do seq "$version" 2000 >"$name-$version"; echo "$version" >"$name"; done
  svn add --quiet --force .
  svn commit --quiet --message="$version"
done
cd ..
rm -rf work
chmod -R a+rwX subversion
`;
