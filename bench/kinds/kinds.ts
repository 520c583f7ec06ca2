import { accountKinds } from "./accounts.ts";
import { checkoutKinds } from "./checkouts.ts";
import type { KindBench } from "./kind-bench.ts";
import { packageKinds } from "./packages.ts";
import { pathKinds } from "./paths.ts";
import { serviceKinds } from "./services.ts";
import { settingKinds } from "./settings.ts";

/** All kinds that there are. */
export const kinds: readonly KindBench[] = [
  ...pathKinds,
  ...accountKinds,
  ...packageKinds,
  ...serviceKinds,
  ...settingKinds,
  ...checkoutKinds,
];
