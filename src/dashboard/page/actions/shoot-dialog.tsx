import { useState } from "preact/hooks";
import type { Action } from "../../api.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { useOnce } from "../parts/once.ts";
import { Notice } from "../parts/page.tsx";
import { findNode } from "../state/fleet.ts";
import { session } from "../state/session.ts";
import { PreviewNotes, usePreview } from "./preview.tsx";
import { start } from "./start.ts";

interface ShootDialogProps {
  readonly environment: string;
  readonly node: string;
  readonly close: () => void;
}

/** Drains and destroys a machine; what cannot be had again is asked for by its name. */
export function ShootDialog({ environment, node, close }: ShootDialogProps) {
  const [why, setWhy] = useState("");
  const [typed, setTyped] = useState("");
  const preview = usePreview({ type: "shoot", environment, node });
  const found = findNode(environment, node);
  const confirm = preview.value?.confirm ?? (found?.stateful === true ? node : undefined);
  const ready = preview.value !== undefined && (confirm === undefined || typed === confirm);
  const inPool = (found?.pools ?? []).some(({ weight }) => weight > 0);
  const [shoot, busy] = useOnce(async () => {
    const action: Action = {
      ...{ type: "shoot", environment, node },
      ...(confirm !== undefined && { confirm: typed }),
      ...(why.trim() !== "" && { why: why.trim() }),
    };
    await start(action);
    close();
  });
  const remembered = session.value?.features.memorials === true;
  return (
    <Dialog title={`Shoot ${node}`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) shoot();
        }}
      >
        <p class="soft">
          {inPool
            ? "It is drained first, so that nobody’s request is cut. Then the machine is destroyed with all that is on it."
            : "The machine is destroyed with all that is on it."}
        </p>
        {confirm !== undefined && (
          <Notice tone="warn" title="It holds what cannot be had again">
            <p>Its role says that it is stateful. What is not in a backup is lost.</p>
          </Notice>
        )}
        <TextField
          label="Why"
          value={why}
          change={setWhy}
          placeholder="Its disk was full of secrets"
          help={remembered ? "It will stand on its card." : "It will stand in the history."}
          focus={confirm === undefined}
        />
        {confirm !== undefined && (
          <TextField
            label={`Type ${confirm}`}
            value={typed}
            change={setTyped}
            autocomplete="off"
            focus
            mono
            help="So that it is this one, and no other."
          />
        )}
        <PreviewNotes preview={preview} />
        <div class="dialog-buttons">
          <Button onClick={close}>Let it live</Button>
          <Button look="danger" type="submit" icon="shoot" busy={busy} disabled={!ready}>
            Shoot {node}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
