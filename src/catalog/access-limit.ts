import { accessPackages } from "../resources/access.ts";

/** Seconds within which changes that can lock the operator out must be confirmed by a new connection. */
export const defaultAccessLimit = 30;

/** The lines of a program by which it knows that limit, and which packages such changes are. */
export function writeAccess(limit: number): string {
  return `access_limit=${limit}\naccess_packages=' ${accessPackages.join(" ")} '`;
}
