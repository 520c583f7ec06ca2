/** Seconds within which changes that can lock the operator out must be confirmed by a new connection. */
export const defaultAccessLimit = 30;
