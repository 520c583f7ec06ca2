import "./fleet.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Environment, FleetNode, NodeCondition } from "../../api.ts";
import { openAction } from "../actions/open.ts";
import { askNow, planNow } from "../actions/start.ts";
import { useAddressState } from "../parts/address-state.ts";
import { Button } from "../parts/button.tsx";
import { Switch } from "../parts/field.tsx";
import { GrowingList } from "../parts/growing-list.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty, Failure, Loading, PageHead } from "../parts/page.tsx";
import { Mark } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { conditions, count } from "../parts/words.ts";
import { environment, fleet, fleetFailure } from "../state/fleet.ts";
import { mayAct } from "../state/session.ts";
import { type Column, countConditions, filterNodes, groupByRole, sortNodes } from "./filter.ts";
import { NodeCard } from "./node-card.tsx";
import { NodeTable } from "./node-table.tsx";

/** Beyond so many machines, rows are what one can still survey. */
const cardsAtMost = 60;

/** Which stuff is on which machine, and how it is. */
export function FleetPage() {
  const current = environment.value;
  if (fleet.value === undefined) {
    if (fleetFailure.value !== undefined) return <Failure error={fleetFailure.value} />;
    return <Loading what="Looking at the fleet" />;
  }
  if (current === undefined) return <NoFleet />;
  return <EnvironmentView key={current.name} environment={current} roles={fleet.value.roles} />;
}

interface EnvironmentViewProps {
  readonly environment: Environment;
  readonly roles: readonly string[];
}

function EnvironmentView({ environment, roles }: EnvironmentViewProps) {
  const { name, nodes, bootable } = environment;
  const [query, change] = useAddressState();
  // The field itself has what is being typed; the address follows, since it is slower.
  const [text, setText] = useState(query["q"] ?? "");
  const condition = query["state"] as NodeCondition | undefined;
  const view = query["view"] ?? (nodes.length > cardsAtMost ? "table" : "cards");
  const sort = (query["sort"] ?? "condition") as Column;
  const backwards = query["backwards"] !== undefined;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== (query["q"] ?? "")) change({ q: text });
    }, 400);
    return () => clearTimeout(timer);
  }, [text]);

  const shown = useMemo(() => filterNodes(nodes, { text, condition }), [nodes, text, condition]);
  const sorted = useMemo(() => sortNodes(shown, sort, backwards), [shown, sort, backwards]);
  const groups = useMemo(() => groupByRole(sortNodes(shown, "name"), roles), [shown, roles]);
  const counts = useMemo(() => countConditions(nodes), [nodes]);
  const select = (names: readonly string[], chosen: boolean) => {
    const next = new Set(selected);
    for (const each of names) {
      if (chosen) next.add(each);
      else next.delete(each);
    }
    setSelected(next);
  };
  const seen = oldest(nodes);
  const chosen = nodes.filter((node) => selected.has(node.name)).map((node) => node.name);

  return (
    <>
      <PageHead
        title={name}
        tab={`${name} · ${fleet.value?.name}`}
        beside={
          <p class="soft">
            {count(nodes.length, "machine")}
            {environment.provider !== undefined && ` by ${environment.provider}`}
            {seen !== undefined && (
              <span class="faint">
                {" "}
                · asked <Ago at={seen} />
              </span>
            )}
          </p>
        }
      >
        <Button icon="reboot" onClick={() => askNow(name, [])} disabled={!mayAct() || nodes.length === 0}>
          Ask anew
        </Button>
        {mayAct() && nodes.length > 0 && (
          <Button icon="plan" onClick={() => planNow(name, [])}>
            Plan all
          </Button>
        )}
      </PageHead>
      {nodes.length === 0 ? (
        <NoMachines environment={environment} />
      ) : (
        <>
          <div class="toolbar">
            <fieldset class="chips">
              <legend class="visually-hidden">Only those that are</legend>
              {counts.map(([each, number]) => (
                <button
                  key={each}
                  type="button"
                  class={`chip ${conditions[each].tone}`}
                  aria-pressed={condition === each}
                  onClick={() => change({ state: condition === each ? undefined : each })}
                >
                  <Mark tone={conditions[each].tone} />
                  <strong class="numbers">{number}</strong>
                  {conditions[each].text.toLowerCase()}
                </button>
              ))}
            </fieldset>
            <div class="row toolbar-end">
              <label class="search">
                <Icon name="search" />
                <span class="visually-hidden">Search in machines</span>
                <input
                  type="search"
                  placeholder="Name, role, revision, package"
                  spellcheck={false}
                  value={text}
                  onInput={(event) => setText(event.currentTarget.value)}
                />
              </label>
              <Switch
                label="View"
                bare
                value={view}
                choices={[
                  { value: "cards", text: "Cards", mark: <Icon name="cards" /> },
                  { value: "table", text: "Table", mark: <Icon name="table" /> },
                ]}
                change={(next) => change({ view: next })}
              />
            </div>
          </div>
          {shown.length === 0 ? (
            <Empty icon="search" title="No machine is like that">
              <Button
                onClick={() => {
                  setText("");
                  change({ q: undefined, state: undefined });
                }}
              >
                Show all {nodes.length}
              </Button>
            </Empty>
          ) : view === "table" ? (
            <div class="panel flush scroll">
              <NodeTable
                nodes={sorted}
                sort={sort}
                backwards={backwards}
                changeSort={(column, back) => change({ sort: column, backwards: back ? "yes" : undefined })}
                selected={selected}
                select={select}
              />
            </div>
          ) : (
            groups.map(([role, group]) => (
              <section key={role} class="role-group">
                <header class="row between">
                  <h2>
                    {role} <span class="faint numbers">{group.length}</span>
                  </h2>
                  {mayAct() && (
                    <span class="row">
                      <Button
                        look="bare"
                        size="s"
                        icon="plan"
                        onClick={() =>
                          planNow(name, roles.includes(role) ? [role] : group.map((node) => node.name))
                        }
                      >
                        Plan
                      </Button>
                      {bootable.includes(role) && (
                        <Button
                          look="bare"
                          size="s"
                          icon="plus"
                          onClick={() => openAction({ type: "boot", environment: name, role })}
                        >
                          Boot
                        </Button>
                      )}
                    </span>
                  )}
                </header>
                <GrowingList
                  className="cards"
                  items={group}
                  draw={(node) => <NodeCard key={node.name} node={node} />}
                />
              </section>
            ))
          )}
          {chosen.length > 0 && (
            <section class="selection" aria-label="Chosen machines">
              <strong>{count(chosen.length, "machine")}</strong>
              {mayAct() && (
                <>
                  <Button size="s" icon="plan" onClick={() => planNow(name, chosen)}>
                    Plan
                  </Button>
                  <Button size="s" icon="reboot" onClick={() => askNow(name, chosen)}>
                    Ask
                  </Button>
                </>
              )}
              <Button size="s" look="bare" icon="close" onClick={() => setSelected(new Set())}>
                Choose none
              </Button>
            </section>
          )}
        </>
      )}
    </>
  );
}

/** The config could not be loaded since the server has begun; why, stands above. */
function NoFleet() {
  return (
    <>
      <PageHead title="Fleet" />
      <Empty icon="fleet" title="There is no fleet yet">
        <p class="soft">As soon as the config can be loaded, its machines are here.</p>
      </Empty>
    </>
  );
}

function NoMachines({ environment }: { readonly environment: Environment }) {
  const { name, bootable } = environment;
  return (
    <Empty icon="fleet" title={`No machine is in ${name} yet`}>
      {bootable.length > 0 && mayAct() ? (
        <>
          <p class="soft">Press the button, and a server appears: created, installed, checked and joined.</p>
          <Button
            look="main"
            size="l"
            icon="plus"
            onClick={() => openAction({ type: "boot", environment: name })}
          >
            Boot a server
          </Button>
        </>
      ) : (
        <p class="soft">
          Declare machines in the config, or let one join with <code>proog install --join</code>.
        </p>
      )}
    </Empty>
  );
}

function oldest(nodes: readonly FleetNode[]): string | undefined {
  return nodes
    .map(({ seen }) => seen)
    .filter((seen) => seen !== undefined)
    .sort()[0];
}
