import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmlessLine, splitLines } from "../text/harmless.ts";
import { padEnd, widthOf } from "../text/width.ts";

/** Lines of journals; the day stands above the first one of it. */
export class LogView {
  #day = "";
  /** Only grows, so that nothing jumps to and fro. */
  #nodeWidth = 0;

  /** `23:00:01.123  web-1  nginx[42]: …` */
  render({ node, at, by, pid, priority, text }: EventOf<"log-line">, { style }: View): string[] {
    const [day, time] = localTime(at);
    const head = day === this.#day ? [] : [style.faint(day)];
    this.#day = day;
    this.#nodeWidth = Math.max(this.#nodeWidth, widthOf(node));
    const writer = pid === undefined ? by : `${by}[${pid}]`;
    const paint = priority <= 3 ? style.bad : priority === 4 ? style.change : (line: string) => line;
    const name = style.strong(padEnd(node, this.#nodeWidth));
    const [first = "", ...others] = splitLines(text).map(harmlessLine);
    const line = `${style.faint(time)}  ${name}  ${style.faint(`${harmlessLine(writer)}:`)} ${paint(first)}`;
    return [...head, line, ...others.map((other) => `  ${paint(other)}`)];
  }
}

/** The day and the time of day where the reader is. */
function localTime(at: string): [string, string] {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return [day, `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`];
}
