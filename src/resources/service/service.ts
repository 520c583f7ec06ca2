import { declare, type Item, triggerKeys } from "../declare.ts";
import type { CommonOptions, Compiled, Inventory, Kind, Resource, SurveyLine, Trigger } from "../kind.ts";
import { show } from "../rules.ts";

/** The shell that knows units. */
export const serviceShell = new URL("service.sh", import.meta.url);

/** How a unit of systemd must be. */
export interface ServiceOptions extends CommonOptions {
  /** Whether it starts at boot. Default: yes. Units that cannot be enabled (static ones) are in order either way. */
  readonly enabled?: boolean;
  /** Whether it runs now. Default: yes. */
  readonly running?: boolean;
  /** It cannot be started by anything, and does not run. */
  readonly masked?: boolean;
  /** It is reloaded (restarted, where it cannot reload) when one of these, declared before it, has changed. */
  readonly reloadOn?: Item;
  /** It is restarted when one of these, declared before it, has changed. */
  readonly restartOn?: Item;
}

export interface ServiceResource extends Resource {
  readonly type: "service";
  readonly enabled?: boolean;
  readonly running?: boolean;
  readonly masked?: boolean;
  /** Keys of the resources. */
  readonly reloadOn?: readonly string[];
  readonly restartOn?: readonly string[];
}

/**
 * A unit of systemd that must be enabled and running, or as the options say; `nginx` means `nginx.service`. A reload or
 * restart that is due is never lost: when a run dies before it, the next one makes up for it, once.
 * @example service("nginx", { reloadOn: [conf] })
 * @example service("apt-daily.timer", { enabled: false, running: false })
 */
export function service(name: string, options: ServiceOptions = {}): ServiceResource {
  const { enabled, running, masked, reloadOn, restartOn } = options;
  const unit = typeof name === "string" && !name.includes(".") ? `${name}.service` : name;
  const fields = {
    ...{ type: "service", name: unit, enabled, running, masked },
    reloadOn: reloadOn === undefined ? undefined : triggerKeys(reloadOn),
    restartOn: restartOn === undefined ? undefined : triggerKeys(restartOn),
  };
  return declare<ServiceResource>(fields as unknown as ServiceResource, options, [
    checkUnit(unit),
    masked && (enabled || running)
      ? "It is masked, so it can be neither enabled nor running: leave these out."
      : undefined,
  ]);
}

/** systemd.unit(5): at most 255 letters, digits, and `:-_.\@`. */
export function checkUnit(name: string): string | undefined {
  const kinds = "service|socket|device|mount|automount|swap|target|path|timer|slice|scope";
  if (
    typeof name === "string" &&
    name.length <= 255 &&
    new RegExp(`^[A-Za-z0-9:_.@-]+\\.(${kinds})$`).test(name)
  )
    return undefined;
  return `The unit ${show(name)} must be named by letters, digits and ":-_.@", such as "nginx" or "backup.timer".`;
}

function compile({ name, enabled, running, masked, reloadOn, restartOn }: ServiceResource): Compiled {
  const start = masked ? "masked" : enabled === false ? "disabled" : "enabled";
  const state = masked || running === false ? "stopped" : "running";
  const triggers: Trigger[] = [
    { action: "reload", sources: reloadOn ?? [] },
    { action: "restart", sources: restartOn ?? [] },
  ];
  const survey: SurveyLine[] = [start, state].map((fact) => ({ survey: "unit", line: `${name} ${fact}` }));
  return { arguments: [name, start, state], claims: [`service ${name}`], triggers, survey };
}

function inventory({ name, masked, running }: ServiceResource): Inventory {
  return masked || running === false ? {} : { services: [name.replace(/\.service$/, "")] };
}

export const serviceKind: Kind<ServiceResource> = {
  type: "service",
  shell: [serviceShell],
  compile,
  inventory,
};
