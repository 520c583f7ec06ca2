import * as v from "valibot";

/** `?fresh=true` */
export const booleanInQuery = v.exactOptional(
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
);

/** A name. */
export const optionalWord = v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200)));

const time = v.exactOptional(
  v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text)), "It must be a time such as 2026-11-22T12:00:00Z."),
  ),
);

/** From when to when. */
export const spanInQuery = v.object({ since: time, until: time });

const digits = v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/, "It must be a number."), v.transform(Number));

/** The id of an event. */
export const idInQuery = v.exactOptional(digits);

/** How many. */
export function countInQuery(most: number) {
  return v.exactOptional(
    v.pipe(digits, v.minValue(1, "It must be at least 1."), v.maxValue(most, `It must be at most ${most}.`)),
  );
}
