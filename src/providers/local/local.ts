import { type LocalOptions, type LocalProvider, parseLocalOptions } from "./options.ts";

export type { LocalOptions, LocalProvider } from "./options.ts";

/**
 * Boots full Debian machines on this Linux machine with systemd-nspawn: the playground, the test bed, `devel`.
 * The machines are there when the command has ended, keep their data over a stop, and are gone after `proog shoot`.
 * @throws ProogError `invalid-option`
 */
export function local(options: LocalOptions = {}): LocalProvider {
  return parseLocalOptions(options);
}
