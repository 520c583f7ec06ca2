import { describe, expect, test } from "vitest";
import { type ApacheSiteOptions, apacheSite, apacheSiteKind } from "../apacheSite/apacheSite.ts";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { nginxSite, nginxSiteKind } from "../nginxSite/nginxSite.ts";

describe("a site of a web server", () => {
  test("of nginx is a file and a link to it", async () => {
    const {
      arguments: words,
      claims,
      survey,
      blobs,
    } = await compileWith(nginxSiteKind, nginxSite("www", { content: "x" }));
    expect(words).toEqual(["www", "www", blobs?.[0]?.sha256]);
    expect(claims).toEqual(["path /etc/nginx/sites-available/www", "path /etc/nginx/sites-enabled/www"]);
    expect(survey?.at(-1)?.line).toBe(
      "'/etc/nginx/sites-enabled/www' -> '../sites-available/www' /etc/nginx/sites-enabled/www",
    );
  });

  test("of Apache, with modules", async () => {
    const resource = apacheSite("www", { content: "x", modules: ["rewrite"] });
    const { arguments: words, survey } = await compileWith(apacheSiteKind, resource);
    expect([words[1], words[3]]).toEqual(["www.conf", "rewrite"]);
    expect(survey?.at(-1)?.line).toContain("-> '../mods-available/rewrite.load'");
  });

  test("may be absent", async () => {
    const { arguments: words, survey } = await compileWith(
      apacheSiteKind,
      apacheSite("www", { absent: true }),
    );
    expect(words).toEqual(["www", "www.conf", "absent"]);
    expect(survey?.map(({ line }) => line)).toEqual([
      "/etc/apache2/sites-available/www.conf",
      "/etc/apache2/sites-enabled/www.conf",
    ]);
    const own = await compileWith(apacheSiteKind, apacheSite("000-default", { absent: true }));
    expect(own.survey, "The package may be going to bring it.").toBeUndefined();
  });
});

describe("a mistake is told", () => {
  test.for([
    ["a/b", {}, 'name is "a/b", and must be a word such as "www.example.org"'],
    ["www.conf", {}, 'name is "www.conf": write "www".'],
    ["www", { content: undefined }, "It has neither content nor from"],
    ["www", { from: "x" }, "It has both content and from"],
    [
      "www",
      { modules: "rewrite" },
      'modules is "rewrite", and must be names of modules such as ["rewrite"].',
    ],
    ["www", { modules: ["a b"] }, 'modules is ["a b"], and must be names of modules'],
    ["www", { module: ["rewrite"] }, 'module is no option. Did you mean "modules"?'],
  ] as const)("%s %j", ([name, options, said]) => {
    const given = { content: "x", ...options } as unknown as ApacheSiteOptions;
    expect(mistakesIn(apacheSite(name, given)).join("\n")).toContain(said);
  });

  test("in a site of nginx", () => {
    const options = { content: "x", modules: ["rewrite"] };
    expect(mistakesIn(nginxSite("www", options)).join()).toContain("modules is no option.");
  });
});
