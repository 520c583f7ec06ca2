import { expect, test } from "vitest";
import { keyOf, type Resource } from "../resources/kind.ts";
import type { SiteResource } from "../resources/site/site.ts";
import { phpSite } from "./phpSite.ts";
import { pythonApp } from "./pythonApp.ts";

const options = { from: { git: "https://example.org/app.git", ref: "main" }, to: "/srv/app" };
const siteIn = (resources: readonly Resource[]) =>
  resources.find((one): one is SiteResource => one.type === "site");

test("pythonApp is mod_wsgi, a user and a site with its venv", () => {
  const resources = pythonApp("app", { ...options, requirements: "requirements.txt", build: ["make"] });
  expect(resources.map(keyOf)).toEqual(["apt libapache2-mod-wsgi-py3 python3-venv", "user app", "site app"]);
  expect(siteIn(resources)).toMatchObject({
    user: "app",
    build: ["python3 -m venv venv", "venv/bin/pip install --quiet --requirement requirements.txt", "make"],
  });
  expect(siteIn(pythonApp("app", options))?.build).toEqual([]);
});

test("phpSite is php-fpm with a pool, a user and a site, and is reloaded for both", () => {
  const resources = phpSite("app", {
    ...options,
    php: "8.2",
    packages: ["php-mysql"],
    pool: ["pm.max_requests = 9"],
  });
  expect(resources.map(keyOf)).toEqual([
    "apt php8.2-fpm php-mysql",
    "user app",
    "file /etc/php/8.2/fpm/pool.d/app.conf",
    "site app",
    "service php8.2-fpm",
  ]);
  expect(resources[2]).toMatchObject({ content: expect.stringContaining("\npm.max_requests = 9\n") });
  expect(resources[4]).toMatchObject({ reloadOn: ["file /etc/php/8.2/fpm/pool.d/app.conf", "site app"] });
});

test("a mistake in the options of a site is told", () => {
  const wrong = { ...options, keep: 1 };
  for (const resources of [pythonApp("app", wrong), phpSite("app", wrong)])
    expect(siteIn(resources)).toMatchObject({ mistakes: [expect.stringContaining("keep is 1")] });
});
