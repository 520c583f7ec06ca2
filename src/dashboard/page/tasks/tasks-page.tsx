import "./tasks.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ParameterValue, Task, TaskParameter } from "../../api.ts";
import { start } from "../actions/start.ts";
import { Button } from "../parts/button.tsx";
import { Choice, Field, TextField } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { useOnce } from "../parts/once.ts";
import { Empty, Failure, Loading, PageHead } from "../parts/page.tsx";
import { writePlace } from "../parts/words.ts";
import { environment } from "../state/fleet.ts";
import { mayAct } from "../state/session.ts";
import { loadTasks, tasks } from "../state/tasks.ts";
import { defaultsOf, readValue, type Written, writeLabel } from "./task-values.ts";

/** The tasks of the config, and a form for each made from its parameters. */
export default function TasksPage({ task: chosen }: { readonly task?: string }) {
  const loaded = useLoaded("tasks", loadTasks);
  const all = tasks.value;
  if (all === undefined && loaded.error !== undefined) return <Failure error={loaded.error} />;
  if (all === undefined) return <Loading what="Looking for tasks" />;
  const task = all.find(({ name }) => name === chosen);
  return (
    <>
      <PageHead title="Tasks" tab={task?.name ?? "Tasks"} />
      {all.length === 0 ? (
        <Empty icon="tasks" title="The config exports no task">
          <p class="soft">
            <code>export const clearCache = task("empty the page cache", …)</code> is one, and gets a form
            here.
          </p>
        </Empty>
      ) : (
        <div class={`tasks${task === undefined ? "" : " one"}`}>
          <nav aria-label="Tasks">
            {all.map(({ name, description, on }) => (
              <a key={name} href={`/tasks/${name}`} aria-current={name === chosen ? "page" : undefined}>
                <strong>{name}</strong>
                <span class="soft small">{description}</span>
                <span class="faint tiny">{on.length === 0 ? "all nodes" : on.join(", ")}</span>
              </a>
            ))}
          </nav>
          {task === undefined ? (
            <Empty icon="tasks" title="Choose a task" />
          ) : (
            <TaskForm key={task.name} task={task} />
          )}
        </div>
      )}
    </>
  );
}

const runs = {
  each: "On each of them",
  first: "On the first of them only",
  local: "On the machine of Proog",
} as const;

function TaskForm({ task }: { readonly task: Task }) {
  const { name, description, parameters, on, at } = task;
  const [written, setWritten] = useState<Written>(() => defaultsOf(parameters));
  const [where, setWhere] = useState("");
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(false), [name]);
  const read = useMemo(
    () => parameters.map((parameter) => ({ parameter, ...readValue(parameter, written[parameter.name]) })),
    [parameters, written],
  );
  const wrong = read.some(({ mistake }) => mistake !== undefined);
  const begin = async (dryRun: boolean) => {
    setShown(true);
    if (wrong) return;
    const given = read.flatMap(({ parameter, value }): [string, ParameterValue][] =>
      value === undefined ? [] : [[parameter.name, value]],
    );
    await start({
      ...{ type: "task", environment: environment.value?.name ?? "", task: name },
      selectors: where.split(/[\s,]+/).filter(Boolean),
      parameters: Object.fromEntries(given),
      ...(dryRun && { dryRun }),
    });
  };
  const [run, running] = useOnce(() => begin(false));
  const [dry, trying] = useOnce(() => begin(true));
  return (
    <form
      class="panel task-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <header class="stack tight">
        <h2>{name}</h2>
        <p>{description}</p>
        <p class="faint small">
          {runs[task.runs]}: {on.length === 0 ? "all nodes" : on.join(", ")} ·{" "}
          <code title={at}>{writePlace(at)}</code>
        </p>
      </header>
      {task.runs !== "local" && (
        <TextField
          label="Only on"
          value={where}
          change={setWhere}
          placeholder={on.length === 0 ? "all nodes" : on.join(", ")}
          help="Roles, nodes or slices such as web-1..3; empty means all of its own."
        />
      )}
      {read.map(({ parameter, mistake }) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={written[parameter.name]}
          mistake={shown ? mistake : undefined}
          change={(value) => setWritten({ ...written, [parameter.name]: value })}
        />
      ))}
      {mayAct() && (
        <div class="dialog-buttons">
          <Button busy={trying} icon="eye" onClick={() => dry()}>
            Only tell what it would do
          </Button>
          <Button look="main" type="submit" icon="play" busy={running}>
            Run it in {environment.value?.name}
          </Button>
        </div>
      )}
    </form>
  );
}

interface ParameterFieldProps {
  readonly parameter: TaskParameter;
  readonly value: string | boolean | undefined;
  readonly mistake: string | undefined;
  readonly change: (value: string | boolean) => void;
}

function ParameterField({ parameter, value, mistake, change }: ParameterFieldProps) {
  const { name, kind, required, help, choices } = parameter;
  const label = `${writeLabel(name)}${required ? "" : " (if you like)"}`;
  if (kind === "boolean")
    return (
      <div class="field">
        <label class="row">
          <input type="checkbox" checked={value === true} onChange={() => change(value !== true)} />
          {writeLabel(name)}
        </label>
        <p class="field-help">{help}</p>
      </div>
    );
  const text = typeof value === "string" ? value : "";
  if (choices !== undefined && kind !== "list")
    return (
      <Choice
        label={label}
        value={text}
        choices={[...(text === "" || !required ? [["", "–"] as const] : []), ...choices]}
        change={change}
        {...(help !== undefined && { help })}
      />
    );
  if (kind === "list")
    return (
      <Field label={label} help={help ?? "One on each line."} mistake={mistake}>
        {(ids) => (
          <textarea
            {...ids}
            class="input"
            value={text}
            aria-invalid={mistake !== undefined}
            onInput={(event) => change(event.currentTarget.value)}
          />
        )}
      </Field>
    );
  return (
    <TextField
      label={label}
      value={text}
      change={change}
      help={help}
      mistake={mistake}
      type={kind === "number" ? "number" : "text"}
      step={kind === "number" ? (parameter.fraction === true ? "any" : 1) : undefined}
      min={parameter.min}
      max={parameter.max}
    />
  );
}
