import type { ApiError, ApiErrorCode } from "../api.ts";

const statuses: Readonly<Record<ApiErrorCode, 400 | 401 | 403 | 404 | 409 | 429 | 500 | 503>> = {
  "not-logged-in": 401,
  "wrong-login": 401,
  forbidden: 403,
  "wrong-origin": 403,
  "not-found": 404,
  "invalid-request": 400,
  conflict: 409,
  "too-many-requests": 429,
  "plan-outdated": 409,
  unavailable: 503,
  internal: 500,
};

/** A request that is refused: what the answer says, and its status. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }

  get status() {
    return statuses[this.error.code];
  }
}

/** Throws it. */
export function refuse(code: ApiErrorCode, message: string, hint?: string): never {
  throw new Refusal({ code, message, ...(hint !== undefined && { hint }) });
}
