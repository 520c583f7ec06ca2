import type { SiteRelease, SiteState } from "../../../report/event.ts";
import type { FleetNode } from "../../api.ts";
import { openAction } from "../actions/open.ts";
import { Button } from "../parts/button.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, Panel } from "../parts/page.tsx";
import { Badge } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { shortRevision, type Tone } from "../parts/words.ts";
import { call, mayAct } from "../state/session.ts";

/** Sites with their releases: what is live, what one could go back to. The machine is asked now. */
export function Releases({ node }: { readonly node: FleetNode }) {
  const { name, environment } = node;
  const loaded = useLoaded(`${environment}/${name}`, (signal) =>
    call("GET /nodes/:environment/:node/sites", { path: { environment, node: name }, signal }),
  );
  const sites: readonly SiteState[] = loaded.value?.sites ?? [];
  if (loaded.value === undefined && loaded.error === undefined) return <Loading what={`Asking ${name}`} />;
  return (
    <div class="stack">
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      {loaded.value !== undefined && sites.length === 0 && <Empty title="It has no site" />}
      {sites.map((site) => (
        <Panel
          key={site.site}
          title={site.site}
          flush
          beside={
            <span class="row">
              {site.maintenance === true && <Badge tone="warn">In maintenance</Badge>}
              {site.pinned !== undefined && <Badge tone="quiet">Stays at {site.pinned}</Badge>}
              {mayAct() && site.releases.length > 1 && (
                <Button
                  size="s"
                  icon="rollback"
                  onClick={() =>
                    openAction({
                      ...{ type: "rollback", environment: node.environment },
                      ...{ site: site.site, node: node.name },
                    })
                  }
                >
                  Take it back …
                </Button>
              )}
            </span>
          }
        >
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Release</th>
                <th scope="col">Revision</th>
                <th scope="col">State</th>
                <th scope="col">Made</th>
                <th scope="col" class="hide-s">
                  By
                </th>
              </tr>
            </thead>
            <tbody>
              {site.releases.toReversed().map((release) => (
                <tr key={release.release}>
                  <th scope="row" class="mono">
                    {release.release}
                  </th>
                  <td class="mono">{shortRevision(release.revision)}</td>
                  <td>
                    <ReleaseBadge release={release} live={release.release === site.live} />
                  </td>
                  <td>
                    <Ago at={release.made} />
                  </td>
                  <td class="hide-s">{release.by}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      ))}
    </div>
  );
}

const states: Readonly<Record<SiteRelease["state"], { readonly text: string; readonly tone: Tone }>> = {
  building: { text: "Building", tone: "busy" },
  switching: { text: "Switching", tone: "busy" },
  good: { text: "Good", tone: "good" },
  bad: { text: "Bad", tone: "bad" },
  left: { text: "Left", tone: "quiet" },
};

function ReleaseBadge({ release, live }: { readonly release: SiteRelease; readonly live: boolean }) {
  if (live) return <Badge tone="good">Live</Badge>;
  const { text, tone } =
    release.gone === true ? ({ text: "Gone", tone: "quiet" } as const) : states[release.state];
  return (
    <Badge tone={tone} title={release.why}>
      {text}
    </Badge>
  );
}
