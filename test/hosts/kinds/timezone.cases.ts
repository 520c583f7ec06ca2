import { apt } from "../../../src/resources/apt/apt.ts";
import { timezone } from "../../../src/resources/timezone/timezone.ts";
import type { Case } from "./case.ts";

const clean = "ln -snf /usr/share/zoneinfo/Etc/UTC /etc/localtime; rm -rf /etc/timezone";
const isSet = `[ "$(readlink -f /etc/localtime)" = "$(readlink -f /usr/share/zoneinfo/Asia/Kathmandu)" ] && [ "$(date +%z)" = +0545 ]`;

export const cases: Case[] = [
  {
    name: "another zone, as Debian 13 has it",
    start: "rm -f /etc/timezone",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: `unset TZ; ${isSet} && test ! -e /etc/timezone`,
    clean,
  },
  {
    name: "a machine with /etc/timezone",
    start: "echo Etc/UTC >/etc/timezone; chmod 0604 /etc/timezone",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: `${isSet} && [ "$(cat /etc/timezone)" = Asia/Kathmandu ] && [ "$(stat -c %a /etc/timezone)" = 604 ]`,
    clean,
  },
  {
    name: "a copy in place of a link",
    start: "rm /etc/localtime; cp /usr/share/zoneinfo/Europe/Paris /etc/localtime",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: `${isSet} && cmp /usr/share/zoneinfo/Europe/Paris "$(ls -t /var/lib/proog/backups/*/*.copy | head -n 1)"`,
    clean,
  },
  {
    name: "no zone at all",
    start: "rm /etc/localtime",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: isSet,
    clean,
  },
  {
    name: "as timedatectl sets it",
    start: "ln -snf ../usr/share/zoneinfo/Asia/Kathmandu /etc/localtime",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: '[ "$(readlink /etc/localtime)" = ../usr/share/zoneinfo/Asia/Kathmandu ]',
    expect: "in-order",
    clean,
  },
  {
    name: "only /etc/timezone is wrong",
    start: "ln -snf /usr/share/zoneinfo/Asia/Kathmandu /etc/localtime; echo Etc/UTC >/etc/timezone",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: '[ "$(cat /etc/timezone)" = Asia/Kathmandu ]',
    clean,
  },
  {
    name: "an old name that has a package of its own",
    start: "rm -rf /usr/share/zoneinfo/US",
    resources: () => [timezone("US/Pacific")],
    proof: '[ "$(readlink /etc/localtime)" = /usr/share/zoneinfo/Etc/UTC ]',
    expect: {
      blocked: "The machine has no time zone US/Pacific. Older names come with the package tzdata-legacy",
    },
    clean,
  },
  {
    name: "a directory is in the way",
    start: "rm /etc/localtime; mkdir /etc/localtime",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: "test -d /etc/localtime",
    expect: { blocked: "A directory is in the way" },
    clean: `rmdir /etc/localtime; ${clean}`,
  },
  {
    name: "a machine without tzdata",
    start:
      "dpkg --purge --force-depends tzdata >/dev/null 2>&1; rm -rf /usr/share/zoneinfo; ln -snf /usr/share/zoneinfo/Etc/UTC /etc/localtime",
    resources: () => [timezone("Asia/Kathmandu")],
    proof: "true",
    expect: { blocked: 'tzdata is not installed: declare apt("tzdata") before it.' },
  },
  {
    name: "tzdata comes before it",
    resources: () => [apt("tzdata"), timezone("Asia/Kathmandu")],
    proof: isSet,
    clean,
  },
];
