import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface Look {
  /** One `main` on a page at most; `danger` is what cannot be taken back. */
  readonly look?: "main" | "plain" | "bare" | "danger";
  readonly size?: "s" | "m" | "l";
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
}

type ButtonProps = Look &
  Pick<
    ButtonHTMLAttributes<HTMLButtonElement>,
    "id" | "title" | "onClick" | "aria-label" | "aria-pressed"
  > & {
    readonly class?: string;
    readonly busy?: boolean;
    readonly disabled?: boolean;
    readonly type?: "button" | "submit";
  };

export function Button(props: ButtonProps) {
  const { look = "plain", size = "m", icon, busy, disabled, children, class: own, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      class={`${classOf(look, size, children === undefined)}${own === undefined ? "" : ` ${own}`}`}
      disabled={disabled === true || busy === true}
      aria-busy={busy === true}
    >
      {busy === true ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

type LinkProps = Look & {
  readonly href: string;
  readonly label?: string;
  /** It opens beside this page, in a tab of its own. */
  readonly beside?: boolean;
};

/** A link that looks like a button. */
export function ButtonLink(props: LinkProps) {
  const { look = "plain", size = "m", icon, href, label, beside = false, children } = props;
  return (
    <a
      class={classOf(look, size, children === undefined)}
      href={href}
      aria-label={label}
      target={beside ? "_blank" : undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}

function classOf(look: string, size: string, alone: boolean): string {
  return `button ${look} ${size}${alone ? " alone" : ""}`;
}
