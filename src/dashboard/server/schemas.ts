import * as v from "valibot";

/** `?fresh=true` */
export const booleanInQuery = v.exactOptional(
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
);
