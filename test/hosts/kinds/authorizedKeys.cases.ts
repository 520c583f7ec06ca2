import { generateKeyPairSync } from "node:crypto";
import { quote } from "../../../src/catalog/quote.ts";
import { authorizedKeys } from "../../../src/resources/authorizedKeys/authorizedKeys.ts";
import { directory } from "../../../src/resources/directory/directory.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";
import { prints, unhurt } from "./hostile-names.ts";

const clean = "userdel ada 2>/dev/null; rm -rf /home/* /srv/*; true";
const add = "useradd --create-home --shell /bin/sh ada";

const ada = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKrtRVfmglJB2xs+f96bZjeNNyXR0FXFaI7sXSww0+t8 ada@laptop";
const bob = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDnLyyLpuBxoIPSmu7wNiOLSRld+kFjzipdWz2aZOAbY bob";
const blobOf = (key: string) => key.split(" ")[1];

const file = "/home/ada/.ssh/authorized_keys";
const access = (path: string) => `stat -c '%F %a %U:%G' ${path}`;
const right = `[ "$(${access("/home/ada/.ssh")})" = "directory 700 ada:ada" ] && [ "$(${access(file)})" = "regular file 600 ada:ada" ]`;
const holds = (...lines: string[]) => `${right} && ${prints(`cat ${file}`, `${lines.join("\n")}\n`)}`;
const folder = (mode = "0700") => `${add}; install -d -m ${mode} -o ada -g ada /home/ada/.ssh`;
const write = (text: string, mode = "0600") =>
  `${folder()}; printf %s ${quote(text)} >${file}; chmod ${mode} ${file}; chown ada:ada ${file}`;

/** A key of which the machine has the private half, too. */
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const { x = "", y = "" } = publicKey.export({ format: "jwk" });
const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
const blob = ["ecdsa-sha2-nistp256", "nistp256", point].map((field) => {
  const bytes = Buffer.from(field);
  return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
});
const own = `ecdsa-sha2-nistp256 ${Buffer.concat(blob).toString("base64")} own`;
const ownPrivate = privateKey.export({ format: "pem", type: "sec1" }).toString();
const command = `printf '%s\\n' "it's $SSH_ORIGINAL_COMMAND"`;
const ssh =
  "ssh -F none -i /srv/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/srv/known -o BatchMode=yes ada@127.0.0.1";

export const cases: Case[] = [
  {
    name: "a user without keys",
    start: add,
    resources: () => [authorizedKeys("ada", { keys: [ada, bob] })],
    proof: holds(ada, bob),
    clean,
  },
  {
    name: "its user comes before it",
    resources: () => [user("ada"), authorizedKeys("ada", { keys: [ada], exclusive: true })],
    proof: holds(ada),
    clean,
  },
  {
    name: "a user that nothing brings",
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: "test ! -e /home/ada",
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "a user without a home",
    start: "useradd --no-create-home --home-dir /srv/ada ada",
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: "test ! -e /srv/ada",
    expect: { blocked: "The directory /srv/ada is not there yet." },
    clean,
  },
  {
    name: "its home comes before it",
    start: "useradd --no-create-home --home-dir /srv/ada ada",
    resources: () => [directory("/srv/ada", { owner: "ada" }), authorizedKeys("ada", { keys: [ada] })],
    proof: `${prints("cat /srv/ada/.ssh/authorized_keys", `${ada}\n`)}`,
    clean,
  },
  {
    name: "other keys stay, one with other options is written anew, none is there twice",
    start: write(`# mine\n${bob}\nrestrict ${ada} old\n\n${ada}\n`),
    resources: () => [
      authorizedKeys("ada", {
        keys: [{ key: ada, from: "10.0.0.0/8", command: 'echo "$(touch /pwned)" \\n %s' }],
      }),
    ],
    proof: `${holds("# mine", bob, `from="10.0.0.0/8",command="echo \\"$(touch /pwned)\\" \\n %s" ${ada}`)} && ${unhurt} && grep -rq '^restrict' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "exactly these, in this order",
    start: write(`${ada}\n${bob}\n`),
    resources: () => [authorizedKeys("ada", { keys: [bob, ada], exclusive: true })],
    proof: holds(bob, ada),
    clean,
  },
  {
    name: "exactly these are there",
    start: write(`${bob}\n${ada}\n`),
    resources: () => [authorizedKeys("ada", { keys: [bob, ada], exclusive: true })],
    proof: holds(bob, ada),
    expect: "in-order",
    clean,
  },
  {
    name: "a key with options is there",
    start: write(`${bob}\ncommand="a \\"b\\"" ${ada}\n`),
    resources: () => [authorizedKeys("ada", { keys: [{ key: ada, command: 'a "b"' }] })],
    proof: right,
    expect: "in-order",
    clean,
  },
  {
    name: "exactly none",
    start: write(`${ada}\n`),
    resources: () => [authorizedKeys("ada", { keys: [], exclusive: true })],
    proof: `test ! -s ${file} && [ "$(stat -c %a ${file})" = 600 ]`,
    clean,
  },
  {
    name: "a file without its last line's end, of another owner and mode",
    start: `${folder("0777")}; chown root:root /home/ada/.ssh; printf '%s' '${bob}' >${file}; chmod 0666 ${file}`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: holds(bob, ada),
    clean,
  },
  {
    name: "only the mode and the owner are wrong",
    start: `${write(`${ada}\n`, "0644")}; chown daemon ${file}`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: holds(ada),
    clean,
  },
  {
    name: "a home that others may write to",
    start: `${write(`${ada}\n`)}; chmod 0775 /home/ada`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: `[ "$(stat -c %a /home/ada)" = 775 ]`,
    expect: { blocked: "sshd reads no keys below /home/ada, which has the mode 0775 and belongs to ada" },
    clean,
  },
  {
    name: "a home that others may write to, until now",
    start: `${write(`${ada}\n`)}; chmod 0775 /home/ada`,
    resources: () => [directory("/home/ada", { owner: "ada" }), authorizedKeys("ada", { keys: [ada, bob] })],
    proof: `${holds(ada, bob)} && [ "$(stat -c %a /home/ada)" = 755 ]`,
    clean,
  },
  {
    name: "a revoked key goes, with all of its options",
    start: write(`command="x" ${bob}\n${ada}\n${bob} again\n`, "0640"),
    resources: () => [authorizedKeys("ada", { revoked: [bob] })],
    proof: prints(`cat ${file}`, `${ada}\n`),
    clean,
  },
  {
    name: "a revoked key of nobody",
    resources: () => [authorizedKeys("ada", { revoked: [bob] })],
    proof: "! getent passwd ada",
    expect: "in-order",
    clean,
  },
  {
    name: "a revoked key behind a link",
    start: `${folder()}; echo '${bob}' >/srv/keys; ln -s /srv/keys ${file}`,
    resources: () => [authorizedKeys("ada", { revoked: [bob] })],
    proof: `grep -q ${blobOf(bob)} /srv/keys`,
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "the folder is a link to somebody else's",
    start: `${add}; mkdir -m 0700 /srv/other; ln -s /srv/other /home/ada/.ssh`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: '[ -z "$(ls -A /srv/other)" ] && [ "$(stat -c %U /srv/other)" = root ]',
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "a directory is in the way",
    start: `${folder()}; mkdir ${file}`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: `test -d ${file}`,
    expect: { blocked: "A directory is in the way" },
    clean,
  },
  {
    name: "a file is in the way of the folder",
    start: `${add}; touch /home/ada/.ssh`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: "test -f /home/ada/.ssh",
    expect: { blocked: "A file is in the way" },
    clean,
  },
  {
    name: "keys of somebody who must have none",
    start: write(`${ada}\n`),
    resources: () => [authorizedKeys("ada", { absent: true })],
    proof: `test ! -e ${file} && test -d /home/ada/.ssh && grep -rqF '${blobOf(ada)}' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "keys of somebody who must have none, in a folder of root's",
    start: `${write(`${ada}\n`)}; chown root:root /home/ada/.ssh; chmod 0755 /home/ada/.ssh`,
    resources: () => [authorizedKeys("ada", { absent: true })],
    proof: `grep -q ada ${file}`,
    expect: {
      blocked:
        'ada may not write to /home/ada/.ssh, which has the mode 0755 and belongs to root: declare directory("/home/ada/.ssh", { owner: "ada", mode: "0700" }) before it.',
    },
    clean,
  },
  {
    name: "keys of somebody who must have none, in a folder that is root's until now",
    start: `${write(`${ada}\n`)}; chown root:root /home/ada/.ssh`,
    resources: () => [
      directory("/home/ada/.ssh", { owner: "ada", mode: "0700" }),
      authorizedKeys("ada", { absent: true }),
    ],
    proof: `test ! -e ${file}`,
    clean,
  },
  {
    name: "a revoked key in a folder of root's",
    start: `${write(`${ada}\n`)}; chown root:root /home/ada/.ssh`,
    resources: () => [authorizedKeys("ada", { revoked: [ada] })],
    proof: `grep -q ada ${file}`,
    expect: { blocked: "ada may not write to /home/ada/.ssh, which has the mode 0700 and belongs to root" },
    clean,
  },
  {
    name: "a home of root's",
    start: `${add}; chown root:root /home/ada; chmod 0755 /home/ada`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: "test ! -e /home/ada/.ssh",
    expect: {
      blocked:
        'ada may not write to /home/ada, which has the mode 0755 and belongs to root: declare directory("/home/ada", { owner: "ada", mode: "0755" }) before it.',
    },
    clean,
  },
  {
    name: "a home of root's with a folder of root's",
    start: `${add}; chown root:root /home/ada; chmod 0755 /home/ada; mkdir /home/ada/.ssh`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: holds(ada),
    clean,
  },
  {
    name: "a home of root's that nobody else may enter",
    start: `${write(`${bob}\n`)}; chown root:root /home/ada; chmod 0700 /home/ada`,
    resources: () => [authorizedKeys("ada", { keys: [ada] })],
    proof: `! grep -q ada@laptop ${file}`,
    expect: { blocked: "ada may not enter /home/ada, which has the mode 0700 and belongs to root" },
    clean,
  },
  {
    name: "nobody who must have no keys",
    resources: () => [authorizedKeys("ada", { absent: true })],
    proof: "! getent passwd ada",
    expect: "in-order",
    clean,
  },
  {
    name: "a home with a strange name",
    start: `useradd --create-home --home-dir '/srv/a "$(touch pwned)" %s' ada`,
    resources: () => [authorizedKeys("ada", { keys: [ada] }), authorizedKeys("root", { revoked: [bob] })],
    proof: `${prints(`cat '/srv/a "$(touch pwned)" %s/.ssh/authorized_keys'`, `${ada}\n`)} && ${unhurt}`,
    clean,
  },
  {
    name: "sshd itself lets in, to one command",
    start: `${add}; umask 077; cat >/srv/key <<'END'\n${ownPrivate}END`,
    resources: () => [
      authorizedKeys("ada", { keys: [{ key: own, from: ["127.0.0.0/8"], command, restrict: true }] }),
    ],
    proof: `[ "$(${ssh} rm -rf / 2>/dev/null)" = "it's rm -rf /" ]`,
    clean,
  },
];
