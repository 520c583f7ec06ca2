import { describe, expect, test } from "vitest";
import type { Mistaken } from "../resources/declare.ts";
import type { FileResource } from "../resources/file/file.ts";
import { keyOf, type Resource } from "../resources/kind.ts";
import { type UnattendedUpgradesOptions, unattendedUpgrades } from "./unattendedUpgrades.ts";

const isFile = (resource: Resource): resource is FileResource => resource.type === "file";
const mistakes = (resources: readonly (Resource & Mistaken)[]) =>
  resources.flatMap((one) => one.mistakes ?? []);

function settings(options?: UnattendedUpgradesOptions): unknown {
  const resources = unattendedUpgrades(options);
  expect(mistakes(resources)).toEqual([]);
  return resources.filter(isFile)[1]?.content;
}

test("is a package, two files and two timers, all with what all take", () => {
  const resources = unattendedUpgrades({ tags: ["security"], optional: true });
  expect(resources.map(keyOf)).toEqual([
    "apt unattended-upgrades",
    "file /etc/apt/apt.conf.d/20auto-upgrades",
    "file /etc/apt/apt.conf.d/52proog-unattended-upgrades",
    "service apt-daily.timer",
    "service apt-daily-upgrade.timer",
  ]);
  for (const resource of resources) expect(resource).toMatchObject({ tags: ["security"], optional: true });
});

describe("the settings", () => {
  test("without options: security, and no reboot", () => {
    expect(settings()).toBe(`// Written by Proog: unattendedUpgrades().
#clear Unattended-Upgrade::Origins-Pattern;
Unattended-Upgrade::Origins-Pattern {
  "origin=Debian,codename=\${distro_codename}-security,label=Debian-Security";
};
#clear Unattended-Upgrade::Allowed-Origins;
#clear Unattended-Upgrade::Package-Blacklist;
Unattended-Upgrade::Package-Blacklist {
};
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Automatic-Reboot-WithUsers "true";
Unattended-Upgrade::Remove-New-Unused-Dependencies "true";
Unattended-Upgrade::Remove-Unused-Dependencies "false";
`);
  });

  test("with all of them", () => {
    const text = settings({
      ...{
        upgrades: "stable",
        origins: ["origin=Docker,label=Docker CE"],
        blocklist: ["^linux-", "^nginx$"],
      },
      ...{ reboot: "04:30", rebootWithUsers: false, mail: "ops@example.org", autoremove: false },
    });
    for (const line of [
      `  "origin=Debian,codename=\${distro_codename},label=Debian";`,
      '  "origin=Docker,label=Docker CE";',
      '  "^nginx$";',
      'Unattended-Upgrade::Automatic-Reboot "true";',
      'Unattended-Upgrade::Automatic-Reboot-Time "04:30";',
      'Unattended-Upgrade::Automatic-Reboot-WithUsers "false";',
      'Unattended-Upgrade::Mail "ops@example.org";',
      'Unattended-Upgrade::MailReport "on-change";',
      'Unattended-Upgrade::Remove-New-Unused-Dependencies "false";',
    ])
      expect(text).toContain(`${line}\n`);
  });
});

test.for<[object, string]>([
  [{ reboot: "25:00" }, 'reboot is "25:00", and must be true, false, or a time such as "04:30".'],
  [{ rebootWithUsers: false }, "rebootWithUsers is given without reboot."],
  [{ reboot: true, rebootWithUsers: 1 }, "rebootWithUsers is 1, and must be true or false."],
  [{ blocklist: "nginx" }, 'blocklist is "nginx", and must be a list such as ["^postgresql"].'],
  [{ blocklist: ['a"; x'] }, 'blocklist has "a\\"; x", and must be such as "^postgresql".'],
  [{ origins: ["Docker"] }, 'origins has "Docker", and must be such as "origin=Docker,label=Docker CE".'],
  [{ mail: "a b" }, 'mail has "a b", and must be such as "ops@example.org".'],
  [{ mailReport: "always" }, "mailReport is given without mail."],
  [{ upgrades: "all" }, 'upgrades is "all", and must be one of "security", "stable".'],
  [{ autoremove: true }, 'autoremove is true, and must be one of false, "new", "all".'],
  [{ rebot: true }, 'rebot is no option. Did you mean "reboot"?'],
])("a mistake in %j is told with all others", ([options, message]) => {
  expect(mistakes(unattendedUpgrades(options as UnattendedUpgradesOptions))).toEqual([message]);
});
