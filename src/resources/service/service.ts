import { isAccessUnit } from "../access.ts";
import { declare, type Item, triggerKeys } from "../declare.ts";
import type { CommonOptions, Compiled, Inventory, Kind, Resource, SurveyLine, Trigger } from "../kind.ts";
import { isPlain } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, type OptionNames } from "../rules.ts";
import { checkUnitName, isTemplate, unitFileShell, unitShell, unitType } from "../unit/unit.ts";

/** How a service must be. */
export interface ServiceOptions extends CommonOptions {
  /**
   * Whether it starts at boot. Default: `true`. A unit that cannot be enabled (systemd calls it static, indirect or
   * generated) is in order either way.
   */
  readonly enabled?: boolean;
  /**
   * Whether it runs now. Default: `true`. A `Type=oneshot` that ends by itself is in order when its last run did not
   * fail; it is started when it gets enabled, and when one of `restartOn` changes.
   */
  readonly running?: boolean;
  /** Default: `false`, so that one that is masked is unmasked where it must be enabled or running. */
  readonly masked?: false;
  /** Reload it when one of these, declared before it, has changed; one that cannot reload is restarted. */
  readonly reloadOn?: Item;
  /** Restart it when one of these, declared before it, has changed. Takes the place of a reload. */
  readonly restartOn?: Item;
}

/** A service that nothing can start, not even by hand or as a dependency. */
export interface MaskedServiceOptions extends CommonOptions {
  /** Links the unit to /dev/null, and stops it. */
  readonly masked: true;
  /** A masked unit is never enabled; may be left out. */
  readonly enabled?: false;
  /** A masked unit never runs; may be left out. */
  readonly running?: false;
  /** What does not run is not reloaded. */
  readonly reloadOn?: undefined;
  /** What does not run is not restarted. */
  readonly restartOn?: undefined;
}

const optionNames: OptionNames<ServiceOptions> = {
  ...{ enabled: true, running: true, masked: true, reloadOn: true, restartOn: true },
  ...commonNames,
};

export interface ServiceResource extends Resource {
  readonly type: "service";
  readonly enabled?: boolean;
  readonly running?: boolean;
  readonly masked?: true;
  /** Keys of resources. */
  readonly reloadOn?: readonly string[];
  readonly restartOn?: readonly string[];
}

/**
 * A service, or another unit of systemd such as a timer or a socket, that is enabled and runs. `nginx` means
 * `nginx.service`. Where something that it is reloaded or restarted for has changed, that happens once, right here in
 * the order of declaration, and is made up for by the next run when one dies before it; a unit that was just started
 * needs neither. When it does not start, the last 20 lines of its journal are shown.
 * @example service("nginx", { reloadOn: [conf, certificate] })
 * @example service("fstrim.timer")
 * @example service("apt-daily.timer", { enabled: false, running: false })
 * @example service("exim4", { masked: true })
 */
export function service(name: string, options: ServiceOptions | MaskedServiceOptions = {}): ServiceResource {
  const { enabled, running, masked, reloadOn, restartOn } = options ?? {};
  const short = shorten(name);
  const fields = {
    ...{ type: "service", name: short, enabled, running, masked: masked || undefined },
    reloadOn: keysOf(reloadOn),
    restartOn: keysOf(restartOn),
  };
  return declare<ServiceResource>(fields as unknown as ServiceResource, options, [
    checkUnitName("name", name) ?? checkInstance(short),
    ...checkOptions(options, optionNames),
    checkFlag("enabled", enabled),
    checkFlag("running", running),
    checkFlag("masked", masked),
    masked && (enabled || running)
      ? `It is both masked and ${enabled ? "enabled" : "running"}, which excludes each other: leave one of them out.`
      : undefined,
  ]);
}

/** One name for one unit: `nginx.service` is `nginx`, but for names that would then mean another unit. */
function shorten(name: string): string {
  if (typeof name !== "string" || !name.endsWith(".service")) return name;
  const short = name.slice(0, -".service".length);
  return short === "" || unitType(short) ? name : short;
}

function keysOf(items: Item): readonly string[] | undefined {
  const keys = triggerKeys(items);
  return keys.length > 0 ? keys : undefined;
}

function checkInstance(name: string): string | undefined {
  if (!isTemplate(name)) return undefined;
  return `name is "${name}", a template, and must name an instance of it, such as "${name.replace("@", "@main")}".`;
}

function compile(resource: ServiceResource): Compiled {
  const { name, enabled, running, masked, reloadOn = [], restartOn = [] } = resource;
  const start = masked ? "masked" : enabled === false ? "disabled" : "enabled";
  const state = masked || running === false ? "stopped" : "running";
  const triggers: Trigger[] = [
    { action: "reload", sources: reloadOn },
    { action: "restart", sources: restartOn },
  ];
  const unit = unitType(name) ? name : `${name}.service`;
  const survey: SurveyLine[] = [{ survey: "services", line: `${unit} ${start} ${state}` }];
  return {
    arguments: [name, start, state],
    claims: [`service ${unit}`],
    ...(isAccessUnit(unit) && { access: true }),
    // What does not run has nothing to read anew.
    ...(state === "running" && { triggers }),
    ...(isPlain(unit) && { survey }),
  };
}

function inventory({ name, masked, running }: ServiceResource): Inventory {
  return masked || running === false ? {} : { services: [name] };
}

/** The shell for a service, for kinds that start one. */
export const serviceShell: readonly URL[] = ["survey.sh", "service.sh"].map(
  (name) => new URL(name, import.meta.url),
);

/** The survey of services. */
export const serviceSurveys: readonly URL[] = [...unitFileShell, ...serviceShell.slice(0, 1)];

export const serviceKind: Kind<ServiceResource> = {
  type: "service",
  shell: [...unitShell, ...serviceShell],
  surveys: serviceSurveys,
  batch: "systemd",
  sure: true,
  compile,
  inventory,
};
