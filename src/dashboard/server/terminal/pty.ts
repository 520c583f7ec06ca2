import type { IPty } from "@lydell/node-pty";
import type { TerminalResize } from "../../api.ts";
import { refuse } from "../problem.ts";
import type { Program } from "../program.ts";

type Pty = typeof import("@lydell/node-pty");

/** It has a part that was compiled for this machine, so it may not be there. */
async function load(): Promise<Pty | undefined> {
  try {
    return await import("@lydell/node-pty");
  } catch {
    return undefined;
  }
}

/** Whether terminals can be opened on this machine. */
export async function hasTerminals(): Promise<boolean> {
  return (await load()) !== undefined;
}

/** `proog ssh NODE` in a terminal of that size. What it prints comes as bytes. */
export async function openTerminal(
  { command, args, directory, config }: Program,
  { environment, name }: { readonly environment: string; readonly name: string },
  { columns, rows }: TerminalResize,
): Promise<IPty> {
  const pty = await load();
  if (!pty)
    refuse("unavailable", "This machine has no terminals: the package @lydell/node-pty is not installed.");
  return pty.spawn(command, [...args, "ssh", name, "-e", environment, "--config", config], {
    ...{ cols: columns, rows, cwd: directory, encoding: null },
    name: "xterm-256color",
    env: { ...process.env, TERM: "xterm-256color" },
  });
}
