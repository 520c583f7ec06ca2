import type { NodeFacts } from "../event.ts";
import type { View } from "../terminal/view.ts";
import { harmlessLine, splitLines } from "../text/harmless.ts";
import { formatShare, formatSize } from "../text/size.ts";
import { padEnd, widest } from "../text/width.ts";

/** What a machine is, a line each: `  memory    8.2 GB, swap 1 GB`. */
export function renderFacts(node: string, facts: NodeFacts, { style }: View): string[] {
  const rows = [...listFacts(facts), ...listOwn(facts.own)].filter(([, lines]) => lines.length > 0);
  const width = widest(rows.map(([head]) => head));
  return [
    style.strong(node),
    ...rows.flatMap(([head, lines]) =>
      lines.map((line, index) => {
        const label = style.faint(padEnd(index === 0 ? head : "", width));
        return `  ${label}  ${harmlessLine(line)}`.trimEnd();
      }),
    ),
  ];
}

function listFacts(facts: NodeFacts): [string, string[]][] {
  const { system, kernel, architecture, virtualisation, hostname, memory, swap, cpus, processor } = facts;
  const release = system.release === system.version ? "" : `, ${system.release}`;
  return [
    ["system", [`${system.name}${release}`]],
    ["kernel", [`${kernel} ${architecture}`]],
    ["host name", [hostname]],
    ["runs on", [virtualisation === "none" ? "bare metal" : virtualisation]],
    ["processors", [processor ? `${cpus}, ${processor}` : String(cpus)]],
    ["memory", [formatSize(memory) + (swap > 0 ? `, swap ${formatSize(swap)}` : "")]],
    [
      "disks",
      facts.disks.map(({ name, size, model }) => `${name}  ${formatSize(size)}${model ? `  ${model}` : ""}`),
    ],
    [
      "mounted",
      facts.fileSystems.map(({ path, type, size, used }) => `${path}  ${type}  ${formatShare(used, size)}`),
    ],
    ["addresses", facts.addresses.map(listAddress)],
  ];
}

function listAddress({ interface: name, address, prefix }: NodeFacts["addresses"][number]): string {
  const whole = prefix === undefined ? address : `${address}/${prefix}`;
  return name ? `${whole}  ${name}` : whole;
}

/** The fleet's own, under the names that roles use. */
function listOwn(own: NodeFacts["own"]): [string, string[]][] {
  return Object.entries(own).map(([name, text]) => [name, splitLines(text)]);
}
