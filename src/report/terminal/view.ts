import type { Style } from "../text/style.ts";

/** How things are to be shown on one of the two streams. */
export interface View {
  readonly style: Style;
  /** In columns. */
  readonly width: number;
  /** The folder of the user's config; places are shown relative to it. */
  readonly directory: string;
  readonly verbose: boolean;
}
