import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { ErrorReport } from "../../../report/event.ts";
import { describeFailure } from "../state/toast.ts";
import { Icon, type IconName } from "./icon.tsx";

interface HeadProps {
  readonly title: string;
  /** What the browser's tab says, where that differs. */
  readonly tab?: string;
  readonly above?: ComponentChildren;
  readonly beside?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The head of a page. */
export function PageHead({ title, tab = title, above, beside, children }: HeadProps) {
  useEffect(() => {
    document.title = `${tab} · Proog`;
  }, [tab]);
  return (
    <header class="page-head">
      {above && <div class="page-above">{above}</div>}
      <div class="page-title">
        <div class="row wrap wide grow">
          <h1>{title}</h1>
          {beside}
        </div>
        {children && <div class="row wrap page-buttons">{children}</div>}
      </div>
    </header>
  );
}

interface PanelProps {
  readonly title?: string;
  readonly beside?: ComponentChildren;
  /** Its content goes to its edges: a table. */
  readonly flush?: boolean;
  readonly children: ComponentChildren;
}

export function Panel({ title, beside, flush, children }: PanelProps) {
  return (
    <section class={`panel${flush === true ? " flush" : ""}`}>
      {title !== undefined && (
        <header class="row between">
          <h2>{title}</h2>
          {beside}
        </header>
      )}
      {children}
    </section>
  );
}

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Where nothing is: why, and what to do. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} size={28} />}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ what = "Loading" }: { readonly what?: string }) {
  return (
    <div class="empty loading" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>{what} …</span>
    </div>
  );
}

interface NoticeProps {
  readonly tone: "bad" | "warn" | "good" | "plain";
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Notice({ tone, title, children }: NoticeProps) {
  const icons = { bad: "error", warn: "warn", good: "check", plain: "note" } as const;
  return (
    <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={icons[tone]} />
      <div class="grow stack tight">
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** What went wrong, in the words of the command line: what, where, what then. */
export function Failure({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const { message, hint, detail } = describeFailure(error);
  return (
    <Notice tone="bad" title={title ?? message}>
      {title !== undefined && <p>{message}</p>}
      {detail !== undefined && <pre class="printed">{detail}</pre>}
      {hint !== undefined && <p>{hint}</p>}
    </Notice>
  );
}

/** An error that a run or the config reported. */
export function ErrorNotice({ error, title }: { readonly error: ErrorReport; readonly title?: string }) {
  const mistakes = error.mistakes ?? [];
  return (
    <Notice tone="bad" title={title ?? error.message}>
      {title !== undefined && mistakes.length === 0 && <p>{error.message}</p>}
      {mistakes.length === 0 && error.where !== undefined && (
        <p>
          <code>{error.where}</code>
        </p>
      )}
      {mistakes.map((mistake) => (
        <div key={`${mistake.where} ${mistake.message}`}>
          <p>
            {mistake.where !== undefined && <code>{mistake.where}</code>} {mistake.message}
          </p>
          {mistake.detail !== undefined && <pre class="printed">{mistake.detail}</pre>}
          {mistake.hint !== undefined && <p class="soft">{mistake.hint}</p>}
        </div>
      ))}
      {error.detail !== undefined && <pre class="printed">{error.detail}</pre>}
      {error.hint !== undefined && <p>{error.hint}</p>}
    </Notice>
  );
}
