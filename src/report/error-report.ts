import { ProogError } from "./error.ts";
import type { ErrorReport } from "./event.ts";

/** Any error as data for events; one that is no ProogError is a defect of Proog, and keeps its stack. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof ProogError) {
    const { code, message, where, hint, detail, mistakes } = error;
    return {
      ...{ code, message },
      ...(where && { where }),
      ...(hint && { hint }),
      ...(detail && { detail }),
      ...(mistakes && { mistakes }),
    };
  }
  return {
    code: "internal",
    message: `This is a defect of Proog: ${error instanceof Error ? error.message : String(error)}`,
    detail: describeStack(error),
    hint: "Please report it, with the lines above.",
  };
}

/** The stack of an error, of what caused it, and of those that it gathers. */
function describeStack(error: unknown): string {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const stacks = [thrown.stack ?? String(thrown)];
  if (thrown.cause !== undefined) stacks.push(`caused by ${describeStack(thrown.cause)}`);
  if (thrown instanceof AggregateError) {
    for (const each of thrown.errors) stacks.push(`one of them: ${describeStack(each)}`);
  }
  return stacks.join("\n");
}
