import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuItem {
  readonly text: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly choose: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly look?: string;
  readonly face: ComponentChildren;
  readonly items: readonly MenuItem[];
}

/** A button with a list of what can be done (WAI-ARIA's pattern of a menu button). */
export function Menu({ label, look = "button plain m", face, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const entries = () => [...(place.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = (back: boolean) => {
    setOpen(false);
    if (back) place.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    entries()[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) close(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      event.preventDefault();
      close(true);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (!open) return setOpen(true);
    const all = entries();
    const now = all.indexOf(document.activeElement as HTMLElement);
    all[(now + step + all.length) % all.length]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that its buttons have not taken
    <div class="menu" ref={place} onKeyDown={move}>
      <button
        type="button"
        class={look}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={item.danger === true ? "danger" : undefined}
              onClick={() => {
                close(true);
                item.choose();
              }}
            >
              {item.icon ? <Icon name={item.icon} /> : <span class="icon" />}
              {item.text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
