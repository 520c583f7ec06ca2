/** One machine, as a role and its templates see it. */
export interface Node {
  /** `web-1`; also its host name. */
  readonly name: string;
  /** The address at which the provider lists it now; absent while it does not exist. */
  readonly address?: string;
  /** The names of its roles. */
  readonly roles: readonly string[];
  /** The name of its environment. */
  readonly environment: string;
}
