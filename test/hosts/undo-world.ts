import { makeArchive } from "./kinds/local-archive.ts";

/** Hashes of passwords, as mkpasswd prints them; a test looks for them where they must not be. */
export const oldHash = "$6$oldsalt$OLDPOISON.XS7h1xqUsJfY5qz0w5R7oHn5pSvN0q8vHkq1";
export const newHash = "$6$newsalt$NEWPOISON.XS7h1xqUsJfY5qz0w5R7oHn5pSvN0q8vHkq1";

const unit = (command: string, more = "") =>
  `[Service]\\nExecStart=${command}\\n${more}[Install]\\nWantedBy=multi-user.target\\n`;
const sleeps = unit("/bin/sleep infinity");

/** Brings a machine into a state in which there is something for every kind to change. */
export const beforeEverything = `set -e
${makeArchive(
  { name: "t-lib" },
  { name: "t-lib", version: "2.0" },
  { name: "t-more" },
  { name: "t-tool", fields: "Depends: t-lib (>= 2.0), t-more" },
  { name: "t-old" },
  { name: "t-purged" },
  { name: "t-auto" },
)}
apt-get update >/dev/null
apt-get -y install t-old t-purged t-auto t-lib=1.0 >/dev/null
apt-mark auto t-auto >/dev/null
echo by hand >>/etc/t-purged
rm -rf /srv/app /srv/files; mkdir -p /srv/files/tree/deep /srv/files/folder
groupadd --gid 4001 ops; groupadd --gid 4002 gone; groupadd --gid 4003 moved
useradd --uid 3001 --create-home --shell /bin/sh --comment 'Ada Lovelace' --groups ops,moved ada
useradd --uid 3002 --create-home --groups ops bob; echo precious >/home/bob/letter; chmod 0600 /home/bob/letter
useradd --uid 3003 --system locked; usermod --comment '' locked
printf '%s\\n' 'ada:${oldHash}' | chpasswd --encrypted
chage --lastday 19000 --maxdays 90 --warndays 9 ada; chage --lastday 19001 bob; chage --lastday 19002 locked
mkdir -p /usr/local/lib/systemd/system; printf '${sleeps}' >/usr/local/lib/systemd/system/hidden.service
for unit in on off left; do printf '${sleeps}' >/etc/systemd/system/$unit.service; done
printf '${unit('/bin/sh -c "cp /srv/files/settings /run/reads; exec sleep infinity"')}' >/etc/systemd/system/reads.service
echo 'settings of old' >/srv/files/settings
systemctl daemon-reload
systemctl --quiet enable --now on left; systemctl start reads
cd /srv/files; echo old >replaced; chmod 4755 replaced; chown ada:ops replaced; echo leaf >tree/deep/leaf; ln -s deep tree/link
chown -R bob tree; echo x >removed; ln -s /etc/passwd link
cd /; git config --system --replace-all safe.directory '*'
`;

/** Changes something by every kind. The repository `repo` is a folder beside the config. */
export const everything = (revision: string) => `
  file("/srv/files/replaced", { content: "new\\n", mode: "0600" }),
  file("/srv/files/removed", { absent: true }),
  file("/srv/files/made \\\\ b'c\\"d$(e)\\n ", { content: "hostile\\n" }),
  directory("/srv/files/tree", { absent: true, recursive: true }),
  directory("/srv/files/folder", { mode: "0700", owner: "daemon" }),
  directory("/srv/files/new", { mode: "0711" }),
  file("/srv/files/new/inner", { content: "inner\\n" }),
  symlink("/srv/files/link", { to: "made" }),
  apt("t-tool", "t-auto"),
  apt("t-old", { absent: true }),
  apt("t-purged", { absent: true, purge: true }),
  group("fresh", { gid: 4010 }),
  group("gone", { absent: true }),
  user("ada", { shell: "/bin/bash", comment: "Countess", groups: ["fresh"], exclusive: true, password: secret("ada", { file: "hash" }) }),
  user("bob", { absent: true, removeHome: true }),
  user("carl", { uid: 3010, groups: ["ops"] }),
  user("locked", { locked: true, home: "/srv/files" }),
  group("moved", { gid: 4020, members: ["carl"], exclusive: true }),
  git("/srv/app", { from: "repo", ref: "${revision}", owner: "ada" }),
  service("on", { enabled: false, running: false }),
  service("off"),
  service("hidden", { masked: true }),
  systemdUnit("left.service", { absent: true }),
  systemdUnit("new.service", { content: "${sleeps}" }),
  service("new"),
  [file("/srv/files/settings", { content: "settings of new\\n" })].flatMap((settings) => [
    settings,
    service("reads", { enabled: false, restartOn: settings }),
  ]),
  cron("nightly", { schedule: "0 3 * * *", command: "true" }),
  run("echo done >/srv/files/by-run", { creates: "/srv/files/by-run" }),
`;

/** All that undo brings back: files without their times, accounts, packages, units. What order lines have does not matter. */
export const world = `
find /etc /srv /home /opt /root /usr/local /var/spool -mindepth 1 -xdev \\
  ! -path '/etc/*-' ! -path '/etc/passwd' ! -path '/etc/group' ! -path '/etc/shadow' ! -path '/etc/gshadow' ! -path '/etc/sub?id' \\
  ! -path '/srv/archive*' ! -path '/srv/app/.git/*' ! -path '/srv/files/by-run' ! -name .ssh ! -path '/etc/.pwd.lock' \\
  -printf '%p %y %m %U:%G %l\\n' | sort
find /etc /srv /home -mindepth 1 -xdev -type f ! -path '/etc/*-' ! -path '/etc/passwd' ! -path '/etc/group' \\
  ! -path '/etc/shadow' ! -path '/etc/gshadow' ! -path '/srv/archive*' ! -path '/srv/app/.git/*' ! -path '/etc/sub?id' \\
  ! -path '/srv/files/by-run' -print0 | sort -z | xargs -0 sha256sum
for file in passwd shadow subuid subgid; do echo "$file:"; sort /etc/$file; done
for file in group gshadow; do
  while IFS=: read -r name one two members; do
    echo "$file $name $one $two $(echo "$members" | tr , '\\n' | sort | paste -s -d ,)"
  done </etc/$file | sort
done
dpkg-query -W -f '\${Package} \${Status} \${Version}\\n' | grep -v not-installed | sort
apt-mark showauto | sort
for unit in on off hidden left new reads; do
  echo "$unit $(systemctl is-enabled $unit 2>/dev/null) $(systemctl is-active $unit | sed 's/failed/inactive/')"
done
systemctl show --property=NeedDaemonReload on off hidden left new reads | sort -u
cat /run/reads
[ ! -e /srv/app ] || git -C /srv/app log -1 --format=%H
`;

/** Where no hash of a password may stand but in files that only root can read. */
export const leaks = `grep -rlE 'OLDPOISON|NEWPOISON' /var/lib/proog /tmp /run /var/log 2>/dev/null | while read -r file; do
  echo "$(stat -c %a "$file") $(basename "$file" | sed 's/-[0-9a-f]*$//; s/^[0-9a-f]\\{64\\}$/blob/')"
done | sort -u; journalctl --no-pager -q | grep -E 'OLDPOISON|NEWPOISON'; true`;
