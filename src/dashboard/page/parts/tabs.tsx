import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface TabsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly tabs: readonly {
    readonly value: Value;
    readonly text: string;
    readonly count?: number | undefined;
  }[];
  readonly change: (value: Value) => void;
  readonly children: ComponentChildren;
}

/** Parts of a page, of which one is seen; arrows go from one to the next (WAI-ARIA's pattern of tabs). */
export function Tabs<Value extends string>({ label, value, tabs, change, children }: TabsProps<Value>) {
  const list = useRef<HTMLDivElement>(null);
  const step = (event: KeyboardEvent) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (move === undefined) return;
    const next = (tabs.findIndex((tab) => tab.value === value) + move + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    change(tab.value);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={step}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            id={`tab-${tab.value}`}
            type="button"
            role="tab"
            aria-selected={tab.value === value}
            aria-controls="tab-panel"
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => change(tab.value)}
          >
            {tab.text}
            {tab.count !== undefined && <span class="count numbers">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${value}`} class="tab-panel">
        {children}
      </div>
    </div>
  );
}
