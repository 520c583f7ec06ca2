import { alternativesKind } from "./alternatives/alternatives.ts";
import { apacheSiteKind } from "./apacheSite/apacheSite.ts";
import { aptKind } from "./apt/apt.ts";
import { aptPinKind } from "./aptPin/aptPin.ts";
import { aptRepositoryKind } from "./aptRepository/aptRepository.ts";
import { archiveKind } from "./archive/archive.ts";
import { authorizedKeysKind } from "./authorizedKeys/authorizedKeys.ts";
import { certificateKind } from "./certificate/certificate.ts";
import { cronKind } from "./cron/cron.ts";
import { debFileKind } from "./debFile/debFile.ts";
import { directoryKind } from "./directory/directory.ts";
import { fileKind } from "./file/file.ts";
import { firewallKind } from "./firewall/firewall.ts";
import { floatingAddressKind } from "./floatingAddress/floatingAddress.ts";
import { gitKind } from "./git/git.ts";
import { groupKind } from "./group/group.ts";
import { hostnameKind } from "./hostname/hostname.ts";
import { hostsKind } from "./hosts/hosts.ts";
import { iniFileKind } from "./iniFile/iniFile.ts";
import { kernelModuleKind } from "./kernelModule/kernelModule.ts";
import type { Kind, Resource } from "./kind.ts";
import { lineKind } from "./line/line.ts";
import { localeKind } from "./locale/locale.ts";
import { logrotateKind } from "./logrotate/logrotate.ts";
import { mountKind } from "./mount/mount.ts";
import { nginxSiteKind } from "./nginxSite/nginxSite.ts";
import { poolMembersKind } from "./poolMembers/poolMembers.ts";
import { rebootKind } from "./reboot/reboot.ts";
import { runKind } from "./run/run.ts";
import { serviceKind } from "./service/service.ts";
import { siteKind } from "./site/site.ts";
import { sudoersKind } from "./sudoers/sudoers.ts";
import { svnKind } from "./svn/svn.ts";
import { swapFileKind } from "./swapFile/swapFile.ts";
import { symlinkKind } from "./symlink/symlink.ts";
import { sysctlKind } from "./sysctl/sysctl.ts";
import { systemdTimerKind } from "./systemdTimer/systemdTimer.ts";
import { systemdUnitKind } from "./systemdUnit/systemdUnit.ts";
import { timezoneKind } from "./timezone/timezone.ts";
import { treeKind } from "./tree/tree.ts";
import { userKind } from "./user/user.ts";

/** Every kind there is, by the name that the user writes. */
const kinds: readonly Kind[] = [
  alternativesKind,
  apacheSiteKind,
  aptKind,
  aptPinKind,
  aptRepositoryKind,
  archiveKind,
  authorizedKeysKind,
  certificateKind,
  cronKind,
  debFileKind,
  directoryKind,
  fileKind,
  firewallKind,
  floatingAddressKind,
  gitKind,
  groupKind,
  hostnameKind,
  hostsKind,
  iniFileKind,
  kernelModuleKind,
  lineKind,
  localeKind,
  logrotateKind,
  mountKind,
  nginxSiteKind,
  poolMembersKind,
  rebootKind,
  runKind,
  serviceKind,
  siteKind,
  sudoersKind,
  svnKind,
  swapFileKind,
  symlinkKind,
  sysctlKind,
  systemdTimerKind,
  systemdUnitKind,
  timezoneKind,
  treeKind,
  userKind,
];

/** The kinds that a config can use: those that come with Proog, and the fleet's own. */
export class Kinds {
  readonly #byType: ReadonlyMap<string, Kind>;

  constructor(own: readonly Kind[] = []) {
    this.#byType = new Map([...kinds, ...own].map((kind) => [kind.type, kind]));
  }

  /** The kind of a resource. */
  of(resource: Resource): Kind {
    const kind = this.#byType.get(resource.type);
    if (kind === undefined) throw new Error(`There is no kind "${resource.type}".`);
    return kind;
  }

  /** Whether there is a kind of this name. */
  has(type: string): boolean {
    return this.#byType.has(type);
  }

  /** The shell of all of them, as what undoes a run needs it. */
  shell(): URL[] {
    return [...this.#byType.values()].flatMap(({ shell }) => shell);
  }

  /** Their names. */
  types(): string[] {
    return [...this.#byType.keys()];
  }
}

/** Those that come with Proog. */
export function allKinds(): readonly Kind[] {
  return kinds;
}
