import { asUserShell } from "../account/account.ts";
import { pathShell } from "../path/path.ts";

/** The shell of kinds that bring a whole folder from elsewhere. */
export const checkoutShell: readonly URL[] = [
  pathShell,
  asUserShell,
  new URL("checkout.sh", import.meta.url),
];
