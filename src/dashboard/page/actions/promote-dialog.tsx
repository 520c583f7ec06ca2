import { useState } from "preact/hooks";
import type { Environment } from "../../api.ts";
import { revisionsOf } from "../fleet/revisions.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choice } from "../parts/field.tsx";
import { useOnce } from "../parts/once.ts";
import { Notice } from "../parts/page.tsx";
import { shortRevision } from "../parts/words.ts";
import { environment, fleet } from "../state/fleet.ts";
import { start } from "./start.ts";

/** The revisions of one environment become those of another. */
export function PromoteDialog({ close }: { readonly close: () => void }) {
  const environments = fleet.value?.environments ?? [];
  const names = environments.map(({ name }) => name);
  const other = names.find((name) => name !== environment.value?.name) ?? "";
  const [from, setFrom] = useState(environment.value?.name ?? "");
  const [to, setTo] = useState(other);
  const rows = compareRevisions(
    environments.find(({ name }) => name === from),
    environments.find(({ name }) => name === to),
  );
  const [left, setLeft] = useState<readonly string[]>([]);
  const sites = rows.map(({ site }) => site).filter((site) => !left.includes(site));
  const [promote, busy] = useOnce(async () => {
    await start({ type: "promote", from, to, sites });
    close();
  });
  return (
    <Dialog title="Promote revisions" close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          promote();
        }}
      >
        <div class="row wide">
          <Choice label="From" value={from} choices={names} change={setFrom} />
          <Choice label="To" value={to} choices={names} change={setTo} />
        </div>
        {from === to && <Notice tone="plain" title="They are the same environment" />}
        {rows.length === 0 ? (
          <p class="soft">No site of {from} is known; ask its machines first.</p>
        ) : (
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Site</th>
                <th scope="col">{from}</th>
                <th scope="col">{to} now</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ site, source, target }) => (
                <tr key={site}>
                  <td>
                    <label class="row">
                      <input
                        type="checkbox"
                        checked={!left.includes(site)}
                        onChange={() =>
                          setLeft(
                            left.includes(site) ? left.filter((each) => each !== site) : [...left, site],
                          )
                        }
                      />
                      {site}
                    </label>
                  </td>
                  <td class="mono">{source}</td>
                  <td class="mono soft">{target}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <div class="dialog-buttons">
          <Button onClick={close}>Not now</Button>
          <Button
            look="main"
            type="submit"
            icon="promote"
            busy={busy}
            disabled={from === to || sites.length === 0}
          >
            Promote to {to}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function compareRevisions(from: Environment | undefined, to: Environment | undefined) {
  const source = revisionsOf(from?.nodes ?? []);
  const target = revisionsOf(to?.nodes ?? []);
  const write = (revisions: readonly string[] | undefined) =>
    (revisions ?? []).map(shortRevision).join(", ") || "–";
  return [...source].map(([site, revisions]) => ({
    site,
    source: write(revisions),
    target: write(target.get(site)),
  }));
}
