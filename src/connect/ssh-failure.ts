import { quote } from "../catalog/quote.ts";
import { ProogError } from "../report/error.ts";
import { connectLimit } from "./ssh.ts";
import type { Target } from "./target.ts";

/** What ssh(1) itself says when it fails (status 255); it has no other way of telling why. */
const failures = [
  { says: /REMOTE HOST IDENTIFICATION HAS CHANGED/, code: "host-key-changed" },
  { says: /Host key verification failed|No \S+ host key is known/, code: "host-key-unknown" },
  { says: /Permission denied/, code: "permission-denied" },
] as const;

/** `debian@10.1.2.3` */
export function placeOf({ user, address }: Target): string {
  return user ? `${user}@${address}` : address;
}

/** The error for a connection that ssh(1) could not make. */
export function sshFailure(target: Target, stderr: string): ProogError {
  const code = failures.find(({ says }) => says.test(stderr))?.code ?? "unreachable";
  const detail = stderr
    .trim()
    .split("\n")
    .filter((line) => !/^[@\s]*$/.test(line))
    .slice(-20)
    .join("\n");
  const place = placeOf(target);
  const options = [
    ...(target.port ? [`-p ${target.port}`] : []),
    ...(target.identity ? [`-i ${quote(target.identity)}`] : []),
  ];
  const command = ["ssh", ...options, place, "true"].join(" ");
  switch (code) {
    case "host-key-changed":
      return new ProogError({
        code,
        message: `${target.name} (${place}) shows another host key than the one that is known.`,
        detail,
        hint: `Somebody may stand between you and it. ${remedyForKey(target)}`,
      });
    case "host-key-unknown":
      return new ProogError({
        code,
        message: `The host key of ${target.name} (${place}) is not known.`,
        detail,
        hint: `Compare and accept it once: ${command}`,
      });
    case "permission-denied":
      return new ProogError({
        code,
        message: `${target.name} (${place}) denies the login.`,
        detail,
        hint: `Try it by hand: ${command}. ${requiredKey(target)}`,
      });
    case "unreachable":
      return new ProogError({
        code,
        message: `${target.name} (${place}) cannot be reached${/timed out/.test(stderr) ? ` within ${connectLimit} s` : ""}.`,
        detail,
        hint: `Is it up? Try: ${command}`,
      });
  }
}

/** The error for a user who cannot become root; nothing when sudo had nothing to complain about. */
export function sudoFailure(target: Target, complaint: string): ProogError | undefined {
  const { name, user = "your user", address } = target;
  if (/sudo[:’']+ (command )?not found|sudo[:’']+ No such file/.test(complaint)) {
    return new ProogError({
      code: "unsuitable-target",
      message: `${name} (${address}): ${user} is not root, and there is no sudo.`,
      hint: "Install it there (apt-get install sudo), or log in as root.",
    });
  }
  if (!/^sudo(-rs)?: |is not in the sudoers|not allowed to (run|execute)|^Sorry, /m.test(complaint))
    return undefined;
  return new ProogError({
    code: "sudo-denied",
    message: `${name} (${address}): sudo does not let ${user} be root.`,
    detail: complaint,
    hint: `Give the right to it there, in a file under /etc/sudoers.d: ${user} ALL=(ALL:ALL) NOPASSWD: ALL`,
  });
}

/** A machine that Proog created has the key that it was created with; of others your own ssh knows it. */
function remedyForKey({ name, address, port, knownHosts }: Target): string {
  return knownHosts
    ? `It was created with that key: if it was given another one since, put the old one back, or have it made anew: proog shoot ${name}, proog boot ${name}`
    : `If it was installed anew, remove its old key: ssh-keygen -R ${port ? `'[${address}]:${port}'` : address}`;
}

function requiredKey({ identity }: Target): string {
  return identity
    ? `What ${identity}.pub says must be in that user's authorized_keys.`
    : "The key must be in that user's authorized_keys, and in your agent.";
}
