import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testKeys } from "../../src/resources/aptRepository/gpg.test-support.ts";
import { archiveSource, buildArchive, makeArchive } from "../hosts/kinds/local-archive.ts";
import { buildDeb, signedArchive } from "../hosts/kinds/signed-archive.ts";

/**
 * Makes what the description takes from this machine: files, folders, keys, packages and repositories, in two versions. Gives
 * the shell that brings to the machine what it takes from there.
 */
export function makeSources(folder: string): string {
  for (const version of [1, 2]) {
    writeFileSync(join(folder, `local-${version}`), `${version}: text\n`.repeat(30_000));
    const key = join(folder, `key-${version}`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const deb = buildDeb(folder, { name: "crash-file", version: `${version}.0` });
    copyFileSync(deb, join(folder, `crash-file-${version}.deb`));
  }
  copyFileSync(buildDeb(folder, { name: "crash-file-only" }), join(folder, "crash-file-only.deb"));
  execFileSync("sh", ["-c", makeTrees], { cwd: folder, stdio: "ignore" });
  execFileSync("sh", ["-c", makeRepository], { cwd: folder, stdio: "ignore" });
  execFileSync("sh", ["-c", makeSubversion(folder)], { cwd: folder, stdio: "ignore" });
  using keys = testKeys(folder);
  const fingerprint = keys.make("Signer");
  copyFileSync(keys.write("key", "--export", "--armor", fingerprint), join(folder, "archive-key.asc"));
  return signedArchive(folder, "/srv/crash-signed", keys, fingerprint, [{ name: "crash-signed" }]);
}

const makeTrees = `set -e
for version in 1 2; do
  mkdir "tree-$version" "tree-$version/part" "tree-$version/only-$version"
  for name in one part/two only-$version/three; do seq "$version" 2000 >"tree-$version/$name"; done
  seq 2000 >"tree-$version/same"
  tar --create --gzip --file "archive-$version.tar.gz" "tree-$version"
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

/** What the machine must have for a kind. */
const packages: Readonly<Record<string, string>> = {
  ...{ git: "git", cron: "cron", sudoers: "sudo", timezone: "tzdata", svn: "subversion", locale: "locales" },
  ...{ firewall: "nftables", logrotate: "logrotate" },
};

/**
 * Shell that gives a bare machine what the description counts on. The repository of Subversion stands where this machine has it:
 * that may be in /tmp, which is empty after each boot.
 */
export function prepareMachine(folder: string, without: readonly string[]): string {
  const wanted = Object.entries(packages).flatMap(([kind, name]) => (without.includes(kind) ? [] : [name]));
  return `${makeArchive(
    ...Array.from({ length: 6 }, (_, index) => ({
      name: `crash-${index}`,
      ...(index > 3 && { postinst: "sleep 0.2" }),
    })),
  )}
${buildArchive("/srv/crash-other", [{ name: "crash-other" }])}
mkdir -p /root/sources
mv ${archiveSource.path} /root/sources/
mv /root/*.sources /etc/apt/sources.list.d/
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends ${wanted.join(" ")} >/dev/null 2>&1
mv /etc/apt/sources.list.d/*.sources /root/sources/
mv /root/sources/archive.list ${archiveSource.path}
apt-get -qq update
printf '# a file of the machine\\nother 1\\n' >/etc/crash.conf
printf '; another one\\n[other]\\nkey = 1\\n' >/etc/crash.ini
update-alternatives --quiet --install /usr/local/bin/crash crash /usr/bin/true 10
update-alternatives --quiet --install /usr/local/bin/crash crash /usr/bin/false 20
mkdir -p "/lib/modules/$(uname -r)"
echo kernel/fs/overlayfs/overlay.ko >"/lib/modules/$(uname -r)/modules.builtin"
base64 -d <<'END' | tar --extract --gzip --directory=/var/lib
${packSubversion(folder)}
END
echo 'L ${folder}/subversion - - - - /var/lib/subversion' >/etc/tmpfiles.d/crash.conf
systemd-tmpfiles --create crash.conf
cat >/etc/systemd/system/note-boots.service <<'END'
[Unit]
Description=Notes each boot
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cat /proc/sys/kernel/random/boot_id >>/var/log/crash-boots'
[Install]
WantedBy=multi-user.target
END
systemctl enable --quiet note-boots.service
systemctl disable --now --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
`;
}

function packSubversion(folder: string): string {
  return execFileSync("tar", ["--create", "--gzip", "--directory", folder, "subversion"]).toString("base64");
}
