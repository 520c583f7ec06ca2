import { ProogError } from "./error.ts";
import type { ErrorReport } from "./event.ts";

/** Any error as data for events; one that is no ProogError is a defect of Proog, and keeps its stack. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof ProogError) {
    const { code, message, where, hint, detail } = error;
    return { code, message, ...(where && { where }), ...(hint && { hint }), ...(detail && { detail }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: "internal",
    message: `This is a defect of Proog: ${message}`,
    ...(stack && { detail: stack }),
    hint: "Please report it, with the lines above.",
  };
}
