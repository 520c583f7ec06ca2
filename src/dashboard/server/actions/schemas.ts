import * as v from "valibot";
import type { Action } from "../../api.ts";

/** Nothing that a command line takes for an option, nor for two words. */
const word = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u, "It must be a name."),
);
/** What `--only` takes: `file`, `/etc/motd`, `service:nginx`, `tag:security`, with `*` for any characters. */
const pick = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const reason = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1),
  v.maxLength(500),
  v.regex(/^[^-\p{Cc}][^\p{Cc}]*$/u, "It must be one line that does not begin with a hyphen."),
);
const selectors = v.pipe(v.array(word), v.maxLength(1000));
const parameter = v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean(), v.array(v.string())]);
const parameters = v.record(v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]*$/)), parameter);
const onNode = { environment: word, node: word };

export const actionSchema: v.GenericSchema<unknown, Action> = v.variant("type", [
  v.strictObject({
    ...{ type: v.literal("plan"), environment: word, selectors },
    only: v.exactOptional(v.array(pick)),
  }),
  v.strictObject({ type: v.literal("apply"), plan: word }),
  v.strictObject({
    ...{ type: v.literal("boot"), environment: word, selectors },
    number: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
  }),
  v.strictObject({
    ...{ type: v.literal("shoot"), ...onNode },
    ...{ confirm: v.exactOptional(v.string()), why: v.exactOptional(reason) },
  }),
  v.strictObject({
    ...{ type: v.literal("task"), environment: word, task: word, selectors, parameters },
    dryRun: v.exactOptional(v.boolean()),
  }),
  v.strictObject({
    ...{ type: v.literal("rollback"), environment: word, site: word, selectors },
    to: v.exactOptional(word),
  }),
  v.strictObject({ type: v.literal("promote"), from: word, to: word, sites: v.array(word) }),
  v.strictObject({
    ...{ type: v.literal("drain"), ...onNode },
    ...{ why: v.exactOptional(reason), last: v.exactOptional(v.boolean()) },
  }),
  v.strictObject({ type: v.literal("join"), ...onNode }),
  v.strictObject({ type: v.literal("pause"), ...onNode, why: reason }),
  v.strictObject({ type: v.literal("resume"), ...onNode }),
  v.strictObject({ type: v.literal("status"), environment: word, selectors }),
]);
