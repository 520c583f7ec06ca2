import { type Tone, writeSize } from "./words.ts";

interface MeterProps {
  /** `Disk` */
  readonly name: string;
  /** From 0 to 1, or beyond, where there is more than all of it. */
  readonly share: number;
  /** What stands beside it: `63 %` */
  readonly text: string;
  readonly title?: string;
  /** From where on it is a matter of concern. */
  readonly warn?: number;
  readonly bad?: number;
}

export function Meter({ name, share, text, title, warn = 0.8, bad = 0.92 }: MeterProps) {
  const tone: Tone = share >= bad ? "bad" : share >= warn ? "warn" : "quiet";
  return (
    <div class={`meter ${tone}`} title={title}>
      <span class="meter-name">{name}</span>
      <svg class="meter-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="4" rx="2" />
        <rect class="fill" width={Math.max(1.5, Math.min(100, share * 100))} height="4" rx="2" />
      </svg>
      <span class="meter-text numbers">{text}</span>
    </div>
  );
}

interface Measured {
  readonly load?: readonly [number, number, number];
  readonly disk?: { readonly used: number; readonly size: number };
  readonly memory?: { readonly available: number; readonly size: number };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Load, memory and disk of a machine, as far as they are known. */
export function Meters({ status }: { readonly status: Measured }) {
  const { load, disk, memory } = status;
  return (
    <div class="meters">
      {load && (
        <Meter
          name="Load"
          share={load[0] / 4}
          text={load[0].toFixed(2)}
          title={`Load over 1, 5 and 15 minutes: ${load.map((each) => each.toFixed(2)).join(", ")}`}
        />
      )}
      {memory && memory.size > 0 && (
        <Meter
          name="Memory"
          share={1 - memory.available / memory.size}
          text={percent(1 - memory.available / memory.size)}
          title={`${writeSize(memory.size - memory.available)} of ${writeSize(memory.size)} in use`}
        />
      )}
      {disk && disk.size > 0 && (
        <Meter
          name="Disk"
          share={disk.used / disk.size}
          text={percent(disk.used / disk.size)}
          title={`${writeSize(disk.used)} of ${writeSize(disk.size)} in use`}
        />
      )}
    </div>
  );
}
