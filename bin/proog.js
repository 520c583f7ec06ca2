#!/usr/bin/env -S node --max-semi-space-size=4
// V8 looks after 4 MB which young objects are still in use, and not after 16: a sixth less memory for large fleets, and no slower.
// This file runs on any Node that knows modules (Node 18 too), so that an old one is told what is needed.
import * as module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const needed = [24, 12];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`error: proog needs Node ${needed.join(".")} or newer, and this is Node ${process.versions.node}.
  In a project, npm brings one along: npm install --save-dev node@24
  Then call proog by npx: npx proog plan
  Or install it for the whole machine: https://nodejs.org/en/download`);
  process.exit(1);
}
// Not in a folder that others can write to: what is kept there is run.
module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "proog", "compiled"));
const { main } = await import("../dist/main.js");
// Not awaited: Node would tell of this line when something never comes.
main(process.argv.slice(2));
