// The public API: everything that a config imports.

export type { DashboardOptions, OidcOptions, OidcRule } from "./fleet/dashboard-options.ts";
export type { LastFacts, Published } from "./fleet/exchange.ts";
export { type ExistingMachine, type ExistingNodes, existing } from "./fleet/existing.ts";
export {
  type BackupOptions,
  defineFleet,
  type Environment,
  type Fleet,
  type FleetOptions,
  type NodeGroup,
  type SecretStoreOptions,
} from "./fleet/fleet.ts";
export type { PoolOptions } from "./fleet/pool.ts";
export { type Role, type RoleContext, role } from "./fleet/role.ts";
export type { RoleOptions, RolloutOptions, Share } from "./fleet/role-options.ts";
export type { Variables } from "./fleet/variables.ts";
export type { SlowOptions, WatchOptions } from "./fleet/watch-options.ts";
export type { HealthCheck } from "./health/health-check.ts";
export { type LocalOptions, local } from "./providers/local/local.ts";
export type {
  AcmeCertificate,
  BalancerLimits,
  BalancerTls,
  CertificateFiles,
  ExtraText,
  FailureRule,
  FloatingAddressChoice,
  LoadBalancerOptions,
} from "./recipes/balancer/options.ts";
export type { DatabaseOptions, DatabaseServer, DatabaseServerOptions } from "./recipes/database/server.ts";
export { backupDatabase, type DatabaseTaskOptions, restoreDatabase } from "./recipes/databaseTasks.ts";
export { loadBalancer } from "./recipes/loadBalancer.ts";
export { mariadb } from "./recipes/mariadb.ts";
export { type PhpSiteOptions, phpSite } from "./recipes/phpSite.ts";
export { postgresql } from "./recipes/postgresql.ts";
export { type PythonAppOptions, pythonApp } from "./recipes/pythonApp.ts";
export { type UnattendedUpgradesOptions, unattendedUpgrades } from "./recipes/unattendedUpgrades.ts";
export { type AlternativesOptions, alternatives } from "./resources/alternatives/alternatives.ts";
export { type ApacheSiteOptions, apacheSite } from "./resources/apacheSite/apacheSite.ts";
export type { DebconfAnswer } from "./resources/apt/answers.ts";
export { type AbsentAptOptions, type AptOptions, apt } from "./resources/apt/apt.ts";
export { type AptPinOptions, type AptRelease, aptPin } from "./resources/aptPin/aptPin.ts";
export {
  type AptRepositoryOptions,
  type AptRepositoryType,
  aptRepository,
} from "./resources/aptRepository/aptRepository.ts";
export { type ArchiveOptions, archive } from "./resources/archive/archive.ts";
export {
  type AuthorizedKey,
  type AuthorizedKeysOptions,
  authorizedKeys,
} from "./resources/authorizedKeys/authorizedKeys.ts";
export type { KeyOptions } from "./resources/authorizedKeys/key-options.ts";
export { type CertificateOptions, certificate } from "./resources/certificate/certificate.ts";
export type { CompileContext } from "./resources/context.ts";
export { type CronOptions, cron } from "./resources/cron/cron.ts";
export { type DebFileOptions, debFile } from "./resources/debFile/debFile.ts";
export { declare, type Item, type Mistake, triggerKeys } from "./resources/declare.ts";
export {
  type AbsentDirectoryOptions,
  type DirectoryOptions,
  directory,
} from "./resources/directory/directory.ts";
export type { Address, Disk, Facts, FileSystem, OwnFacts } from "./resources/facts.ts";
export { type FileContent, type FileOptions, file } from "./resources/file/file.ts";
export { type FirewallOptions, firewall } from "./resources/firewall/firewall.ts";
export type { FirewallRule, Port, Protocol } from "./resources/firewall/rule.ts";
export { type FloatingAddressOptions, floatingAddress } from "./resources/floatingAddress/floatingAddress.ts";
export { type GitOptions, git } from "./resources/git/git.ts";
export { type GroupOptions, group } from "./resources/group/group.ts";
export { type HostnameOptions, hostname } from "./resources/hostname/hostname.ts";
export { type HostsOptions, hosts } from "./resources/hosts/hosts.ts";
export {
  type AbsentIniFileOptions,
  type IniFileOptions,
  iniFile,
} from "./resources/iniFile/iniFile.ts";
export { type KernelModuleOptions, kernelModule } from "./resources/kernelModule/kernelModule.ts";
export type {
  Absent,
  Blob,
  CommonOptions,
  Compiled,
  Inventory,
  Kind,
  Present,
  Resource,
  SurveyLine,
  Trigger,
} from "./resources/kind.ts";
export {
  type AbsentBlockOptions,
  type AbsentLineOptions,
  type BlockOptions,
  type LineOptions,
  line,
} from "./resources/line/line.ts";
export { type LocaleOptions, locale } from "./resources/locale/locale.ts";
export { type LogrotateOptions, logrotate, type NewLog } from "./resources/logrotate/logrotate.ts";
export { type MountOptions, mount } from "./resources/mount/mount.ts";
export { nginxSite } from "./resources/nginxSite/nginxSite.ts";
export type { Node } from "./resources/node.ts";
export { defineKind, type KindDefinition, type OwnKind } from "./resources/own-kind.ts";
export { isPlain, pathShell, surveyAbsent } from "./resources/path/path.ts";
export type { Engine, Pool, PoolHealth, PoolNode } from "./resources/poolMembers/pool.ts";
export { type PoolMembersOptions, poolMembers } from "./resources/poolMembers/poolMembers.ts";
export { type RebootOptions, reboot } from "./resources/reboot/reboot.ts";
export {
  absentNames,
  checkAccount,
  checkMode,
  checkOptions,
  checkPath,
  checkTags,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "./resources/rules.ts";
export { type RunOptions, run } from "./resources/run/run.ts";
export { revealText, secretBlob } from "./resources/secret/content.ts";
export {
  json,
  type Secret,
  type SecretForm,
  type SecretOptions,
  type SecretPart,
  type SecretText,
  secret,
  template,
} from "./resources/secret/secret.ts";
export { type MaskedServiceOptions, type ServiceOptions, service } from "./resources/service/service.ts";
export type { SiteHealth } from "./resources/site/health.ts";
export { type AbsentSiteOptions, type SiteOptions, site } from "./resources/site/site.ts";
export type {
  ArchiveSource,
  FolderSource,
  GitSource,
  SiteSource,
  SvnSource,
} from "./resources/site/source.ts";
export type { SudoRule } from "./resources/sudoers/rule.ts";
export { type SudoersOptions, sudoers } from "./resources/sudoers/sudoers.ts";
export { type SvnOptions, svn } from "./resources/svn/svn.ts";
export { type SwapFileOptions, swapFile } from "./resources/swapFile/swapFile.ts";
export { type SymlinkOptions, symlink } from "./resources/symlink/symlink.ts";
export { type SysctlOptions, sysctl } from "./resources/sysctl/sysctl.ts";
export { type SystemdTimerOptions, systemdTimer } from "./resources/systemdTimer/systemdTimer.ts";
export {
  type AbsentSystemdUnitOptions,
  type SystemdUnitOptions,
  systemdUnit,
} from "./resources/systemdUnit/systemdUnit.ts";
export { timezone } from "./resources/timezone/timezone.ts";
export { type TreeOptions, tree } from "./resources/tree/tree.ts";
export { type AbsentUserOptions, type UserOptions, user } from "./resources/user/user.ts";
export type { WebSiteOptions } from "./resources/webSite/webSite.ts";
export {
  type PostgresDeclaration,
  type PostgresOptions,
  postgres,
  type SqliteDeclaration,
  type StoreDeclaration,
  type StoreRetention,
  sqlite,
} from "./store/declaration.ts";
export type { Answer, CommandOptions } from "./tasks/command-options.ts";
export { type Raw, raw, type ShellValue } from "./tasks/command-text.ts";
export type {
  AppliedItems,
  GetOptions,
  LocalTaskContext,
  NodeValue,
  PutOptions,
  Shell,
  TaskContext,
} from "./tasks/context.ts";
export {
  type BooleanParamOptions,
  type ListParamOptions,
  type NumberParamOptions,
  type Param,
  type Params,
  type ParamValues,
  param,
  type StringParamOptions,
} from "./tasks/param.ts";
export type { CommandResult } from "./tasks/result.ts";
export {
  type LocalTaskOptions,
  type SecretHolder,
  type SecretScope,
  type Task,
  type TaskOptions,
  task,
} from "./tasks/task.ts";
