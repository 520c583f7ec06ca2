import "./node.css";
import { useMemo } from "preact/hooks";
import { lazy } from "preact-iso";
import type { FleetNode, NodeDetail } from "../../api.ts";
import { openAction } from "../actions/open.ts";
import { askNow, planNow, start } from "../actions/start.ts";
import { tryAgain } from "../api/client.ts";
import { ConditionLine, ConditionLink, PoolBadges } from "../fleet/node-words.tsx";
import { RunTable } from "../history/run-table.tsx";
import { useAddressState } from "../parts/address-state.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { Empty, ErrorNotice, Failure, Loading, Notice, PageHead, Panel } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ago } from "../parts/time.tsx";
import { findNode } from "../state/fleet.ts";
import { call, mayAct, session } from "../state/session.ts";
import { showFailure } from "../state/toast.ts";
import { FactCharts } from "./fact-charts.tsx";
import { Facts } from "./facts.tsx";
import { Journal } from "./journal.tsx";
import { Releases } from "./releases.tsx";
import { ResourceTable } from "./resource-table.tsx";

const TerminalView = lazy(() => tryAgain(() => import("./terminal.tsx")));

type Tab = "overview" | "resources" | "sites" | "runs" | "journal" | "terminal";

interface NodePageProps {
  readonly environment?: string;
  readonly node?: string;
}

/** A machine: what it is, what is on it, what was done to it, and the way in. */
export default function NodePage({ environment = "", node: name = "" }: NodePageProps) {
  const live = findNode(environment, name);
  // Asked anew when the machine is another way than before.
  const loaded = useLoaded(
    `${environment}/${name}`,
    (signal) => call("GET /nodes/:environment/:node", { path: { environment, node: name }, signal }),
    live,
  );
  const [query, change] = useAddressState();
  const detail = loaded.value;
  const node = live ?? detail?.node;
  if (node === undefined) {
    if (loaded.error !== undefined) return <Failure error={loaded.error} />;
    return <Loading what="Looking for the machine" />;
  }
  const tab = (query["tab"] ?? "overview") as Tab;
  const reachable = node.condition !== "absent" && node.condition !== "stopped";
  return (
    <>
      <NodeHead node={node} />
      <div class="stack">
        {node.paused && (
          <Notice tone="plain" title={`Paused by ${node.paused.by}`}>
            <p>
              {node.paused.why} <Ago at={node.paused.since} />
            </p>
          </Notice>
        )}
        {node.status?.error && <ErrorNotice error={node.status.error} />}
        <Tabs<Tab>
          label="Parts of the machine"
          value={tab}
          tabs={[
            { value: "overview", text: "Overview" },
            { value: "resources", text: "Resources", count: detail?.resources.length },
            ...(detail?.resources.some(({ kind }) => kind === "site") === true
              ? [{ value: "sites" as const, text: "Sites" }]
              : []),
            { value: "runs", text: "Runs" },
            { value: "journal", text: "Journal" },
            ...(canEnter() ? [{ value: "terminal" as const, text: "Terminal" }] : []),
          ]}
          change={(value) => change({ tab: value })}
        >
          {loaded.error !== undefined && <Failure error={loaded.error} />}
          {detail?.problem && <ErrorNotice error={detail.problem} title="What it must have is not known" />}
          {tab === "overview" && <Overview node={node} detail={detail} />}
          {tab === "resources" && <ResourceTable detail={detail} />}
          {tab === "sites" && <Releases node={node} />}
          {tab === "runs" && <Panel flush>{detail ? <RunTable runs={detail.runs} /> : <Loading />}</Panel>}
          {tab === "journal" && reachable && <Journal environment={environment} node={name} />}
          {tab === "terminal" && reachable && <TerminalView environment={environment} node={name} />}
          {(tab === "journal" || tab === "terminal") && !reachable && (
            <Empty icon="terminal" title="It does not run" />
          )}
        </Tabs>
      </div>
    </>
  );
}

/** A terminal is a way to change anything, and not every server can open one. */
function canEnter(): boolean {
  return mayAct() && session.value?.features.terminal === true;
}

function NodeHead({ node }: { readonly node: FleetNode }) {
  const { name, environment, roles, condition } = node;
  const items = useMemo(() => actionsOf(node), [node]);
  const [, change] = useAddressState();
  return (
    <PageHead
      title={name}
      above={
        <>
          <a href="/">{environment}</a> · {roles.join(", ")}
        </>
      }
      beside={
        <span class="row wrap">
          <ConditionLink node={node} />
          <PoolBadges node={node} always />
          <span class="soft small">
            <ConditionLine node={node} />
          </span>
        </span>
      }
    >
      {mayAct() && (
        <>
          {condition !== "absent" && (
            <>
              {canEnter() && (
                <Button icon="terminal" onClick={() => change({ tab: "terminal" })}>
                  Terminal
                </Button>
              )}
              <Button icon="plan" onClick={() => planNow(environment, [name])}>
                Plan
              </Button>
            </>
          )}
          <Menu
            label={`More: what can be done with ${name}`}
            face={
              <>
                More <Icon name="down" />
              </>
            }
            items={items}
          />
        </>
      )}
    </PageHead>
  );
}

function actionsOf(node: FleetNode): readonly MenuItem[] {
  const { name, environment, condition, existing, paused, pools = [] } = node;
  const act = (action: Parameters<typeof start>[0]) => () => void start(action).catch(showFailure);
  const inPool = pools.length > 0;
  const gets = pools.some(({ weight }) => weight > 0);
  return [
    { text: "Ask how it is", icon: "reboot", choose: () => askNow(environment, [name]) },
    ...(condition === "absent" || condition === "stopped"
      ? [
          {
            text: "Boot it",
            icon: "play" as const,
            choose: act({ type: "boot", environment, selectors: [name] }),
          },
        ]
      : []),
    ...(inPool && gets
      ? [
          {
            text: "Drain …",
            icon: "drain" as const,
            choose: () => openAction({ type: "drain", environment, node: name }),
          },
        ]
      : []),
    ...(inPool && !gets
      ? [{ text: "Join", icon: "join" as const, choose: act({ type: "join", environment, node: name }) }]
      : []),
    paused
      ? { text: "Resume", icon: "play", choose: act({ type: "resume", environment, node: name }) }
      : {
          text: "Pause …",
          icon: "pause",
          choose: () => openAction({ type: "pause", environment, node: name }),
        },
    ...(existing === true || condition === "absent"
      ? []
      : [
          {
            text: "Shoot …",
            icon: "shoot" as const,
            danger: true,
            choose: () => openAction({ type: "shoot", environment, node: name }),
          },
        ]),
  ];
}

interface OverviewProps {
  readonly node: FleetNode;
  readonly detail: NodeDetail | undefined;
}

function Overview({ node, detail }: OverviewProps) {
  return (
    <div class="node-overview">
      <div class="stack">
        <FactCharts environment={node.environment} node={node.name} />
        {detail !== undefined && detail.runs.length > 0 && (
          <Panel title="Last runs" flush>
            <RunTable runs={detail.runs.slice(0, 6)} short />
          </Panel>
        )}
      </div>
      <div class="stack">
        <Facts node={node} />
        {detail && <StepIn detail={detail} />}
      </div>
    </div>
  );
}

function StepIn({ detail }: { readonly detail: NodeDetail }) {
  const { proog, ssh } = detail.enter;
  return (
    <Panel title="Step in">
      <p class="soft small">From a terminal of your own:</p>
      <Copied text={proog} />
      {ssh !== undefined && (
        <details class="small">
          <summary>By ssh alone</summary>
          <Copied text={ssh} />
        </details>
      )}
    </Panel>
  );
}

function Copied({ text }: { readonly text: string }) {
  return (
    <div class="copied">
      <code>{text}</code>
      <Button
        look="bare"
        size="s"
        icon="copy"
        aria-label={`Copy ${text}`}
        onClick={() => void navigator.clipboard.writeText(text).catch(() => {})}
      />
    </div>
  );
}
