import { Command, CommanderError } from "commander";
import { addAccount } from "./commands/account.ts";
import { addApply } from "./commands/apply.ts";
import { addBoot } from "./commands/boot.ts";
import { addCatalog } from "./commands/catalog.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExec } from "./commands/exec.ts";
import { addExplain } from "./commands/explain.ts";
import { addFacts } from "./commands/facts.ts";
import { addHelp } from "./commands/help.ts";
import { addHistory, addShow } from "./commands/history.ts";
import { addInit } from "./commands/init.ts";
import { addInstall } from "./commands/install.ts";
import { addLogs } from "./commands/logs.ts";
import { addPlan } from "./commands/plan.ts";
import { addPool } from "./commands/pool.ts";
import { addPromote } from "./commands/promote.ts";
import { addRun } from "./commands/run.ts";
import { addSecret } from "./commands/secret.ts";
import { addServe } from "./commands/serve.ts";
import { addShoot } from "./commands/shoot.ts";
import { addDiff, addMaintenance, addReleases, addRollback, addUnpin } from "./commands/sites.ts";
import { addSsh } from "./commands/ssh.ts";
import { addStale } from "./commands/stale.ts";
import { addStatus } from "./commands/status.ts";
import { addDrain, addJoin, addPause, addResume } from "./commands/stepping.ts";
import { addUndo } from "./commands/undo.ts";
import { addWatch } from "./commands/watch.ts";
import { packageVersion } from "./version.ts";

/** The commands by their names, in the order in which one comes to need them. */
const commands = {
  init: addInit,
  boot: addBoot,
  install: addInstall,
  plan: addPlan,
  apply: addApply,
  status: addStatus,
  pool: addPool,
  facts: addFacts,
  run: addRun,
  exec: addExec,
  ssh: addSsh,
  logs: addLogs,
  catalog: addCatalog,
  secret: addSecret,
  history: addHistory,
  show: addShow,
  stale: addStale,
  undo: addUndo,
  releases: addReleases,
  diff: addDiff,
  rollback: addRollback,
  unpin: addUnpin,
  promote: addPromote,
  maintenance: addMaintenance,
  drain: addDrain,
  join: addJoin,
  pause: addPause,
  resume: addResume,
  shoot: addShoot,
  watch: addWatch,
  serve: addServe,
  account: addAccount,
  doctor: addDoctor,
  explain: addExplain,
  completion: addCompletion,
  help: addHelp,
} satisfies Readonly<Record<string, (program: Command) => void>>;

/**
 * The commands, as they stand on the command line: telling all of them takes as long as what many a one does.
 * @param name Of one that needs no others. Default: all
 */
export function createProgram(name?: keyof typeof commands): Command {
  const program = new Command("proog")
    .description("Makes Debian servers appear, keeps them as described, and replaces them when they break.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    // What is wrong with the command line is told as every other error.
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", "\nproog help COMMAND shows its options and examples.");
  for (const add of name ? [commands[name]] : Object.values(commands)) add(program);
  return program;
}

/** Runs the command line. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = createProgram(namedIn(argv));
  if (argv[0] === "__complete") return (await import("./complete.ts")).complete(program, argv.slice(1));
  if (argv[0] === "__askpass") return (await import("../connect/askpass.ts")).askForSsh(argv[1] ?? "");
  if (argv[0] === "__describe") return (await import("./describe.ts")).describe(argv[1] ?? "", argv.slice(2));
  // A reader that has gone away (`proog help plan | head`) has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  let refused = program;
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      refused = command;
      throw error;
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.help" || error.exitCode === 0) process.exitCode = error.exitCode;
    else await (await import("./refuse.ts")).refuse(refused, error, argv);
  }
}

/** The command whose name comes first; not one that tells of the others. */
function namedIn([name = ""]: readonly string[]): keyof typeof commands | undefined {
  if (!Object.hasOwn(commands, name) || name === "help" || name === "completion") return undefined;
  return name as keyof typeof commands;
}
