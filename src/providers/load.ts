import { ProogError } from "../report/error.ts";
import type { LocalProvider } from "./local/local.ts";
import type { Provider, ProviderDeclaration } from "./provider.ts";

/** The provider that a config declares, at this place; only that one's code is loaded. */
export async function loadProvider(declaration: ProviderDeclaration, where: string): Promise<Provider> {
  if (isLocal(declaration)) {
    const { localProvider } = await import("./local/local-provider.ts");
    return localProvider(declaration);
  }
  throw new ProogError({
    code: "config-invalid",
    message: `There is no provider "${declaration.type}".`,
    where,
    hint: "There is: local().",
  });
}

function isLocal(declaration: ProviderDeclaration): declaration is LocalProvider {
  return declaration.type === "local";
}
