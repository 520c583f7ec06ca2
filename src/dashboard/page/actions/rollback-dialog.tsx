import { useState } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { useOnce } from "../parts/once.ts";
import { Failure, Loading } from "../parts/page.tsx";
import { Ago } from "../parts/time.tsx";
import { shortRevision } from "../parts/words.ts";
import { call } from "../state/session.ts";
import { start } from "./start.ts";

interface RollbackDialogProps {
  readonly environment: string;
  readonly site: string;
  readonly node: string;
  readonly close: () => void;
}

/** Back to an earlier release of a site, on all nodes that have it. */
export function RollbackDialog({ environment, site, node, close }: RollbackDialogProps) {
  const detail = useLoaded(`${environment}/${node}`, (signal) =>
    call("GET /nodes/:environment/:node/sites", { path: { environment, node }, signal }),
  );
  const state = detail.value?.sites.find((each) => each.site === site);
  const releases = (state?.releases ?? [])
    .filter((each) => each.gone !== true && each.release !== state?.live && each.state !== "bad")
    .reverse();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [roll, busy] = useOnce(async () => {
    await start({
      ...{ type: "rollback", environment, site, selectors: [] },
      ...(chosen !== undefined && { to: chosen }),
    });
    close();
  });
  return (
    <Dialog title={`Take ${site} back`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          roll();
        }}
      >
        <p class="soft">On all nodes that have it. Its files are there still, so this takes a moment only.</p>
        {detail.error !== undefined && <Failure error={detail.error} />}
        {detail.value === undefined && detail.error === undefined && <Loading />}
        <div class="options" role="radiogroup" aria-label="Release">
          <label>
            <input
              type="radio"
              name="release"
              checked={chosen === undefined}
              onChange={() => setChosen(undefined)}
            />
            The release before
          </label>
          {releases.map((each) => (
            <label key={each.release}>
              <input
                type="radio"
                name="release"
                checked={chosen === each.release}
                onChange={() => setChosen(each.release)}
              />
              <span class="mono">{shortRevision(each.revision)}</span>
              <span class="soft small">
                <Ago at={each.made} />
                {each.by !== undefined && ` by ${each.by}`}
              </span>
            </label>
          ))}
        </div>
        <div class="dialog-buttons">
          <Button onClick={close}>Not now</Button>
          <Button look="main" type="submit" icon="rollback" busy={busy}>
            Take it back
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
