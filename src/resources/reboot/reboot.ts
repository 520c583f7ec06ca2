import { declare, type Item, triggerKeys } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { checkOptions, commonNames, type OptionNames } from "../rules.ts";

/** When a machine is rebooted. */
export interface RebootOptions extends CommonOptions {
  /**
   * Resources declared before this one, such as a parameter of the kernel: it is rebooted only after one of them changed.
   * Default: when the system asks for it by `/run/reboot-required`.
   */
  readonly onlyOn?: Item;
}

const optionNames: OptionNames<RebootOptions> = { onlyOn: true, ...commonNames };

export interface RebootResource extends Resource {
  readonly type: "reboot";
  /** Keys of resources. */
  readonly onlyOn?: readonly string[];
}

/**
 * A reboot, where one is due: when the system asks for it, as a new kernel does where `unattended-upgrades` or
 * `reboot-notifier` is installed, or when one of `onlyOn` has changed. Proog waits until the machine is back, and goes on
 * with what is declared after it; the run does so by itself, also when nobody waits for it any more.
 * @example [apt("linux-image-amd64", "reboot-notifier"), reboot()]
 * @example [interfaces, reboot({ onlyOn: [interfaces] })]
 */
export function reboot(options: RebootOptions = {}): RebootResource {
  const onlyOn = options?.onlyOn === undefined ? undefined : triggerKeys(options.onlyOn);
  return declare<RebootResource>(
    {
      ...{ type: "reboot", name: onlyOn ? "after changes" : "when the system asks" },
      ...(onlyOn && { onlyOn }),
    },
    options,
    [
      ...checkOptions(options, optionNames),
      onlyOn?.length === 0
        ? "onlyOn is empty, and must be resources: reboot() without it waits for the system to ask."
        : undefined,
    ],
  );
}

function compile({ name, onlyOn }: RebootResource): Compiled {
  const claims = [`reboot ${name}`];
  if (onlyOn) {
    // What waits for a change is looked at when there is one.
    return {
      ...{ arguments: ["changed"], survey: [], claims },
      triggers: [{ action: "reboot", sources: onlyOn }],
    };
  }
  return { arguments: ["asked"], survey: [{ survey: "unasked" }], claims, follows: true };
}

export const rebootKind: Kind<RebootResource> = {
  type: "reboot",
  shell: [new URL("reboot.sh", import.meta.url)],
  compile,
};
