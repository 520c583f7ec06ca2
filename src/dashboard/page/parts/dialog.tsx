import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  /** `palette` is bare, and near the top. */
  readonly look?: "plain" | "wide" | "palette";
  readonly children: ComponentChildren;
}

/** The browser's own dialog: it keeps the focus, ends by Escape, and gives the focus back. */
export function Dialog({ title, close, look = "plain", children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before anything else can be typed: the next key is the dialog's.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${look}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) close();
      }}
    >
      <div class="dialog-body">
        <header class={look === "palette" ? "visually-hidden" : "row between"}>
          <h2 id={heading}>{title}</h2>
          <Button look="bare" icon="close" aria-label="Close" onClick={close} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
