import type { LocalOptions } from "../../src/providers/local/local.ts";

/** What others need that tests install, without being what is tested: most of what it would take to install those. */
const needs = ["libllvm19", "python3-certbot"];

/**
 * Machines that have from their image what would take seconds of a processor on each, where a test is about something else: what it
 * declares is there, as after an apply, but no service of it is enabled. That apt installs these on a bare machine is seen elsewhere:
 * certbot itself and postgresql by the tests of their recipes, others by the cases of kinds. The shells, sudo-rs and ping are nothing
 * but tools of tests.
 */
export const supplied: LocalOptions = {
  packages: [
    ...["cron", "fish", "git", "iputils-ping", "keepalived", "nftables", "nginx", "sudo", "sudo-rs", "zsh"],
    ...needs,
  ],
};
