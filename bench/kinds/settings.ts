import { alternatives } from "../../src/resources/alternatives/alternatives.ts";
import { apacheSite } from "../../src/resources/apacheSite/apacheSite.ts";
import { certificate } from "../../src/resources/certificate/certificate.ts";
import { makeCertificate } from "../../src/resources/certificate/made.test-support.ts";
import { firewall } from "../../src/resources/firewall/firewall.ts";
import { floatingAddress } from "../../src/resources/floatingAddress/floatingAddress.ts";
import { hostname } from "../../src/resources/hostname/hostname.ts";
import { hosts } from "../../src/resources/hosts/hosts.ts";
import { iniFile } from "../../src/resources/iniFile/iniFile.ts";
import { kernelModule } from "../../src/resources/kernelModule/kernelModule.ts";
import { line } from "../../src/resources/line/line.ts";
import { locale } from "../../src/resources/locale/locale.ts";
import { mount } from "../../src/resources/mount/mount.ts";
import { nginxSite } from "../../src/resources/nginxSite/nginxSite.ts";
import { poolMembers } from "../../src/resources/poolMembers/poolMembers.ts";
import { reboot } from "../../src/resources/reboot/reboot.ts";
import { secret } from "../../src/resources/secret/secret.ts";
import { swapFile } from "../../src/resources/swapFile/swapFile.ts";
import { sysctl } from "../../src/resources/sysctl/sysctl.ts";
import { timezone } from "../../src/resources/timezone/timezone.ts";
import { forAll, type KindBench, many, usualCount } from "./kind-bench.ts";

const numbers = `$(seq 0 ${usualCount - 1})`;
const address = (index: number) => `10.9.${index >> 8}.${index & 255}`;

/** `de_DE.UTF-8@aab`: their names end in letters. */
const localeName = (index: number) =>
  `de_DE.UTF-8@${[100, 10, 1].map((place) => "abcdefghij"[Math.floor(index / place) % 10]).join("")}`;

/** Each is tried with all others before it is put in place. */
const copySites = (server: string, end = "") => `cd /etc/${server}/sites-available
for i in $(seq 999); do cp site-0${end} site-$i${end}; ln -s ../sites-available/site-$i${end} ../sites-enabled/; done`;

export const settingKinds: readonly KindBench[] = [
  {
    ...{ what: "nginxSite", limit: 0.1, packages: ["nginx"], copy: copySites("nginx") },
    resources: (count) => many(count, (index) => nginxSite(`site-${index}`, { content: "# none\n" })),
  },
  {
    ...{ what: "apacheSite", limit: 0.1, packages: ["apache2"], copy: copySites("apache2", ".conf") },
    resources: (count) => many(count, (index) => apacheSite(`site-${index}`, { content: "# none\n" })),
  },
  {
    ...{ what: "line, all in one file", limit: 0.1 },
    start: `for i in ${numbers}; do echo "setting-$i yes"; done >/etc/bench.conf`,
    resources: (count) => many(count, (index) => line("/etc/bench.conf", { line: `setting-${index} yes` })),
  },
  {
    ...{ what: "line, each in a file of its own", limit: 0.1 },
    start: `for i in ${numbers}; do echo "setting yes" >/srv/bench-$i.conf; done`,
    resources: (count) => many(count, (index) => line(`/srv/bench-${index}.conf`, { line: "setting yes" })),
  },
  {
    ...{ what: "iniFile, all in one file", limit: 0.1 },
    start: `{ echo '[bench]'; for i in ${numbers}; do echo "setting-$i = yes"; done; } >/etc/bench.ini`,
    resources: (count) =>
      many(count, (index) =>
        iniFile("/etc/bench.ini", { section: "bench", key: `setting-${index}`, value: "yes" }),
      ),
  },
  {
    ...{ what: "hosts", limit: 0.1 },
    start: `${forAll(`echo "10.9.$((i >> 8)).$((i & 255)) bench-$i.example.org bench-$i"`)} >>/etc/hosts`,
    resources: (count) =>
      many(count, (index) =>
        hosts(address(index), { names: [`bench-${index}.example.org`, `bench-${index}`] }),
      ),
  },
  {
    ...{ what: "sysctl", limit: 0.1 },
    // Only those of the network are a container's own, and there are not so many: each virtual interface brings more.
    start: `i=0; while [ $i -lt 25 ]; do ip link add bench$i type bridge; i=$((i + 1)); done
find /proc/sys/net -name '*[!a-z_0-9]*' -prune -o -type f -perm -0600 -print | xargs grep -s '' |
  sed -n 's/^\\([^:]*\\):\\([0-9]*\\)$/\\1 \\2/p' | head -n ${usualCount}`,
    resources: (_count, _folder, said) =>
      said
        .trim()
        .split("\n")
        .map((text) => {
          const [path = "", value = ""] = text.split(" ");
          return sysctl(path.replace("/proc/sys/", "").replaceAll("/", "."), { value: Number(value) });
        }),
  },
  {
    ...{ what: "kernelModule", limit: 0.1 },
    start: `mkdir -p "/lib/modules/$(uname -r)"
for i in ${numbers}; do
  echo "kernel/bench/bench$i.ko"
  printf '# Written by Proog: kernelModule("bench%s").\\nbench%s\\n' $i $i >/etc/modules-load.d/proog-bench$i.conf
done >"/lib/modules/$(uname -r)/modules.builtin"`,
    resources: (count) => many(count, (index) => kernelModule(`bench${index}`)),
  },
  {
    ...{ what: "alternatives", limit: 0.1 },
    start: `cd /var/lib/dpkg/alternatives
for i in ${numbers}; do
  printf 'manual\\n/usr/bin/bench-%s\\n\\n/bin/true\\n50\\n\\n' $i >bench-$i
  ln -s /bin/true /etc/alternatives/bench-$i
  ln -s /etc/alternatives/bench-$i /usr/bin/bench-$i
done`,
    resources: (count) => many(count, (index) => alternatives(`bench-${index}`, { path: "/bin/true" })),
  },
  {
    ...{ what: "locale", limit: 0.1 },
    start: `: >/etc/locale.gen
echo '${many(usualCount, (index) => localeName(index)).join("\n")}' | while read -r name; do
  echo "$name UTF-8" >>/etc/locale.gen
  cp -r /usr/lib/locale/C.utf8 "/usr/lib/locale/de_DE.utf8@\${name#*@}"
done`,
    resources: (count) => many(count, (index) => locale(localeName(index))),
  },
  {
    ...{ what: "certificate", limit: 0.1 },
    resources: (count) => {
      const { certificate: content, key } = makeCertificate("www.example.org");
      process.env.PROOG_BENCH_KEY = key;
      const options = { content, key: secret("key", { env: "PROOG_BENCH_KEY" }) };
      return many(count, (index) => certificate(`/srv/bench-${index}.pem`, options));
    },
  },
  {
    ...{ what: "mount", limit: 0.1 },
    start: `for i in ${numbers}; do
  mkdir /srv/mount-$i
  mount -t tmpfs -o nosuid tmpfs /srv/mount-$i
  echo "tmpfs /srv/mount-$i tmpfs nosuid,nofail 0 0"
done >>/etc/fstab`,
    resources: (count) =>
      many(count, (index) => mount(`/srv/mount-${index}`, { type: "tmpfs", options: ["nosuid"] })),
  },
  {
    ...{ what: "swapFile, absent", limit: 5 },
    why: "a container has no swap of its own, and a kernel takes 29",
    resources: (count) => many(count, (index) => swapFile(`/srv/swap-${index}`, { absent: true })),
  },
  ...single("firewall", () => firewall({ allow: [{ port: 22 }] }), ["nftables"]),
  ...single("poolMembers", () =>
    poolMembers({
      ...{ type: "pool", name: "bench", port: 80, balancer: "bench", balancers: [] },
      members: many(100, (index) => ({ node: `web-${index}`, address: address(index) })),
    }),
  ),
  ...single(
    "floatingAddress",
    () => {
      const node = "balancer-1";
      return floatingAddress("10.99.1.10", { node, nodes: [{ node, address: "10.99.1.11" }] });
    },
    ["keepalived"],
    "ip link add shared type veth peer name other && ip address add 10.99.1.11/24 dev shared && ip link set shared up && ip link set other up",
  ),
  ...single("hostname", () => hostname("bench")),
  ...single("timezone", () => timezone("Europe/Vienna"), ["tzdata"]),
  ...single("reboot", () => reboot()),
];

function single(
  what: string,
  declare: () => ReturnType<KindBench["resources"]>,
  packages: string[] = [],
  start = "",
): KindBench[] {
  return [{ ...{ what, limit: 5, count: 1, why: "a machine has one", packages, start }, resources: declare }];
}
