/** The closed list of what can go wrong. Program logic tests codes, never text. */
export type ErrorCode =
  | "config-not-found"
  | "config-invalid"
  | "config-failed"
  | "unknown-environment"
  | "unknown-selector"
  | "unknown-option"
  | "invalid-option"
  | "duplicate-resource"
  | "unknown-trigger"
  | "local-file-missing"
  | "provider-unavailable"
  | "provider-failed"
  | "unreachable"
  | "host-key-changed"
  | "host-key-unknown"
  | "permission-denied"
  | "sudo-denied"
  | "unsuitable-target"
  | "locked"
  | "connection-lost"
  | "catalog-failed"
  | "resource-failed"
  | "git-failed"
  | "nothing-to-undo"
  | "needs-terminal"
  | "interrupted"
  | "internal";

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What failed, in one sentence. */
  readonly message: string;
  /** The user's own file and line, `proog.config.ts:14`. */
  readonly where?: string | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** Further lines: the last output of a command, other mistakes of the same kind. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that Proog raises on purpose; every other error is a defect and is shown with its stack. */
export class ProogError extends Error {
  override readonly name = "ProogError";
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.where = details.where;
    this.hint = details.hint;
    this.detail = details.detail;
  }
}
