import { directory } from "../../../src/resources/directory/directory.ts";
import { file } from "../../../src/resources/file/file.ts";
import { type MountOptions, mount } from "../../../src/resources/mount/mount.ts";
import { run } from "../../../src/resources/run/run.ts";
import type { Case } from "./case.ts";
import { hostileNames, unhurt } from "./hostile-names.ts";

const at = "/srv/data";
const temporary = (options: Partial<MountOptions> = {}) => [
  mount(at, { type: "tmpfs", options: ["size=1m"], ...options }),
];
const bound = (options: readonly string[] = []) => [
  mount(at, { device: "/srv/real", type: "bind", options }),
];
const absent = () => [mount(at, { absent: true })];

const line = "tmpfs /srv/data tmpfs size=1m,nofail 0 0";
const written = (entry: string) =>
  `[ "$(grep -c /srv/data /etc/fstab)" = 1 ] && grep -qxF '${entry}' /etc/fstab`;
const has = (option: string) => `findmnt -no OPTIONS ${at} | tr , '\\n' | grep -qx '${option}'`;
const mounted = `mountpoint -q ${at}`;
const right = `${written(line)} && ${mounted} && ${has("size=1024k")} && [ "$(findmnt -no FSTYPE ${at})" = tmpfs ]`;
const gone = `! grep -q /srv/data /etc/fstab && ! ${mounted}`;
const clean = `systemctl stop t-busy 2>/dev/null; for place in $(awk '$5 ~ "^/srv/" { print $5 }' /proc/self/mountinfo | tac); do umount "$(printf '%b' "$(echo "$place" | sed 's/\\\\/\\\\0/g')")"; done
rm -rf /srv/*; cp /run/t-fstab /etc/fstab; systemctl daemon-reload; true`;
/** A line of somebody else, with a comment, that must stay as it is. */
const start =
  "[ -e /run/t-fstab ] || { printf '# ours\\nproc\\t/srv/proc  proc noauto\\n' >/run/t-fstab; cp /run/t-fstab /etc/fstab; }";
const othersStay = "head -n 2 /etc/fstab | cmp - /run/t-fstab";
const live = "mkdir -p /srv/data && mount -t tmpfs -o size=1m tmpfs /srv/data";
const declared = `echo '${line}' >>/etc/fstab`;
const odd = hostileNames.filter((name) => name.length < 200);

export const cases: Case[] = [
  {
    name: "a tmpfs that is not there",
    start,
    resources: () => temporary(),
    proof: `${right} && ${othersStay}`,
  },
  { name: "as the case before left it", resources: () => temporary(), expect: "in-order", proof: right },
  {
    name: "another size and options, where it is, with what is in it",
    start: "echo precious >/srv/data/file",
    resources: () => temporary({ options: ["size=2m", "nosuid", "noexec", "noatime", "mode=0700"] }),
    proof: `${written("tmpfs /srv/data tmpfs size=2m,nosuid,noexec,noatime,mode=0700,nofail 0 0")} && ${has("size=2048k")} &&
      ${has("nosuid")} && ${has("noexec")} && ${has("noatime")} && grep -qx precious /srv/data/file && ${othersStay}`,
  },
  {
    name: "the options back again",
    resources: () => temporary(),
    proof: `${right} && ! ${has("nosuid")} && ! ${has("noexec")} && grep -qx precious /srv/data/file`,
    clean,
  },
  {
    name: "made read-only by hand",
    start: `${live}; ${declared}; mount -o remount,ro /srv/data`,
    resources: () => temporary(),
    proof: `${right} && ${has("rw")}`,
  },
  { name: "unmounted by hand", start: "umount /srv/data", resources: () => temporary(), proof: right, clean },
  {
    name: "mounted, and not in fstab",
    start: live,
    resources: () => temporary(),
    proof: `${right} && [ "$(grep -c ' /srv/data ' /proc/self/mountinfo)" = 1 ]`,
    clean,
  },
  {
    name: "in fstab otherwise, with tabs, among others and without the end of the line",
    start:
      "printf 'tmpfs\\t/srv/data\\ttmpfs\\tdefaults\\n# more\\ntmpfs /srv/other tmpfs noauto 0 0' >>/etc/fstab",
    resources: () => temporary(),
    proof: `${right} && ${othersStay} && sed -n 4p /etc/fstab | grep -qx '# more' && sed -n 5p /etc/fstab | grep -qx 'tmpfs /srv/other tmpfs noauto 0 0'`,
    clean,
  },
  {
    name: "twice in fstab",
    start: `${declared}; ${declared}`,
    resources: () => temporary(),
    expect: { blocked: "2 lines of /etc/fstab are about it." },
    proof: `! ${mounted}`,
    clean,
  },
  {
    name: "no fstab at all",
    start: "rm /etc/fstab",
    resources: () => temporary(),
    proof: `${right} && [ "$(stat -c '%a %U' /etc/fstab)" = '644 root' ]`,
    clean,
  },
  {
    name: "fstab of another mode, which stays",
    start: "chmod 600 /etc/fstab",
    resources: () => temporary(),
    proof: `${right} && [ "$(stat -c %a /etc/fstab)" = 600 ]`,
    clean: `chmod 644 /etc/fstab; ${clean}`,
  },
  {
    name: "a directory in a second place",
    start: "mkdir /srv/real; echo precious >/srv/real/file",
    resources: () => bound(),
    proof: `${written("/srv/real /srv/data none bind,nofail 0 0")} && grep -qx precious /srv/data/file`,
  },
  { name: "as that case left it", resources: () => bound(), expect: "in-order", proof: mounted },
  {
    name: "in a second place, read-only",
    resources: () => bound(["ro", "nosuid"]),
    proof: `${has("ro")} && ${has("nosuid")} && ! touch /srv/data/x && touch /srv/real/x`,
  },
  {
    name: "in a second place, writable again",
    resources: () => bound(["nosuid"]),
    proof: `${has("rw")} && touch /srv/data/y`,
  },
  {
    name: "another directory in a second place",
    start: "mkdir /srv/another; echo other >/srv/another/file",
    resources: () => [mount(at, { device: "/srv/another", type: "bind" })],
    proof:
      "grep -qx other /srv/data/file && [ \"$(grep -c ' /srv/data ' /proc/self/mountinfo)\" = 1 ] && grep -qx precious /srv/real/file",
  },
  {
    name: "a tmpfs in its place",
    resources: () => temporary(),
    proof: `${right} && [ ! -e /srv/data/file ] && grep -qx other /srv/another/file`,
    clean,
  },
  {
    name: "another type in its place, and it is in use",
    start: `mkdir /srv/real; ${live}; ${declared}; systemd-run --quiet --service-type=exec --unit=t-busy --working-directory=/srv/data sleep 600`,
    resources: () => bound(),
    expect: { blocked: "It is in use by sleep (" },
    proof: right,
  },
  {
    name: "absent, and it is in use",
    start: "! systemctl is-failed -q t-busy",
    resources: absent,
    expect: { blocked: "stop what uses it before it." },
    proof: right,
  },
  {
    name: "absent, after what used it was stopped",
    resources: () => [run("systemctl stop t-busy", { unless: "! systemctl is-active t-busy" }), ...absent()],
    proof: `${gone} && ${othersStay} && [ -d /srv/data ]`,
    clean,
  },
  {
    name: "absent, and another file system is in it",
    start: `${live}; ${declared}; mkdir /srv/data/inner; mount -t tmpfs tmpfs /srv/data/inner`,
    resources: absent,
    expect: { blocked: "Other file systems are mounted in it: /srv/data/inner." },
    proof: right,
    clean,
  },
  {
    name: "absent, and only in fstab",
    start: declared,
    resources: absent,
    proof: `${gone} && ${othersStay}`,
    clean,
  },
  { name: "absent, and only mounted", start: live, resources: absent, proof: gone, clean },
  {
    name: "absent, and twice on one another",
    start: `${live} && ${live}`,
    resources: absent,
    proof: gone,
    clean,
  },
  { name: "absent, and it never was", resources: absent, expect: "in-order", proof: gone },
  {
    name: "only in fstab",
    resources: () => temporary({ options: ["noauto"] }),
    proof: `${written("tmpfs /srv/data tmpfs noauto,nofail 0 0")} && ! ${mounted} && [ ! -e /srv/data ]`,
    clean,
  },
  {
    name: "options that the file system refuses, and nothing stays",
    resources: () => temporary({ options: ["size=much"] }),
    expect: { failed: "/srv/data" },
    proof: `${gone} && cmp /etc/fstab /run/t-fstab`,
    clean,
  },
  {
    name: "a device that is not there",
    resources: () => [mount(at, { device: "UUID=00000000-dead-beef-0000-000000000000", type: "ext4" })],
    expect: { blocked: "There is no device with UUID=00000000-dead-beef-0000-000000000000." },
    proof: gone,
  },
  {
    name: "a path of a device that is not there",
    resources: () => [mount(at, { device: "/dev/vdz9", type: "ext4" })],
    expect: { blocked: "The device /dev/vdz9 is not there." },
    proof: gone,
  },
  {
    name: "a directory for a second place that is not there",
    resources: () => bound(),
    expect: { blocked: "The directory /srv/real is not there yet." },
    proof: gone,
  },
  {
    name: "a directory for a second place that is declared before it, and what is in it after",
    resources: () => [directory("/srv/real"), ...bound(), file("/srv/data/inner", { content: "inner\n" })],
    proof: "grep -qx inner /srv/real/inner",
    clean,
  },
  {
    name: "no folder to be in",
    resources: () => [mount("/srv/none/data", { type: "tmpfs" })],
    expect: { blocked: "The directory /srv/none is not there yet." },
    proof: "[ ! -e /srv/none ]",
  },
  {
    name: "a file where its directory belongs",
    start: "echo precious >/srv/data",
    resources: () => temporary(),
    expect: { blocked: "A file is in the way" },
    proof: "grep -qx precious /srv/data",
    clean,
  },
  {
    name: "a directory where fstab belongs",
    start: "rm /etc/fstab; mkdir /etc/fstab",
    resources: () => temporary(),
    expect: { blocked: 'directory("/etc/fstab", { absent: true })' },
    proof: `! ${mounted}`,
    clean: `rmdir /etc/fstab; ${clean}`,
  },
  {
    name: "what was written where nothing was mounted is hidden, and that is said",
    start: "mkdir /srv/data; echo precious >/srv/data/file",
    resources: () => temporary(),
    proof: `${right} && grep -q '(1 entries) is hidden' "$(ls -t /var/lib/proog/runs/*/log | head -n 1)" && umount /srv/data && grep -qx precious /srv/data/file && mount /srv/data`,
    clean,
  },
  {
    name: "hostile names",
    start: `mkdir /srv/real`,
    resources: () => [
      directory("/srv/hostile"),
      ...odd.map((name) => mount(`/srv/hostile/${name}`, { type: "tmpfs", options: ["size=64k"] })),
    ],
    proof: `[ "$(grep -c ' /srv/hostile/' /proc/self/mountinfo)" = ${odd.length} ] && [ "$(grep -c ' /srv/hostile/' /etc/fstab)" = ${odd.length} ] && ${unhurt}`,
  },
  {
    name: "hostile names, absent",
    resources: () => odd.map((name) => mount(`/srv/hostile/${name}`, { absent: true })),
    proof: "! grep ' /srv/hostile/' /proc/self/mountinfo && cmp /etc/fstab /run/t-fstab",
    clean,
  },
  {
    name: "hostile directories in a second place",
    start: "mkdir /srv/data",
    resources: () => [
      directory("/srv/hostile"),
      ...odd.flatMap((name, index) => [
        directory(`/srv/hostile/${name}`),
        mount(`/srv/data/${index}`, { device: `/srv/hostile/${name}`, type: "bind" }),
      ]),
    ],
    proof: `[ "$(grep -c ' /srv/data/' /proc/self/mountinfo)" = ${odd.length} ] && ${unhurt}`,
    clean,
  },
];
