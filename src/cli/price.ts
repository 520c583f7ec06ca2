import type { Price } from "../report/text/price.ts";
import type { Workspace } from "./workspace.ts";

/** What each further machine costs, where that is known: a provider that cannot tell it hides nothing else. */
export async function priceOf({ provider, providerContext }: Workspace): Promise<Price | undefined> {
  return await provider.price?.(providerContext).catch(() => undefined);
}
