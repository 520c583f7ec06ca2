// The public API: everything that a config imports.
export {
  type BackupOptions,
  defineFleet,
  type Environment,
  type Fleet,
  type FleetOptions,
  type NodeGroup,
} from "./fleet/fleet.ts";
export { type Role, type RoleContext, role } from "./fleet/role.ts";
export type { Variables } from "./fleet/variables.ts";
export { type LocalOptions, local } from "./providers/local/local.ts";
export { type AbsentAptOptions, type AptOptions, apt } from "./resources/apt/apt.ts";
export { type CronOptions, cron } from "./resources/cron/cron.ts";
export type { Item } from "./resources/declare.ts";
export {
  type AbsentDirectoryOptions,
  type DirectoryOptions,
  directory,
} from "./resources/directory/directory.ts";
export { type FileOptions, file } from "./resources/file/file.ts";
export { type GitOptions, git } from "./resources/git/git.ts";
export { type GroupOptions, group } from "./resources/group/group.ts";
export type { Absent, Resource } from "./resources/kind.ts";
export type { Node } from "./resources/node.ts";
export { type RebootOptions, reboot } from "./resources/reboot/reboot.ts";
export { type RunOptions, run } from "./resources/run/run.ts";
export { type MaskedServiceOptions, type ServiceOptions, service } from "./resources/service/service.ts";
export { type SymlinkOptions, symlink } from "./resources/symlink/symlink.ts";
export {
  type AbsentSystemdUnitOptions,
  type SystemdUnitOptions,
  systemdUnit,
} from "./resources/systemdUnit/systemdUnit.ts";
export { type AbsentUserOptions, type UserOptions, user } from "./resources/user/user.ts";
