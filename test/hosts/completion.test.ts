import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { useMachines } from "./machines.ts";
import { checkout } from "./run-folder.ts";
import { supplied } from "./supplied.ts";

const machines = useMachines(["completion-1"], supplied);
const machine = () => machines["completion-1"];
const script = (shell: string) => readFileSync(join(checkout, `src/cli/completion/proog.${shell}`), "utf8");

/** A proog that answers as __complete does and says how it was called. */
beforeAll(async () => {
  await machine().ssh(`cat >/usr/local/bin/proog <<'END'
#!/bin/sh
printf '<%s>' "$@" >>/run/called
printf 'web-1\\tnode\\ntag:slow\\tdo: wait\\n'
END
chmod 755 /usr/local/bin/proog
cat >/root/proog.zsh <<'END'
${script("zsh")}
END
cat >/root/proog.fish <<'END'
${script("fish")}
END`);
});

const called = () => machine().ssh("cat /run/called; rm /run/called");

test("fish gets the words and what they are", async () => {
  const found = await machine().ssh(
    `fish -c 'source /root/proog.fish; complete --do-complete "proog plan -e live w"'`,
  );
  expect(found).toBe("web-1\tnode\n");
  expect(await called()).toBe("<__complete><plan><-e><live><w>");
  expect(await machine().ssh(`fish -c 'source /root/proog.fish; complete --do-complete "proog plan "'`)).toBe(
    "tag:slow\tdo: wait\nweb-1\tnode\n",
  );
  expect(await called()).toBe("<__complete><plan><>");
});

test("zsh gets them, too", async () => {
  const found = await machine().ssh(`zsh -f -c '
    compdef() { print "compdef $*" }
    _describe() { print -rl -- "\${(P@)2}" }
    source /root/proog.zsh
    words=(proog plan -e live "") CURRENT=5
    _proog'`);
  expect(found).toBe("compdef _proog proog\nweb-1:node\ntag\\:slow:do: wait\n");
  expect(await called()).toBe("<__complete><plan><-e><live><>");
});
