import { describe, expect, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { apt } from "./apt/apt.ts";
import { file } from "./file/file.ts";
import { keyOf } from "./kind.ts";
import { Kinds } from "./kinds.ts";
import { type PickWords, ResourcePick } from "./pick.ts";
import { service } from "./service/service.ts";

const resources = [
  apt("nginx", "curl"),
  file("/etc/motd", { content: "", tags: ["text"] }),
  file("/etc/nginx/a.conf", { content: "", tags: ["security", "text"] }),
  file("/srv/a*b", { content: "" }),
  service("nginx", { tags: ["security"] }),
];

const pick = (words: PickWords) => new ResourcePick(words, new Kinds());
const taken = (words: PickWords) => {
  const picking = pick(words);
  return resources.filter((resource) => picking.takes(resource)).map(keyOf);
};

describe("what a run is about", () => {
  test.each<[PickWords, string[]]>([
    [{ only: ["file"] }, ["file /etc/motd", "file /etc/nginx/a.conf", "file /srv/a*b"]],
    [{ only: ["nginx"] }, ["apt nginx curl", "service nginx"]],
    [{ only: ["curl"] }, ["apt nginx curl"]],
    [{ only: ["apt:curl", "service nginx"] }, ["apt nginx curl", "service nginx"]],
    [{ only: ["name:/etc/motd"] }, ["file /etc/motd"]],
    [{ only: ["kind:service"] }, ["service nginx"]],
    [{ only: ["/etc/*"] }, ["file /etc/motd", "file /etc/nginx/a.conf"]],
    [{ only: ["/srv/a*b"] }, ["file /srv/a*b"]],
    [{ only: ["tag:secur*"] }, ["file /etc/nginx/a.conf", "service nginx"]],
    [{ skip: ["file"] }, ["apt nginx curl", "service nginx"]],
    [{ only: ["file"], skip: ["tag:text"] }, ["file /srv/a*b"]],
    [
      { only: ["file", "tag:security"] },
      ["file /etc/motd", "file /etc/nginx/a.conf", "file /srv/a*b", "service nginx"],
    ],
  ])("%j", (words, keys) => {
    expect(taken(words)).toEqual(keys);
  });
});

describe("words that name nothing", () => {
  const refusal = (words: PickWords) => {
    const picking = pick(words);
    for (const resource of resources) picking.takes(resource);
    try {
      picking.refuseUnused(["web-1", "web-2"]);
    } catch (error) {
      if (error instanceof ProogError) return `${error.message} ${error.hint}`;
    }
    return undefined;
  };

  test.each<[PickWords, string | undefined]>([
    [{ only: ["ngnix"] }, '--only "ngnix" names no resource of web-1, web-2. Did you mean "nginx"?'],
    [
      { only: ["tag:securty"] },
      '--only "tag:securty" names no resource of web-1, web-2. Did you mean "tag:security"?',
    ],
    [
      { only: ["file"], skip: ["fiel"] },
      '--skip "fiel" names no resource of web-1, web-2. Did you mean "file"?',
    ],
    [
      { only: ["cron"] },
      '--only "cron" names no resource of web-1, web-2. It takes a kind (file), a name as the plan shows it (/etc/motd, service:nginx) or a tag (tag:security).',
    ],
    [{ skip: ["cron"] }, undefined],
    [{ only: ["file"], skip: ["/etc/motd"] }, undefined],
  ])("%j", (words, said) => {
    expect(refusal(words)).toBe(said);
  });
});
