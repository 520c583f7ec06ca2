import type { LocalOptions } from "../../src/providers/local/local.ts";

/** Another release than Debian stable, to run the contract on: `PROOG_TEST_RELEASE=bookworm`. */
export const release: LocalOptions = process.env.PROOG_TEST_RELEASE
  ? { release: process.env.PROOG_TEST_RELEASE }
  : {};
