import { expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";

const fleet = useFleet("settings", "web: 1");
const web = () => fleet.node("web-1");

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKrtRVfmglJB2xs+f96bZjeNNyXR0FXFaI7sXSww0+t8 ada@laptop";

/** What is no path, and what the paths of these kinds hold. */
const state = () =>
  web().ssh(`uname -n; cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/tcp_rmem
    update-alternatives --query words | grep -E '^(Status|Value)'; update-alternatives --query verbs | grep -E '^(Status|Value)'
    readlink /etc/localtime; cat /etc/hosts /etc/hostname /etc/locale.conf; stat -c '%a %U %n' /etc/hosts /etc/hostname
    find /etc/sysctl.d /etc/modprobe.d /etc/modules-load.d /home /root/.ssh -printf '%p %y %m %U\\n' 2>/dev/null | sort; cat /home/ada/.ssh/*; true`);

test("what these kinds change is undone, and the undo is undone", async () => {
  fleet.declare(`
    alternatives("words", { path: "/usr/bin/sort" }),
    alternatives("verbs", { automatic: true }),
    authorizedKeys("ada", { keys: ["${key}"], exclusive: true }),
    hosts("10.0.0.5", { names: ["db"] }),
    hostname("renamed"),
    kernelModule("pcspkr", { absent: true }),
    locale("C.UTF-8", { default: true }),
    sysctl("net.ipv4.ip_forward", { value: 1 }),
    sysctl("net.ipv4.tcp_rmem", { value: "4096 130000 6000000" }),
    timezone("Europe/Berlin"),
  `);
  await web().ssh(`for name in words verbs; do
  update-alternatives --install /usr/bin/$name $name /usr/bin/sort 10; update-alternatives --install /usr/bin/$name $name /usr/bin/uniq 20
done; update-alternatives --set verbs /usr/bin/sort
useradd --create-home ada; install -d -m 0755 -o ada -g ada /home/ada/.ssh; echo '# mine' >/home/ada/.ssh/authorized_keys
echo LANG=C >/etc/locale.conf; hostname before; echo before >/etc/hostname`);
  const before = await state();
  const made = await fleet.succeed("apply");
  const after = await state();
  expect(after).toMatch(/^renamed\n1\n4096\t130000\t6000000\n/);
  const undone = await fleet.succeed("undo", made);
  expect(await state()).toBe(before);
  await fleet.succeed("undo", undone);
  expect(await state()).toBe(after);
});
