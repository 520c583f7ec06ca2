import { createInterface } from "node:readline";
import type { FleetPlan } from "../converge/converge.ts";
import { foldPlans, type SharedChange } from "../report/plan/blocks.ts";
import { renderChange, renderSign } from "../report/plan/change.ts";
import type { View } from "../report/terminal/view.ts";
import { harmless } from "../report/text/harmless.ts";
import { listNames } from "../report/text/names.ts";
import { createStyle, takesColor } from "../report/text/style.ts";
import type { Run } from "./run.ts";

type Answer = "yes" | "no" | "all" | "done" | "quit";

const keys: Readonly<Record<string, Answer | "show">> = {
  ...{ y: "yes", n: "no", a: "all", s: "show", d: "done", q: "quit" },
};

const help = `y  make this change
n  leave it alone
a  make this one and all further ones of its kind
s  show it, with its whole diff
d  leave this and all further ones alone, and make those that were approved
q  quit, and change nothing
`;

/**
 * Goes through the plan step by step; what several nodes need in the same way is asked once.
 * @returns the plan with what was approved; absent when nothing is to be done.
 */
export async function approveChanges(run: Run, plan: FleetPlan): Promise<FleetPlan | undefined> {
  const blocks = foldPlans(plan.checked.map(({ name, changes }) => ({ node: name, changes })));
  const steps = blocks.flatMap(({ changes }) => changes);
  const { redactor } = run.reporter;
  const approved = await run.ask(() => ask(redactor ? redactor.value(steps, new Set(["key"])) : steps));
  if (approved.length === 0) return undefined;
  const kept = new Set(
    approved.flatMap(({ nodes, change }) => nodes.map((node) => `${node} ${change.resource.key}`)),
  );
  return keepApproved(plan, (node, key) => kept.has(`${node} ${key}`));
}

/** A node without any is left alone. */
function keepApproved(plan: FleetPlan, isKept: (node: string, key: string) => boolean): FleetPlan {
  const checked = plan.checked.flatMap((node) => {
    const changes = node.changes.filter(({ resource }) => isKept(node.name, resource.key));
    const numbers = new Set(changes.map(({ resource }) => resource.number));
    const findings = node.findings.filter(({ number }) => numbers.has(number));
    if (changes.length > 0 || node.changes.length === 0) return [{ ...node, changes, findings }];
    node.session.close();
    return [];
  });
  return { ...plan, checked };
}

/** Gives those that were approved; none when it was broken off. */
async function ask(steps: readonly SharedChange[]): Promise<SharedChange[]> {
  const questions = new Questions();
  try {
    const approved: SharedChange[] = [];
    const allOf = new Set<string>();
    for (const [index, step] of steps.entries()) {
      const kind = kindOf(step);
      const answer = allOf.has(kind) ? "yes" : await askStep(questions, step, `${index + 1}/${steps.length}`);
      if (answer === "quit") return [];
      if (answer === "done") break;
      if (answer === "all") allOf.add(kind);
      if (answer !== "no") approved.push(step);
    }
    return approved;
  } finally {
    questions.close();
  }
}

async function askStep(questions: Questions, step: SharedChange, position: string): Promise<Answer> {
  const view = viewOnTerminal();
  const { change, nodes } = step;
  const what = `${renderSign(change, view)} ${harmless(change.resource.key)} on ${listNames(nodes)}`;
  for (;;) {
    const text = await questions.ask(`${position}  ${what}  [y,n,a,s,d,q,?] `);
    const answer = text === undefined ? "quit" : keys[text.trim().toLowerCase()];
    if (answer === undefined) process.stderr.write(help);
    else if (answer === "show")
      process.stderr.write(`${renderChange(step, step.nodes.length, 0, view).join("\n")}\n`);
    else return answer;
  }
}

/** Asks for lines; those that are typed before they are asked for wait for their question. */
class Questions {
  readonly #lines = createInterface({ input: process.stdin, output: process.stderr });
  readonly #typed = this.#lines[Symbol.asyncIterator]();

  constructor() {
    this.#lines.on("SIGINT", () => this.#lines.close());
  }

  /** The line that is typed; absent at Ctrl-C and at the end of the input. */
  async ask(text: string): Promise<string | undefined> {
    this.#lines.setPrompt(text);
    this.#lines.prompt();
    const { value, done } = await this.#typed.next();
    return done ? undefined : value;
  }

  close(): void {
    this.#lines.close();
  }
}

function kindOf({ change }: SharedChange): string {
  return change.resource.key.split(" ", 1)[0] ?? "";
}

function viewOnTerminal(): View {
  const { stderr } = process;
  return {
    style: createStyle(takesColor(stderr)),
    width: stderr.columns ?? 100,
    directory: process.cwd(),
    verbose: true,
  };
}
