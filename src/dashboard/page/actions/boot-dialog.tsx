import { useState } from "preact/hooks";
import type { Action } from "../../api.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choice, Switch } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { useOnce } from "../parts/once.ts";
import { count } from "../parts/words.ts";
import { fleet } from "../state/fleet.ts";
import { PreviewNotes, usePreview } from "./preview.tsx";
import { start } from "./start.ts";

interface BootDialogProps {
  readonly environment: string;
  readonly role?: string;
  readonly close: () => void;
}

/** The button: which role, where, how many; what they get; then they appear. */
export function BootDialog({ environment: first, role: firstRole, close }: BootDialogProps) {
  const environments = (fleet.value?.environments ?? []).filter(({ bootable }) => bootable.length > 0);
  const [environmentName, setEnvironment] = useState(first);
  const environment = environments.find(({ name }) => name === environmentName) ?? environments[0];
  const [chosenRole, setRole] = useState(firstRole ?? environment?.bootable[0] ?? "");
  const role =
    environment?.bootable.includes(chosenRole) === true ? chosenRole : (environment?.bootable[0] ?? "");
  const missing = (environment?.nodes ?? []).filter(
    (node) => node.condition === "absent" && node.existing !== true && belongs(node, role),
  );
  const [number, setNumber] = useState<number | undefined>(undefined);
  // Those that are declared and not there come first; further ones are asked for by their number.
  const wanted = number ?? (missing.length > 0 ? 0 : 1);
  const action: Action = {
    type: "boot",
    environment: environment?.name ?? first,
    selectors: [role],
    ...(wanted > 0 && { number: wanted }),
  };
  const preview = usePreview(action);
  const nodes = preview.value?.nodes ?? [];
  const [boot, busy] = useOnce(async () => {
    await start(action);
    close();
  });
  return (
    <Dialog title={nodes.length > 1 ? "Boot servers" : "Boot a server"} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          boot();
        }}
      >
        {environments.length > 1 && (
          <Choice
            label="Environment"
            value={environment?.name ?? ""}
            choices={environments.map(({ name }) => name)}
            change={setEnvironment}
          />
        )}
        <div class="field">
          <span class="label">Role</span>
          <Switch
            label="Role"
            value={role}
            choices={(environment?.bootable ?? []).map((name) => ({ value: name, text: name }))}
            change={(next) => {
              setRole(next);
              setNumber(undefined);
            }}
          />
        </div>
        <div class="field">
          <span class="label">How many</span>
          <div class="row wrap">
            {missing.length > 0 && (
              <Button
                aria-pressed={wanted === 0}
                look={wanted === 0 ? "plain" : "bare"}
                onClick={() => setNumber(0)}
              >
                {wanted === 0 && <Icon name="check" />}
                {count(missing.length, "declared and not there", "declared and not there")}
              </Button>
            )}
            <div class="stepper">
              <Button
                look="bare"
                aria-label="One fewer"
                disabled={wanted <= 1}
                onClick={() => setNumber(wanted - 1)}
              >
                −
              </Button>
              <output class="numbers">{wanted > 0 ? wanted : "–"}</output>
              <Button
                look="bare"
                aria-label="One more"
                disabled={wanted >= 20}
                onClick={() => setNumber(wanted + 1)}
              >
                +
              </Button>
            </div>
            <span class="soft small">
              {wanted > 0 && `${wanted === 1 ? "further machine" : "further machines"}`}
            </span>
          </div>
        </div>
        <div class="boot-preview">
          {nodes.map(({ node, roles, resources }) => (
            <details key={node}>
              <summary>
                <strong>{node}</strong>
                <span class="soft">
                  {roles.join(", ")}
                  {resources && ` · ${count(resources.length, "resource")}`}
                </span>
              </summary>
              <ol class="mono small">
                {resources?.map((key) => (
                  <li key={key}>{key}</li>
                ))}
              </ol>
            </details>
          ))}
        </div>
        <PreviewNotes preview={preview} />
        <div class="dialog-buttons">
          <Button onClick={close}>Not now</Button>
          <Button look="main" type="submit" busy={busy} disabled={nodes.length === 0}>
            {nodes.length === 1 ? `Boot ${nodes[0]?.node}` : `Boot ${count(nodes.length, "server")}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whether a node is of a role, or of a group whose name its own begins with. */
function belongs(node: { readonly name: string; readonly roles: readonly string[] }, role: string): boolean {
  return node.roles.includes(role) || node.name === role || node.name.replace(/-\d+$/, "") === role;
}
