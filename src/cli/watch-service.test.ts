import { expect, test } from "vitest";
import { serviceName, writeService } from "./watch-service.ts";

test("the unit that watches as a service of systemd, whatever paths are called", () => {
  const service = {
    ...{ fleet: "example", environment: "live", directory: "/srv/100 % fleet", roles: ["web"] },
    ...{ file: "/srv/100 % fleet/proog.config.ts", program: ["/usr/bin/node", "/opt/it's $HOME/proog.js"] },
  };
  expect(serviceName(service)).toBe("proog-watch-example-live.service");
  const unit = writeService(service);
  expect(unit).toContain("\nWorkingDirectory=/srv/100 %% fleet\n");
  expect(unit).toContain(
    `\nExecStart=/usr/bin/node "/opt/it's $$HOME/proog.js" watch web --wait -e live --config "/srv/100 %% fleet/proog.config.ts"\n`,
  );
  expect(unit).toContain("\nRestart=always\n");
  expect(unit).not.toContain("User=");
  expect(writeService({ ...service, user: "ada" })).toContain("\nUser=ada\nWorkingDirectory=");
});
