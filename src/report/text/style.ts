import type { Writable } from "node:stream";
import { styleText } from "node:util";

type Paint = (text: string) => string;

/** The few colours that the output has, each with one meaning. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  /** What comes, what went well. */
  readonly good: Paint;
  /** What changes, what to look at. */
  readonly change: Paint;
  /** What goes, what failed. */
  readonly bad: Paint;
  /** Where in a text one is. */
  readonly mark: Paint;
}

const plain: Paint = (text) => text;

const colored: Style = {
  strong: (text) => paint("bold", text),
  faint: (text) => paint("dim", text),
  good: (text) => paint("green", text),
  change: (text) => paint("yellow", text),
  bad: (text) => paint("red", text),
  mark: (text) => paint("cyan", text),
};

const uncolored: Style = {
  strong: plain,
  faint: plain,
  good: plain,
  change: plain,
  bad: plain,
  mark: plain,
};

export function createStyle(color: boolean): Style {
  return color ? colored : uncolored;
}

/** Whether what goes to this stream is coloured: a terminal that can, unless NO_COLOR or FORCE_COLOR say otherwise. */
export function takesColor(stream: Writable): boolean {
  return styleText("bold", "x", { stream, validateStream: true }) !== "x";
}

function paint(format: "bold" | "dim" | "green" | "yellow" | "red" | "cyan", text: string): string {
  return text === "" ? "" : styleText(format, text, { validateStream: false });
}
