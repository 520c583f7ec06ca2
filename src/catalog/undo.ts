import type { Kinds } from "../resources/kinds.ts";
import { pathShell } from "../resources/path/path.ts";
import { defaultAccessLimit, writeAccess } from "./access-limit.ts";
import { quote } from "./quote.ts";
import { type Retention, writeRetention } from "./retention.ts";
import { loadRuntime, loadShell, redactShell } from "./shell.ts";

/**
 * The program that lists what a run replaced on a node (`undoable`) and brings it back (`undo`), with the shell of all
 * kinds: what was changed then need not be declared any more.
 */
export function compileUndo(run: string, kinds: Kinds, retention: Retention): string {
  return [
    "#!/bin/sh\nproof=''\ntrap leave EXIT",
    loadRuntime(),
    loadShell([redactShell, pathShell, ...kinds.shell()]),
    writeRetention(retention),
    `undone=${quote(run)}`,
    "# Seconds within which what can lock out must be confirmed, and packages that can.",
    writeAccess(defaultAccessLimit),
    'begin "$@"\nmain\n',
  ].join("\n");
}
