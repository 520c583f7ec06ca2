import { apt } from "../resources/apt/apt.ts";
import type { Mistake } from "../resources/declare.ts";
import { file } from "../resources/file/file.ts";
import type { CommonOptions, Resource } from "../resources/kind.ts";
import { checkFlag, checkOptions, commonNames, type OptionNames, show } from "../resources/rules.ts";
import { service } from "../resources/service/service.ts";
import { withMistakes } from "./mistakes.ts";

/** Options of upgrades that a machine makes by itself. */
export interface UnattendedUpgradesOptions extends CommonOptions {
  /** Which of Debian's upgrades: those of security, or also the others of the stable release. Default: `"security"`. */
  readonly upgrades?: "security" | "stable";
  /**
   * Further repositories, as unattended-upgrades writes them: `origin=` and `label=` as `apt-cache policy` shows them.
   * @example ["origin=Docker,label=Docker CE"]
   */
  readonly origins?: readonly string[];
  /** Packages that are left alone: regular expressions (of Python) for the beginning of a name. `"^nginx$"` is one package. */
  readonly blocklist?: readonly string[];
  /**
   * Reboots when an upgrade asks for it: at this time of the day by the machine's clock, or `true` for at once.
   * Default: `false`, the machine waits for you; `proog status` tells.
   */
  readonly reboot?: boolean | string;
  /** Reboots also while somebody is logged in. Default: `true`. */
  readonly rebootWithUsers?: boolean;
  /** Who gets a mail of what was done; the machine needs a program that sends it. Default: nobody. */
  readonly mail?: string;
  /** When a mail is sent. Default: `"on-change"`. */
  readonly mailReport?: "always" | "on-change" | "only-on-error";
  /** Removes packages that nothing needs any more after an upgrade: false, `"new"` (those of this upgrade) or `"all"`. Default: `"new"`. */
  readonly autoremove?: false | "new" | "all";
}

const optionNames: OptionNames<UnattendedUpgradesOptions> = {
  ...{ upgrades: true, origins: true, blocklist: true, reboot: true, rebootWithUsers: true },
  ...{ mail: true, mailReport: true, autoremove: true, ...commonNames },
};

/**
 * Security upgrades that the machine makes by itself, once a day: unattended-upgrades, its configuration and its timers. Debian's
 * own file stays as it is; ours, `/etc/apt/apt.conf.d/52proog-unattended-upgrades`, comes after it.
 * @example unattendedUpgrades({ reboot: "04:30", mail: "ops@example.org", blocklist: ["^postgresql"] })
 */
export function unattendedUpgrades(options: UnattendedUpgradesOptions = {}): readonly Resource[] {
  const { optional, tags } = options ?? {};
  const common = { ...(optional && { optional }), ...(tags && { tags }) };
  const put = (name: string, content: string) =>
    file(`/etc/apt/apt.conf.d/${name}`, { content, validate: "apt-config -c % dump >/dev/null", ...common });
  const mistakes = checkUpgrades(options);
  const sound = mistakes.length === 0;
  return [
    withMistakes(apt("unattended-upgrades", common), mistakes),
    put("20auto-upgrades", everyDay),
    put("52proog-unattended-upgrades", sound ? writeSettings(options) : ""),
    service("apt-daily.timer", common),
    service("apt-daily-upgrade.timer", common),
  ];
}

/** What Debian's installer writes where one says yes. */
const everyDay = `APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
`;

function checkUpgrades(options: UnattendedUpgradesOptions): Mistake[] {
  const { upgrades, origins, blocklist, reboot, rebootWithUsers, mail, mailReport, autoremove } =
    options ?? {};
  return [
    ...checkOptions(options, optionNames),
    ...checkChoice("upgrades", upgrades, ["security", "stable"]),
    ...checkTexts("origins", origins, /^[a-z]+=[^"\\]+$/, '"origin=Docker,label=Docker CE"'),
    ...checkTexts("blocklist", blocklist, /^[^"\s]+$/, '"^postgresql"'),
    reboot === undefined ||
    typeof reboot === "boolean" ||
    /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(String(reboot))
      ? []
      : `reboot is ${show(reboot)}, and must be true, false, or a time such as "04:30".`,
    checkFlag("rebootWithUsers", rebootWithUsers) ?? [],
    rebootWithUsers !== undefined && !reboot ? "rebootWithUsers is given without reboot." : [],
    ...checkTexts("mail", mail === undefined ? undefined : [mail], /^[^"\\\s]+$/, '"ops@example.org"'),
    ...checkChoice("mailReport", mailReport, ["always", "on-change", "only-on-error"]),
    mailReport !== undefined && mail === undefined ? "mailReport is given without mail." : [],
    ...checkChoice("autoremove", autoremove, [false, "new", "all"]),
  ].flat();
}

function checkChoice(option: string, given: unknown, choices: readonly unknown[]): string[] {
  if (given === undefined || choices.includes(given)) return [];
  return [`${option} is ${show(given)}, and must be one of ${choices.map(show).join(", ")}.`];
}

function checkTexts(option: string, given: unknown, form: RegExp, cure: string): string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [`${option} is ${show(given)}, and must be a list such as [${cure}].`];
  return given.flatMap((text) =>
    typeof text === "string" && form.test(text)
      ? []
      : [`${option} has ${show(text)}, and must be such as ${cure}.`],
  );
}

/** What `${distro_codename}` stands for, unattended-upgrades fills in. */
const debian = {
  security: [`origin=Debian,codename=\${distro_codename}-security,label=Debian-Security`],
  stable: [
    `origin=Debian,codename=\${distro_codename},label=Debian`,
    `origin=Debian,codename=\${distro_codename}-updates,label=Debian`,
  ],
};

/** @see https://manpages.debian.org/apt.conf.5 and /usr/share/doc/unattended-upgrades/README.md.gz */
function writeSettings(options: UnattendedUpgradesOptions): string {
  const {
    upgrades = "security",
    origins = [],
    blocklist = [],
    reboot = false,
    rebootWithUsers = true,
  } = options;
  const { mail, mailReport = "on-change", autoremove = "new" } = options;
  const from = [...debian.security, ...(upgrades === "stable" ? debian.stable : []), ...origins];
  return [
    "// Written by Proog: unattendedUpgrades().",
    ...writeList("Origins-Pattern", from),
    // What Ubuntu's own file has in the place of patterns.
    "#clear Unattended-Upgrade::Allowed-Origins;",
    ...writeList("Package-Blacklist", blocklist),
    writeSetting("Automatic-Reboot", Boolean(reboot)),
    ...(typeof reboot === "string" ? [writeSetting("Automatic-Reboot-Time", reboot)] : []),
    writeSetting("Automatic-Reboot-WithUsers", rebootWithUsers),
    ...(mail === undefined ? [] : [writeSetting("Mail", mail), writeSetting("MailReport", mailReport)]),
    writeSetting("Remove-New-Unused-Dependencies", autoremove === "new" || autoremove === "all"),
    writeSetting("Remove-Unused-Dependencies", autoremove === "all"),
    "",
  ].join("\n");
}

/** In the place of what other files say. */
function writeList(name: string, values: readonly string[]): string[] {
  const list = `Unattended-Upgrade::${name}`;
  return [`#clear ${list};`, `${list} {`, ...values.map((value) => `  "${value}";`), "};"];
}

function writeSetting(name: string, value: string | boolean): string {
  return `Unattended-Upgrade::${name} "${value}";`;
}
