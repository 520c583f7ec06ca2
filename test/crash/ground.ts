import { archiveSource, buildArchive, makeArchive } from "../hosts/kinds/local-archive.ts";
import { neededPackages } from "../hosts/needed-packages.ts";

/** Shell that gives a bare machine what the description counts on. */
export function prepareMachine(without: readonly string[]): string {
  const wanted = Object.entries(neededPackages).flatMap(([kind, name]) =>
    without.includes(kind) ? [] : [name],
  );
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
bring() { DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends ${wanted.join(" ")} >/dev/null 2>&1; }
# An image may be older than what the mirror has.
bring || { apt-get -qq update && bring; }
mv /etc/apt/sources.list.d/*.sources /root/sources/
mv /root/sources/archive.list ${archiveSource.path}
apt-get -qq update
printf '# a file of the machine\\nother 1\\n' >/etc/crash.conf
printf '; another one\\n[other]\\nkey = 1\\n' >/etc/crash.ini
update-alternatives --quiet --install /usr/local/bin/crash crash /usr/bin/true 10
update-alternatives --quiet --install /usr/local/bin/crash crash /usr/bin/false 20
mkdir -p "/lib/modules/$(uname -r)"
echo kernel/fs/overlayfs/overlay.ko >"/lib/modules/$(uname -r)/modules.builtin"
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
# Both want the same port, and which one gets it at a boot is a matter of luck.
systemctl disable --now --quiet nginx apache2 2>/dev/null || true
systemctl disable --now --quiet apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
`;
}
