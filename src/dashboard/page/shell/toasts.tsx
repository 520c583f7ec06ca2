import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { closeToast, toasts } from "../state/toast.ts";

/** Words about what somebody has just done. */
export function Toasts() {
  return (
    <div class="toasts" role="log" aria-live="polite" aria-label="Messages">
      {toasts.value.map(({ id, tone, text, hint, link }) => (
        <div key={id} class={`toast ${tone}`} role={tone === "bad" ? "alert" : undefined}>
          <Icon name={tone === "bad" ? "error" : tone === "good" ? "check" : "note"} />
          <div class="grow">
            <p>{text}</p>
            {hint !== undefined && <p class="soft small">{hint}</p>}
            {link !== undefined && <a href={link.address}>{link.text}</a>}
          </div>
          <Button look="bare" size="s" icon="close" aria-label="Close" onClick={() => closeToast(id)} />
        </div>
      ))}
    </div>
  );
}
