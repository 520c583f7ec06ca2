import { authorizedKeys } from "../../src/resources/authorizedKeys/authorizedKeys.ts";
import { group } from "../../src/resources/group/group.ts";
import { sudoers } from "../../src/resources/sudoers/sudoers.ts";
import { user } from "../../src/resources/user/user.ts";
import { type KindBench, many, usualCount } from "./kind-bench.ts";

/** useradd takes 20 ms for each. */
const addUsers = `last=$((${usualCount} - 1))
seq 0 $last | awk '{ print "bench-" $1 ":x:" 20000 + $1 ":" 20000 + $1 ":Bench " $1 ":/home/bench-" $1 ":/bin/bash" }' >>/etc/passwd
seq 0 $last | awk '{ print "bench-" $1 ":!:20000:0:99999:7:::" }' >>/etc/shadow
seq 0 $last | awk '{ print "bench-" $1 ":x:" 20000 + $1 ":" }' >>/etc/group
seq 0 $last | awk '{ print "bench-" $1 ":!::" }' >>/etc/gshadow
members=$(seq -s , -f bench-%g 0 $last)
sed -i "s/^audio:.*/&$members/" /etc/group /etc/gshadow`;

/** One that is nobody's: its length, its kind, and 32 bytes of which each is 7. */
const key = `ssh-ed25519 ${Buffer.concat([word("ssh-ed25519"), word("\x07".repeat(32))]).toString("base64")} bench`;

function word(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text, "latin1")]);
}

export const accountKinds: readonly KindBench[] = [
  {
    ...{ what: "user", limit: 0.1, start: addUsers },
    resources: (count) =>
      many(count, (index) => {
        const home = `/home/bench-${index}`;
        return user(`bench-${index}`, { uid: 20000 + index, home, shell: "/bin/bash", groups: ["audio"] });
      }),
  },
  {
    ...{ what: "group", limit: 0.1, start: addUsers },
    resources: (count) => many(count, (index) => group(`bench-${index}`, { gid: 20000 + index })),
  },
  {
    ...{ what: "authorizedKeys", limit: 0.1 },
    start: `${addUsers}
printf '%s\\n' '${key}' >/root/authorized_keys
for i in $(seq 0 $last); do echo /home/bench-$i/.ssh; done | xargs mkdir -p
for i in $(seq 0 $last); do echo /home/bench-$i/.ssh/authorized_keys; done | xargs -n 1 cp /root/authorized_keys
for i in $(seq 0 $last); do printf '%s %s\\n' bench-$i /home/bench-$i; done | xargs -n 2 chown -R
chmod 0700 /home/bench-*/.ssh; chmod 0600 /home/bench-*/.ssh/authorized_keys`,
    resources: (count) => many(count, (index) => authorizedKeys(`bench-${index}`, { keys: [key] })),
  },
  {
    ...{ what: "sudoers", limit: 0.1, packages: ["sudo"] },
    // Each one is tried by visudo with all others beside it.
    start: `for i in $(seq 0 ${usualCount - 1}); do echo "root ALL=(ALL) /bin/true $i" >/etc/sudoers.d/bench-$i; done
chmod 0440 /etc/sudoers.d/bench-*`,
    resources: (count) =>
      many(count, (index) => sudoers(`bench-${index}`, { content: `root ALL=(ALL) /bin/true ${index}\n` })),
  },
];
