import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Live } from "../../src/dashboard/api.ts";
import { startServe, type Visit } from "../../test/dashboard-client.ts";
import { root, runCommand } from "../command.ts";
import { median } from "../sampling.ts";
import type { Row } from "./row.ts";

const limit = 15_000;

/** A pool as the guide has it; the image has its packages. */
const config = `import { apt, defineFleet, file, loadBalancer, local, role, service } from "proog";
const web = role("web", ({ node }) => {
  const page = file("/var/www/html/index.html", { content: \`<h1>\${node.name}</h1>\\n\` });
  return [apt("nginx-light"), page, service("nginx", { reloadOn: [page] })];
}, { health: { path: "/" } });
const balancer = role("balancer", ({ fleet }) => [apt("nginx-light"), loadBalancer({ pool: fleet.pool("web") })]);
export default defineFleet({
  name: "button",
  roles: { web, balancer },
  environments: { devel: { provider: local({ packages: ["nginx-light"] }), nodes: { web: 1, balancer: 1 } } },
});
`;

/** From the press until the newest machine gets all of its traffic. */
async function press(visit: Visit): Promise<{ readonly node: string; readonly milliseconds: number }> {
  const watch = visit.watch();
  await watch.waitFor(({ type }) => type === "hello");
  const started = performance.now();
  const action = { type: "boot", environment: "devel", selectors: ["web"], number: 1 } as const;
  const { run } = await visit.call("POST /actions", {}, action);
  const serves = (message: Live) =>
    message.type === "event" &&
    message.run === run &&
    message.event.type === "pool-member" &&
    message.event.weight === 100;
  const served = await watch.waitFor(serves, "The machine in its pool");
  const milliseconds = performance.now() - started;
  watch.close();
  const detail = await visit.end(run);
  if (detail.run.state !== "done") throw new Error(`The boot ended ${detail.run.state}.`);
  if (served.type !== "event" || served.node === undefined) throw new Error("No machine has joined.");
  return { node: served.node, milliseconds };
}

export const buttonRow: Row = {
  what: "the button, until the new machine serves in its pool: created, installed, healthy, joined",
  ...{ against: `${limit / 1000} s`, target: 1, unit: "ms" },
  measure: async ({ signal }, runs) => {
    const folder = mkdtempSync(join(tmpdir(), "proog-button-"));
    const proog = async (...args: readonly string[]) =>
      await runCommand(join(root, "bin/proog.js"), args, { cwd: folder, signal });
    writeFileSync(join(folder, "proog.config.ts"), config);
    try {
      await proog("boot");
      await using served = await startServe(folder, process.env);
      const visit = await served.enter();
      const times: number[] = [];
      for (let run = 0; run < Math.ceil(runs / 3); run++) {
        const { node, milliseconds } = await press(visit);
        times.push(milliseconds);
        await proog("shoot", "--yes", node);
      }
      const candidate = median(times);
      return { candidate, baseline: limit, ratio: candidate / limit };
    } finally {
      await proog("shoot", "--yes", "--all");
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
