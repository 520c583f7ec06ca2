import type { FleetNode } from "../../api.ts";
import { Meters } from "../parts/meter.tsx";
import { Panel } from "../parts/page.tsx";
import { Mark } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { shortRevision, writeSize, writeSpan } from "../parts/words.ts";

/** What a machine is and what is on it, as it was last asked. */
export function Facts({ node }: { readonly node: FleetNode }) {
  const { status, address, seen } = node;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Address", address],
    ["System", status?.system],
    ["Kernel", status?.kernel],
    ["Up for", status?.uptime === undefined ? undefined : writeSpan(status.uptime * 1000)],
    ["Memory", status?.memory === undefined ? undefined : writeSize(status.memory.size)],
    ["Disk", status?.disk === undefined ? undefined : writeSize(status.disk.size)],
    ["Reboot", status?.rebootPending === true ? "it waits for one" : undefined],
  ];
  const known = rows.filter(([, value]) => value !== undefined);
  return (
    <>
      <Panel
        title="The machine"
        beside={
          seen !== undefined && (
            <span class="faint small">
              asked <Ago at={seen} />
            </span>
          )
        }
      >
        {status && <Meters status={status} />}
        {known.length === 0 ? (
          <p class="soft small">It was not asked yet.</p>
        ) : (
          <dl class="facts">
            {known.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Panel>
      <Stuff node={node} />
    </>
  );
}

function Stuff({ node }: { readonly node: FleetNode }) {
  const { checkouts = {}, packages = {}, services = {} } = node.status ?? {};
  const all = [checkouts, packages, services].some((each) => Object.keys(each).length > 0);
  if (!all) return null;
  return (
    <Panel title="On it">
      <dl class="facts">
        {Object.entries(checkouts).map(([name, revision]) => (
          <div key={name}>
            <dt class="clip" title={name}>
              {name}
            </dt>
            <dd class="mono">{shortRevision(revision) || "–"}</dd>
          </div>
        ))}
        {Object.entries(services).map(([name, state]) => (
          <div key={`service ${name}`}>
            <dt class="clip">{name}</dt>
            <dd class="row">
              <Mark tone={state === "active" ? "good" : state === "failed" ? "bad" : "quiet"} />
              {state}
            </dd>
          </div>
        ))}
        {Object.entries(packages).map(([name, version]) => (
          <div key={`package ${name}`}>
            <dt class="clip">{name}</dt>
            <dd class="mono clip" title={version}>
              {version || "not installed"}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
