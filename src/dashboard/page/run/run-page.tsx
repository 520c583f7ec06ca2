import "./run.css";
import { useMemo } from "preact/hooks";
import type { RunDetail } from "../../api.ts";
import { start } from "../actions/start.ts";
import { useAddressState } from "../parts/address-state.ts";
import { Button, ButtonLink } from "../parts/button.tsx";
import { Switch } from "../parts/field.tsx";
import { useOnce } from "../parts/once.ts";
import { ErrorNotice, Failure, Loading, Notice, PageHead } from "../parts/page.tsx";
import { RunBadge } from "../parts/state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ago, Took } from "../parts/time.tsx";
import { count, titleOf } from "../parts/words.ts";
import { navigate } from "../shell/navigate.ts";
import { call, mayAct } from "../state/session.ts";
import { showToast } from "../state/toast.ts";
import { diffLook, setDiffLook } from "./diff-view.tsx";
import { useRun } from "./follow-run.ts";
import { NodeSection } from "./node-section.tsx";
import { countChanges, type NodeView, type RunView } from "./run-view.ts";
import { Story } from "./story.tsx";
import { Waterfall } from "./waterfall.tsx";

type Tab = "changes" | "story" | "times";

/** So many changes are shown with all that is in them at once. */
const openAtMost = 12;

/** A run, as it goes on and as it was; the same for all who have its address. */
export default function RunPage({ run = "" }: { readonly run?: string }) {
  const { detail, view, version, error, complete } = useRun(run);
  const [query, change] = useAddressState();
  if (detail === undefined)
    return error === undefined ? <Loading what="Looking for the run" /> : <Failure error={error} />;
  const going = detail.run.state === "running";
  const { changes } = countChanges(view);
  const first: Tab =
    changes > 0 || view.story.length === 0 || detail.run.kind === "plan" ? "changes" : "story";
  const tab = (query["tab"] ?? (["run", "exec", "shoot"].includes(detail.run.kind) ? "story" : first)) as Tab;
  return (
    <>
      <RunHead detail={detail} />
      <div class="stack">
        <RunNotices detail={detail} view={view} />
        {detail.plan === "open" && mayAct() && complete && (
          <Approval detail={detail} view={view} version={version} />
        )}
        <Tabs<Tab>
          label="Parts of the run"
          value={tab}
          tabs={[
            { value: "changes", text: "Nodes", count: view.nodes.size },
            { value: "story", text: "Story" },
            { value: "times", text: "Times" },
          ]}
          change={(value) => change({ tab: value })}
        >
          {tab === "changes" && <Changes detail={detail} view={view} going={going} />}
          {tab === "story" && <Story run={run} view={view} version={version} going={going} />}
          {tab === "times" && (
            <Waterfall
              view={view}
              ended={detail.run.ended === undefined ? undefined : Date.parse(detail.run.ended)}
            />
          )}
        </Tabs>
      </div>
    </>
  );
}

function RunHead({ detail }: { readonly detail: RunDetail }) {
  const { run } = detail;
  const [stop, stopping] = useOnce(async () => {
    await call("DELETE /runs/:run", { path: { run: run.id } });
    showToast({
      tone: "plain",
      text: "It stops after the resource in progress; press again to stop it at once.",
    });
  });
  return (
    <PageHead
      title={titleOf(run)}
      above={
        <a href="/history" class="row">
          History
        </a>
      }
      beside={<RunBadge run={run} />}
    >
      <p class="soft small run-facts">
        {run.environment} · {run.who}
        {run.from !== undefined && <span class="faint"> · {run.from}</span>} · <Ago at={run.started} /> ·{" "}
        <Took since={run.started} until={run.ended} />
      </p>
      {run.state === "running" && mayAct() && (
        <Button icon="stop" busy={stopping} onClick={stop}>
          Stop
        </Button>
      )}
      {run.kind === "plan" && run.state !== "running" && (
        <ButtonLink icon="compare" href={`/compare?one=${run.id}`}>
          Compare
        </ButtonLink>
      )}
    </PageHead>
  );
}

function RunNotices({ detail, view }: { readonly detail: RunDetail; readonly view: RunView }) {
  const { run, plan, replan, planned } = detail;
  const errors = run.error === undefined ? view.errors : [run.error];
  return (
    <>
      {replan !== undefined && (
        <Notice tone="warn" title="The machine has moved since this was planned: nothing was changed">
          <p>
            <a href={`/runs/${replan}`}>Look at the new plan</a>, and approve that one.
          </p>
        </Notice>
      )}
      {run.state === "interrupted" && (
        <Notice tone="warn" title="Its process is gone, and it never told of its end">
          <p>Machines end what they have begun by themselves; a plan tells what is left to do.</p>
        </Notice>
      )}
      {replan === undefined &&
        errors.map((each) => <ErrorNotice key={`${each.code} ${each.message}`} error={each} />)}
      {plan === "outdated" && replan === undefined && (
        <Notice tone="warn" title="This plan is no longer true, and was refused" />
      )}
      {plan === "applied" && <Notice tone="plain" title="This plan was carried out" />}
      {plan === "expired" && (
        <Notice tone="plain" title="This plan is older than a day: make a new one to approve it" />
      )}
      {planned !== undefined && (
        <p class="small soft">
          It carries out <a href={`/runs/${planned}`}>this plan</a>.
        </p>
      )}
    </>
  );
}

interface ApprovalProps {
  readonly detail: RunDetail;
  readonly view: RunView;
  readonly version: number;
}

/** What a person decides: make these changes, on these machines. */
function Approval({ detail, view, version }: ApprovalProps) {
  const { changes, nodes } = useMemo(() => countChanges(view), [view, version]);
  const blocked = useMemo(() => countBlocked(view), [view, version]);
  const [approve, busy] = useOnce(async () => {
    const run = await start({ type: "apply", plan: detail.run.id }, false);
    navigate(`/runs/${run}`);
  });
  return (
    <section class="approval" aria-label="Approval">
      <div class="stack tight">
        <p class="approval-words">
          {count(changes, "change")} on {count(nodes, "machine")}
        </p>
        <p class="soft small">
          Exactly what stands below is done; where a machine has moved since, nothing is.
          {blocked > 0 && ` ${count(blocked, "resource is", "resources are")} blocked and will fail.`}
        </p>
      </div>
      <Button look="main" size="l" icon="check" busy={busy} onClick={() => approve()}>
        Apply {count(changes, "change")}
      </Button>
    </section>
  );
}

function countBlocked(view: RunView): number {
  const resources = [...view.nodes.values()].flatMap(({ resources }) => [...resources.values()]);
  return resources.filter(({ change }) => change?.certainty === "blocked").length;
}

interface ChangesProps {
  readonly detail: RunDetail;
  readonly view: RunView;
  readonly going: boolean;
}

function Changes({ detail, view, going }: ChangesProps) {
  const plan = detail.run.kind === "plan";
  const nodes = [...view.nodes.values()].sort(
    (one, other) =>
      gravityOf(one, plan) - gravityOf(other, plan) ||
      one.node.localeCompare(other.node, "en", { numeric: true }),
  );
  const { changes } = countChanges(view);
  if (nodes.length === 0)
    return going ? (
      <Loading what={view.progress ?? "It begins"} />
    ) : (
      <p class="soft">It was about no machine.</p>
    );
  return (
    <div class="stack">
      {changes > 0 && (
        <div class="row end">
          <Switch
            label="Diffs"
            value={diffLook.value}
            choices={[
              { value: "unified", text: "Unified" },
              { value: "split", text: "Side by side" },
            ]}
            change={setDiffLook}
          />
        </div>
      )}
      {going && view.progress !== undefined && <p class="soft small">{view.progress} …</p>}
      <div class="panel flush">
        {nodes.map((node) => (
          <NodeSection
            key={node.node}
            node={node}
            environment={detail.run.environment}
            going={going}
            open={nodes.length <= 4 || node.error !== undefined || node.outcome === "failed"}
            openChanges={detail.run.kind === "plan" && changes <= openAtMost}
            planned={detail.run.kind === "plan"}
          />
        ))}
      </div>
    </div>
  );
}

/** What failed first, then what changes, then what is in order; in a plan, what somebody is to decide about comes first. */
function gravityOf(node: NodeView, plan: boolean): number {
  if (node.error !== undefined || node.outcome === "failed") return plan ? 1.5 : 0;
  return node.resources.size > 0 ? 1 : 2;
}
