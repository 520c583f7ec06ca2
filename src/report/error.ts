/** The closed list of what can go wrong. Program logic tests codes, never text. */
export type ErrorCode =
  | "command-line"
  | "config-not-found"
  | "config-exists"
  | "config-invalid"
  | "config-failed"
  | "unknown-environment"
  | "unknown-selector"
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
  | "same-machine"
  | "locked"
  | "newer-state"
  | "store-unavailable"
  | "unknown-run"
  | "access-lost"
  | "connection-lost"
  | "catalog-failed"
  | "git-failed"
  | "svn-failed"
  | "download-failed"
  | "secret-missing"
  | "secret-unreadable"
  | "nothing-to-undo"
  | "unknown-site"
  | "mixed-revisions"
  | "facts-unavailable"
  | "probe-failed"
  | "unhealthy"
  | "pool-failed"
  | "unknown-task"
  | "invalid-parameter"
  | "command-failed"
  | "time-limit"
  | "task-failed"
  | "plan-invalid"
  | "plan-outdated"
  | "needs-terminal"
  | "interrupted"
  | "internal";

/** One of the things that are wrong in a config. */
export interface PlacedMistake {
  readonly code: ErrorCode;
  /** Which option of what, what it is, and what it must be. */
  readonly message: string;
  readonly where?: string | undefined;
  /** The earlier place that it collides with. */
  readonly first?: string | undefined;
  readonly hint?: string | undefined;
  /** Further lines: the line of source. */
  readonly detail?: string | undefined;
  /** The nodes that it was found on, where it depends on the node. */
  readonly nodes?: readonly string[] | undefined;
}

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What failed, in one sentence. */
  readonly message: string;
  /** The user's own file and line, `proog.config.ts:14`. */
  readonly where?: string | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** Further lines: the last output of a command. */
  readonly detail?: string | undefined;
  /** All that is wrong, where the error is about a config. */
  readonly mistakes?: readonly PlacedMistake[] | undefined;
  readonly cause?: unknown;
}

/** The one error that Proog raises on purpose; every other error is a defect and is shown with its stack. */
export class ProogError extends Error {
  override readonly name = "ProogError";
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  readonly mistakes: readonly PlacedMistake[] | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.where = details.where;
    this.hint = details.hint;
    this.detail = details.detail;
    this.mistakes = details.mistakes;
  }
}
