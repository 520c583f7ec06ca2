import { ProogError } from "../report/error.ts";
import { connectLimit } from "./ssh.ts";
import type { Target } from "./target.ts";

/** What ssh(1) itself says when it fails (status 255); it has no other way of telling why. */
const failures = [
  { says: /REMOTE HOST IDENTIFICATION HAS CHANGED/, code: "host-key-changed" },
  { says: /Host key verification failed|No \S+ host key is known/, code: "host-key-unknown" },
  { says: /Permission denied/, code: "permission-denied" },
] as const;

/** The error for a connection that ssh(1) could not make. */
export function sshFailure(target: Target, stderr: string): ProogError {
  const code = failures.find(({ says }) => says.test(stderr))?.code ?? "unreachable";
  const detail = stderr
    .trim()
    .split("\n")
    .filter((line) => !/^[@\s]*$/.test(line))
    .slice(-20)
    .join("\n");
  const place = target.user ? `${target.user}@${target.address}` : target.address;
  switch (code) {
    case "host-key-changed":
      return new ProogError({
        code,
        message: `${target.name} (${place}) shows another host key than the one that is known.`,
        detail,
        hint:
          "Somebody may stand between you and it. If it was installed anew, remove its old key: ssh-keygen -R " +
          target.address,
      });
    case "host-key-unknown":
      return new ProogError({
        code,
        message: `The host key of ${target.name} (${place}) is not known.`,
        detail,
        hint: `Compare and accept it once: ssh ${place} true`,
      });
    case "permission-denied":
      return new ProogError({
        code,
        message: `${target.name} (${place}) denies the login.`,
        detail,
        hint: `Try it by hand: ssh ${place} true. The key must be in that user's authorized_keys, and in your agent.`,
      });
    case "unreachable":
      return new ProogError({
        code,
        message: `${target.name} (${place}) cannot be reached${/timed out/.test(stderr) ? ` within ${connectLimit} s` : ""}.`,
        detail,
        hint: `Is it up? Try: ssh ${place} true`,
      });
  }
}
