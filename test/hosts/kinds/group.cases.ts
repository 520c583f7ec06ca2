import { group } from "../../../src/resources/group/group.ts";
import { user } from "../../../src/resources/user/user.ts";
import type { Case } from "./case.ts";

const clean = `for name in ada bob carl; do userdel "$name"; groupdel "$name"; done 2>/dev/null
groupdel crew 2>/dev/null; groupdel rest 2>/dev/null; true`;

const entry = (text: string) => `[ "$(getent group crew)" = "${text}" ]`;
const people = "for name in ada bob carl; do useradd --no-create-home $name; done";

export const cases: Case[] = [
  {
    name: "one that is not there",
    resources: () => [group("crew")],
    proof: "[ $(getent group crew | cut -d : -f 3) -ge 1000 ]",
    clean,
  },
  {
    name: "one of the machine's own",
    resources: () => [group("crew", { system: true })],
    proof: "[ $(getent group crew | cut -d : -f 3) -lt 1000 ]",
    clean,
  },
  {
    name: "a number and members",
    start: people,
    resources: () => [group("crew", { gid: 4321, members: ["bob", "ada"] })],
    proof: entry("crew:x:4321:ada,bob"),
    clean,
  },
  {
    name: "one that is as declared",
    start: `${people}; groupadd --gid 4321 crew; gpasswd -M carl,ada crew`,
    resources: () => [
      group("crew", { gid: 4321, members: ["ada"] }),
      group("rest", { absent: true }),
      group("carl"),
    ],
    proof: entry("crew:x:4321:carl,ada"),
    expect: "in-order",
    clean,
  },
  {
    name: "another number, which its users get too",
    start: "groupadd --gid 4000 crew; useradd --no-create-home --gid crew ada",
    resources: () => [group("crew", { gid: 4321 })],
    proof: `${entry("crew:x:4321:")} && [ "$(id -g ada)" = 4321 ]`,
    clean,
  },
  {
    name: "a number that is another's",
    start: "groupadd --gid 4321 rest",
    resources: () => [group("crew", { gid: 4321 })],
    proof: "! getent group crew",
    expect: { blocked: "The gid 4321 is that of the group rest." },
    clean,
  },
  {
    name: "a number that its owner gives up first",
    start: "groupadd --gid 4321 rest",
    resources: () => [group("rest", { absent: true }), group("crew", { gid: 4321 })],
    proof: entry("crew:x:4321:"),
    clean,
  },
  {
    name: "further members, and others stay",
    start: `${people}; groupadd --gid 4321 --users carl crew`,
    resources: () => [group("crew", { members: ["ada", "bob"] })],
    proof: entry("crew:x:4321:ada,bob,carl"),
    clean,
  },
  {
    name: "these members and no others",
    start: `${people}; groupadd --gid 4321 crew; gpasswd -M carl,ada crew`,
    resources: () => [group("crew", { members: ["bob", "ada"], exclusive: true })],
    proof: entry("crew:x:4321:ada,bob"),
    clean,
  },
  {
    name: "no members at all",
    start: `${people}; groupadd --gid 4321 crew; gpasswd -M carl,ada crew`,
    resources: () => [group("crew", { members: [], exclusive: true })],
    proof: entry("crew:x:4321:"),
    clean,
  },
  {
    name: "members that come before it",
    resources: () => [user("ada", { createHome: false }), group("crew", { gid: 4321, members: ["ada"] })],
    proof: entry("crew:x:4321:ada"),
    clean,
  },
  {
    name: "a member that nothing brings",
    resources: () => [group("crew", { members: ["ada"] })],
    proof: "! getent group crew",
    expect: { blocked: "The user ada is not there yet." },
    clean,
  },
  {
    name: "one that must not be there",
    start: `${people}; groupadd crew; gpasswd -M carl,ada crew`,
    resources: () => [group("crew", { absent: true })],
    proof: "! getent group crew && getent passwd ada",
    clean,
  },
  {
    name: "one that must not be there, and is somebody's primary group",
    start: "groupadd crew; useradd --no-create-home --gid crew ada; useradd --no-create-home --gid crew bob",
    resources: () => [group("crew", { absent: true })],
    proof: "getent group crew && [ $(id -gn bob) = crew ]",
    expect: { blocked: "It is the primary group of ada, bob" },
    clean,
  },
  {
    name: "one that must not be there, after all have left it",
    start: "groupadd crew; useradd --no-create-home --gid crew ada; useradd --no-create-home --gid crew bob",
    resources: () => [
      user("ada", { absent: true }),
      user("bob", { group: "users" }),
      group("crew", { absent: true }),
    ],
    proof: "! getent group crew && ! getent passwd ada && [ $(id -gn bob) = users ]",
    clean,
  },
  {
    name: "a user's own group, which goes with the user",
    start: "useradd --no-create-home ada",
    resources: () => [user("ada", { absent: true }), group("ada", { absent: true })],
    proof: "! getent group ada",
    clean,
  },
];
