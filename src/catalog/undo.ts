import type { Kinds } from "../resources/kinds.ts";
import { pathShell } from "../resources/path/path.ts";
import { defaultAccessLimit, writeAccess } from "./access-limit.ts";
import { Program } from "./program.ts";
import { quote } from "./quote.ts";
import { type Retention, writeRetention } from "./retention.ts";
import { loadProgramShell, redactShell } from "./shell.ts";

/**
 * The program that lists what a run replaced on a node (`undoable`) and brings it back (`undo`), with the shell of all
 * kinds: what was changed then need not be declared any more.
 */
export function compileUndo(run: string, kinds: Kinds, retention: Retention): Program {
  const { early, late } = loadProgramShell([], [redactShell, pathShell, ...kinds.shell()]);
  const own = [
    writeRetention(retention),
    `undone=${quote(run)}`,
    "# Seconds within which what can lock out must be confirmed, and packages that can.",
    writeAccess(defaultAccessLimit),
    'begin "$@"\nwithout_resources "$@"\nmain\n',
  ].join("\n");
  return new Program(["#!/bin/sh\nproof=''\n", early, late, own]);
}
