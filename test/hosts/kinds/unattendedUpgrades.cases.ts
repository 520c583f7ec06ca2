import { unattendedUpgrades } from "../../../src/recipes/unattendedUpgrades.ts";
import type { Case } from "./case.ts";

const dump = (name: string) => `apt-config dump 'Unattended-Upgrade::${name}'`;
const patterns =
  'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";';

export const cases: Case[] = [
  {
    name: "a machine without it",
    resources: () => [
      ...unattendedUpgrades({ reboot: "04:30", mail: "ops@example.org", blocklist: ["^linux-", "^nginx$"] }),
    ],
    proof: `[ "$(${dump("Origins-Pattern")} | grep ::Origins-Pattern::)" = '${patterns}' ] &&
      ${dump("Automatic-Reboot-Time")} | grep -q '"04:30"' && ${dump("Package-Blacklist")} | grep -qF '"^nginx$"' &&
      apt-config dump APT::Periodic | grep -qx 'APT::Periodic::Unattended-Upgrade "1";' &&
      systemctl is-enabled --quiet apt-daily.timer apt-daily-upgrade.timer &&
      unattended-upgrade --dry-run --debug 2>&1 | grep -i 'blacklist' | grep -qF '^nginx$'`,
  },
  {
    name: "other settings than they were",
    resources: () => [...unattendedUpgrades({ upgrades: "stable" })],
    proof: `${dump("Automatic-Reboot")} | grep -qx 'Unattended-Upgrade::Automatic-Reboot "false";' &&
      ! ${dump("Package-Blacklist")} | grep -q nginx && [ "$(${dump("Origins-Pattern")} | grep -c 'origin=Debian')" = 3 ]`,
    clean:
      "dpkg --purge unattended-upgrades >/dev/null 2>&1; rm -f /etc/apt/apt.conf.d/52proog-* /etc/apt/apt.conf.d/20auto-upgrades",
  },
];
