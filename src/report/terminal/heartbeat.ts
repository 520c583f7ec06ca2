import type { NodeRun } from "../apply/node-run.ts";
import { formatDuration } from "../text/duration.ts";
import { harmlessLine } from "../text/harmless.ts";

const beatEvery = 30_000;

/** Where there is no live area: says twice a minute what still goes on, so that no wait is silent. */
export class Heartbeat {
  readonly #beats = new Map<NodeRun, { readonly since: number; readonly count: number }>();
  #timer: NodeJS.Timeout | undefined;

  start(beat: () => void): void {
    this.#timer = setInterval(beat, 1000).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** `web-1: still apt nginx, 40 s: Unpacking nginx …` */
  lines(nodes: Iterable<NodeRun>, now: number): string[] {
    const lines: string[] = [];
    for (const node of nodes) {
      const count = Math.floor((now - node.stepSince) / beatEvery);
      if (node.step === undefined || count < 1) continue;
      const last = this.#beats.get(node);
      if (last?.since === node.stepSince && last.count >= count) continue;
      this.#beats.set(node, { since: node.stepSince, count });
      const output = node.lastLine.trim() === "" ? "" : `: ${harmlessLine(node.lastLine.trim())}`;
      const name = node.name === "" ? "" : `${node.name}: `;
      lines.push(`${name}still ${harmlessLine(node.step)}, ${formatDuration(now - node.stepSince)}${output}`);
    }
    return lines;
  }
}
