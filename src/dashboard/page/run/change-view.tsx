import type { Difference, PlannedChange } from "../../../report/event.ts";
import { Icon } from "../parts/icon.tsx";
import { Mark } from "../parts/state.tsx";
import { outcomeTone, writeDuration, writeOutcome, writePlace } from "../parts/words.ts";
import { DiffView } from "./diff-view.tsx";
import type { ResourceView } from "./run-view.ts";

const signs = {
  create: { sign: "+", text: "comes" },
  change: { sign: "~", text: "changes" },
  remove: { sign: "−", text: "goes" },
} as const;

interface ResourceRowProps {
  readonly resource: ResourceView;
  readonly open: boolean;
  /** It is only planned: how sure that is, is news. */
  readonly planned: boolean;
}

/** A resource in a plan or a run: what changes, and what became of that. */
export function ResourceRow({ resource, open, planned }: ResourceRowProps) {
  const { reference, change, outcome, milliseconds, lines, started } = resource;
  const going = started !== undefined && outcome === undefined;
  const { sign, text } = signs[change?.sign ?? "change"];
  return (
    <details class={`resource ${change?.sign ?? "change"}`} open={open || outcome === "failed"}>
      <summary>
        <span class="sign" title={text}>
          {sign}
          <span class="visually-hidden">{text}: </span>
        </span>
        <span class="mono clip resource-key">{reference.key}</span>
        {change && planned && <Certainty change={change} />}
        <span class="grow" />
        {going && <Mark tone="busy" />}
        {outcome !== undefined && (
          <span class={`row outcome ${outcomeTone(outcome)}`}>
            <Mark tone={outcomeTone(outcome)} />
            {writeOutcome(outcome)}
          </span>
        )}
        {milliseconds !== undefined && (
          <span class="faint tiny numbers took">{writeDuration(milliseconds)}</span>
        )}
        <span class="faint tiny mono place hide-s" title={reference.at}>
          {writePlace(reference.at)}
        </span>
      </summary>
      <div class="resource-body">
        {change && <ChangeBody change={change} />}
        {lines.length > 0 && <pre class="printed">{lines.slice(-400).join("\n")}</pre>}
      </div>
    </details>
  );
}

const certainties = {
  dependent: { text: "after those before it", title: "It follows from a change that is planned before it" },
  opaque: { text: "not to be known", title: "What it changes cannot be known before it is done" },
  blocked: { text: "blocked", title: "Something is in the way" },
} as const;

function Certainty({ change }: { readonly change: PlannedChange }) {
  if (change.certainty === "certain") return null;
  return (
    <span
      class={`certainty tiny ${change.certainty === "blocked" ? "bad" : ""}`}
      title={certainties[change.certainty].title}
    >
      {certainties[change.certainty].text}
    </span>
  );
}

function ChangeBody({ change }: { readonly change: PlannedChange }) {
  const { differences, texts, reasons, remedies, triggers, access } = change;
  const inTexts = new Set(texts.map(({ aspect }) => aspect));
  const rest = differences.filter(({ aspect }) => !inTexts.has(aspect));
  return (
    <>
      {access === true && (
        <p class="row small warn-text">
          <Icon name="lock" />
          It can lock you out: a new connection must succeed afterwards, or it is put back.
        </p>
      )}
      {triggers.map(({ action, because }) => (
        <p key={`${action} ${because}`} class="small soft">
          {action}, because {because === 0 ? "an earlier run left it to do" : `resource ${because} changes`}
        </p>
      ))}
      {rest.length > 0 && <Differences differences={rest} sign={change.sign} />}
      {texts.map((text) => (
        <DiffView key={text.aspect} change={text} />
      ))}
      {reasons.map((reason) => (
        <p key={reason} class="small soft">
          {reason}
        </p>
      ))}
      {remedies.map((remedy) => (
        <p key={remedy} class="small">
          {remedy}
        </p>
      ))}
    </>
  );
}

interface DifferencesProps {
  readonly differences: readonly Difference[];
  readonly sign: PlannedChange["sign"];
}

function Differences({ differences, sign }: DifferencesProps) {
  // What comes has had nothing before, and what goes will have nothing: one side says it all.
  if (sign !== "change") {
    const side = sign === "create" ? "wanted" : "now";
    const said = differences.filter((each) => each.aspect !== "state" && each[side] !== "");
    return said.length === 0 ? null : (
      <p class="aspects small">
        {said.map((each) => (
          <span key={each.aspect}>
            <span class="soft">{each.aspect}</span> <span class="mono">{each[side]}</span>
          </span>
        ))}
      </p>
    );
  }
  return (
    <table class="differences">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ aspect, now, wanted }) => (
          <tr key={aspect}>
            <th scope="row">{aspect}</th>
            <td class="mono gone-text">{now === "" ? <span class="faint">nothing</span> : now}</td>
            <td class="mono come-text">{wanted === "" ? <span class="faint">nothing</span> : wanted}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
