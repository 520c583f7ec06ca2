// What is done by name: proog run lists it.
import { backupDatabase, restoreDatabase, task } from "proog";
import { ccengineApp } from "./ccengine.ts";

const engines = ["web", "both"];
const wordpresses = ["ccorg", "both"];

export const updateCcengine = task(
  "bring the engine to its newest revision",
  { on: engines },
  async ({ apply, vars, say }) => {
    const { changed } = await apply(ccengineApp(vars));
    say(changed.length > 0 ? "the engine is new" : "the engine is the newest already");
  },
);

export const clearCache = task("empty the engine's page cache", { on: engines }, async ({ sh, say }) => {
  const cache = sh({ user: "ccengine", cwd: "/var/cache/ccengine", hide: true });
  const { lines } = await cache`find . -type f -print -delete`;
  say(`${lines.length} pages removed`);
});

export const updateImages = task(
  "send the folder images to the uploads of WordPress",
  { on: wordpresses },
  ({ tree }) => tree("/srv/ccorg/shared/wp-content/uploads/images", { from: "images", owner: "ccorg" }),
);

export const updateAll = task(
  "the engine, the images, and no old pages",
  { local: true },
  async ({ run }) => {
    await run(updateCcengine);
    await run(updateImages);
    await run(clearCache);
  },
);

export const backupCcorg = backupDatabase("mariadb", "ccorg", { on: wordpresses });
export const restoreCcorg = restoreDatabase("mariadb", "ccorg", { on: wordpresses });
