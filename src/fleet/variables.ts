/**
 * The variables of an environment, as roles see them. A config says which there are:
 * @example declare module "proog" { interface Variables { ref: string } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: a config adds its own variables to it.
export interface Variables {}
