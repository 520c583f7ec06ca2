import { useState } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { useOnce } from "../parts/once.ts";
import { start } from "./start.ts";

interface ReasonDialogProps {
  readonly type: "drain" | "pause";
  readonly environment: string;
  readonly node: string;
  readonly close: () => void;
}

const words = {
  drain: {
    title: "Drain",
    text: "It gets no new traffic; what is in flight comes to its end. It goes on running, and joins again when you say so.",
    button: "Drain",
  },
  pause: {
    title: "Pause",
    text: "Nothing automatic happens to it and it gets no traffic, until you resume it. Whoever comes by reads why.",
    button: "Pause",
  },
} as const;

/** What is done for a reason, which others then read. */
export function ReasonDialog({ type, environment, node, close }: ReasonDialogProps) {
  const [why, setWhy] = useState("");
  const { title, text, button } = words[type];
  const reason = why.trim();
  const [act, busy] = useOnce(async () => {
    await start(
      type === "pause"
        ? { type, environment, node, why: reason }
        : { type, environment, node, ...(reason !== "" && { why: reason }) },
    );
    close();
  });
  return (
    <Dialog title={`${title} ${node}`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act();
        }}
      >
        <p class="soft">{text}</p>
        <TextField
          label={type === "pause" ? "Why" : "Why (if you like)"}
          value={why}
          change={setWhy}
          placeholder="Looking into its memory"
          required={type === "pause"}
          focus
        />
        <div class="dialog-buttons">
          <Button onClick={close}>Not now</Button>
          <Button
            look="main"
            type="submit"
            icon={type}
            busy={busy}
            disabled={type === "pause" && reason === ""}
          >
            {button} {node}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
