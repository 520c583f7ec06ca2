import { expect, test } from "vitest";
import { useFleet } from "./fleet-folder.ts";
import { findTraces, poison, token } from "./poison.ts";

const variables = { POISON: poison, TOKEN: token };
const fleet = useFleet("secrets", "web: 1", "", { variables });
const web = () => fleet.node("web-1");

const items = `
  file("/etc/app.env", { content: template\`PASSWORD=\${secret("poison", { env: "POISON", as: "shell" })}\\n\` }),
  file("/etc/app.token", { content: secret("token", { env: "TOKEN" }), mode: "0640", group: "daemon" }),
`;

test("a secret from the environment comes to its file, and is shown nowhere", async () => {
  fleet.declare(items);
  const planned = await fleet.proog("plan", "-v");
  expect(planned.status, planned.stderr).toBe(2);
  expect(planned.stdout).toContain("+ file /etc/app.env");
  expect(planned.stdout).toContain("secret content");
  const applied = await fleet.proog("apply", "--yes", "-v");
  expect(applied.status, applied.stdout + applied.stderr).toBe(0);
  for (const text of [planned.stdout, planned.stderr, applied.stdout, applied.stderr])
    expect(findTraces(text)).toEqual([]);
  expect(await web().ssh('. /etc/app.env && printf %s "$PASSWORD"')).toBe(poison);
  expect(await web().ssh("cat /etc/app.token; stat -c ' %a %U %G' /etc/app.token /etc/app.env")).toBe(
    `${token} 640 root daemon\n 600 root root\n`,
  );
  expect((await fleet.proog("plan")).status).toBe(0);
});

test("another value is told as changed, and no text of either", async () => {
  await web().ssh("printf other >/etc/app.token");
  const { stdout, status } = await fleet.proog("plan");
  expect(status).toBe(2);
  expect(stdout).toContain("secret content changed");
  expect(stdout).not.toContain("other");
  expect((await fleet.proog("apply", "--yes")).status).toBe(0);
  expect(await web().ssh("cat /etc/app.token")).toBe(token);
});
