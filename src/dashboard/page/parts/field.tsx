import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly mistake?: string | undefined;
  readonly children: (ids: { readonly id: string; readonly "aria-describedby": string }) => ComponentChildren;
}

/** A label, what is asked, and what helps to answer. */
export function Field({ label, help, mistake, children }: FieldProps) {
  const id = useId();
  return (
    <div class={`field${mistake === undefined ? "" : " wrong"}`}>
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-help` })}
      <p id={`${id}-help`} class="field-help">
        {mistake ?? help}
      </p>
    </div>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly help?: string | undefined;
  readonly mistake?: string | undefined;
  readonly type?: "text" | "password" | "number" | "date";
  readonly autocomplete?: string;
  readonly placeholder?: string | undefined;
  readonly required?: boolean;
  readonly focus?: boolean;
  readonly mono?: boolean;
  readonly pattern?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | "any" | undefined;
}

export function TextField({ label, help, mistake, value, change, focus, mono, ...rest }: TextFieldProps) {
  return (
    <Field label={label} help={help} mistake={mistake}>
      {(ids) => (
        <input
          {...ids}
          {...(rest as object)}
          class={`input${mono === true ? " mono" : ""}`}
          autofocus={focus === true}
          spellcheck={false}
          aria-invalid={mistake !== undefined}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (string | readonly [string, string])[];
  readonly change: (value: string) => void;
  readonly help?: string;
}

export function Choice({ label, value, choices, change, help }: ChoiceProps) {
  return (
    <Field label={label} help={help}>
      {(ids) => <Select {...ids} value={value} choices={choices} change={change} />}
    </Field>
  );
}

interface SelectProps extends Omit<ChoiceProps, "label" | "help"> {
  readonly id?: string;
  readonly label?: string;
  readonly "aria-describedby"?: string;
}

export function Select({ value, choices, change, label, ...ids }: SelectProps) {
  return (
    <select
      {...ids}
      class="input"
      aria-label={label}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
    >
      {choices.map((choice) => {
        const [key, text] = typeof choice === "string" ? [choice, choice] : choice;
        return (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        );
      })}
    </select>
  );
}

interface SwitchProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly {
    readonly value: Value;
    readonly text: string;
    readonly mark?: ComponentChildren;
  }[];
  readonly change: (value: Value) => void;
  /** Only the pictures are shown. */
  readonly bare?: boolean;
}

/** A few choices side by side, of which one holds. */
export function Switch<Value extends string>({ label, value, choices, change, bare }: SwitchProps<Value>) {
  const name = useId();
  return (
    <fieldset class="switch">
      <legend class="visually-hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} title={bare === true ? choice.text : undefined}>
          <input
            type="radio"
            class="visually-hidden"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => change(choice.value)}
          />
          {choice.mark}
          <span class={bare === true ? "visually-hidden" : undefined}>{choice.text}</span>
        </label>
      ))}
    </fieldset>
  );
}
