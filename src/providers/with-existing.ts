import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import type { Machine, Provider, ProviderContext } from "./provider.ts";

/** The machines that a provider creates, if there is one, beside those that are there already, which are left to their owners. */
export function withExisting(provider: Provider | undefined, existing: readonly Machine[]): Provider {
  const refuse = (names: readonly string[], what: string) => {
    const found = names.filter((name) => existing.some((machine) => machine.name === name));
    if (found.length > 0) throw refuseExisting(found, what);
    if (!provider && names.length > 0) throw noProvider();
  };
  return {
    type: provider?.type ?? "existing",
    ...(provider?.examine && { examine: () => provider.examine?.() ?? Promise.resolve() }),
    ...(provider?.price && {
      price: (context: ProviderContext) => provider.price?.(context) ?? Promise.resolve(undefined),
    }),
    list: async (context) => {
      const created = (await provider?.list(context)) ?? [];
      const both = created.find(({ name }) => existing.some((machine) => machine.name === name));
      if (both) throw nameTaken(both.name, provider?.type ?? "");
      return [...created, ...existing];
    },
    boot: async (requests, context) => {
      refuse(
        requests.map(({ name }) => name),
        "booted",
      );
      return (await provider?.boot(requests, context)) ?? [];
    },
    tag: async (names, tags, context) => {
      refuse(names, "tagged");
      await provider?.tag(names, tags, context);
    },
    ...(provider?.console && {
      console: async (name: string, context: ProviderContext) =>
        (await provider.console?.(name, context)) ?? "",
    }),
    ...(provider?.journal && {
      journal: async (name: string, context: ProviderContext) =>
        (await provider.journal?.(name, context)) ?? "",
    }),
    shoot: async (names, context) => {
      refuse(names, "shot");
      await provider?.shoot(names, context);
    },
  };
}

/** What nobody here created is not for Proog to boot or destroy. */
export function refuseExisting(names: readonly string[], what: string): ProogError {
  const one = names.length === 1;
  return new ProogError({
    code: "provider-unavailable",
    message: `${listNames(names)} ${one ? "was" : "were"} not created by Proog, so ${one ? "it is" : "they are"} not ${what}.`,
    hint:
      what === "shot"
        ? "To let go of it, take it out of the config: it stays as it is. Nothing was shot."
        : `It is there already. Install it: proog apply ${names[0]}`,
  });
}

function noProvider(): ProogError {
  return new ProogError({
    code: "provider-unavailable",
    message: "The environment has no provider that could create machines.",
    hint: "Name one in the config: { provider: local(), nodes: { … } }",
  });
}

function nameTaken(name: string, type: string): ProogError {
  return new ProogError({
    code: "config-invalid",
    message: `${name} is a machine that is there already, and one that ${type}() created has that name, too.`,
    hint: `Give it another one in the config: existing([{ ssh: "…", name: "…" }])`,
  });
}
