import { describeThrown, placeOfError } from "../fleet/place.ts";
import { ProogError } from "../report/error.ts";

/**
 * Tells of a command that ends without being through: by what the config throws in a timer or a promise of its own, by
 * `process.exit`, or because it waits for what never comes. Gives what ends the watch.
 * @param tell Says it; `atOnce`, where nothing can be waited for any more.
 */
export function watchSuddenEnd(tell: (error: unknown, atOnce: boolean) => Promise<void>): () => void {
  const thrown = (error: unknown) => {
    release();
    void tell(explainThrown(error), false).finally(() => process.exit(1));
  };
  const exit = (status: number) => {
    release();
    if (status === 130) return;
    void tell(
      new ProogError({
        code: "config-failed",
        message: `The command ended before it was through (status ${status}).`,
        hint: "The config may wait for a promise that nothing settles, or call process.exit.",
      }),
      true,
    );
    process.exitCode = 1;
  };
  const release = () => {
    process.off("uncaughtException", thrown);
    process.off("exit", exit);
  };
  process.on("uncaughtException", thrown);
  process.on("exit", exit);
  return release;
}

/** What no call of ours led to is the config's. */
function explainThrown(error: unknown): unknown {
  const place = placeOfError(error);
  if (!place || error instanceof ProogError) return error;
  const message = `The config failed while nothing waited for it: ${describeThrown(error)}`;
  return new ProogError({ code: "config-failed", message, ...place, cause: error });
}
