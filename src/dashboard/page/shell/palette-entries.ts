import type { Fleet, Run, Task } from "../../api.ts";
import type { IconName } from "../parts/icon.tsx";

/** Something that can be gone to or done, by its name. */
export interface Entry {
  readonly text: string;
  readonly beside?: string;
  readonly icon: IconName;
  readonly address?: string;
  readonly act?: () => void;
}

/** Pages, nodes, tasks and runs that can be gone to. */
export function listEntries(
  fleet: Fleet | undefined,
  tasks: readonly Task[],
  runs: readonly (Pick<Run, "id" | "who"> & { readonly title: string })[],
): readonly Entry[] {
  const nodes = (fleet?.environments ?? []).flatMap(({ nodes }) => nodes);
  return [
    ...nodes.map(({ name, environment, roles }) => ({
      text: name,
      beside: `${roles.join(", ")} · ${environment}`,
      icon: "fleet" as const,
      address: `/nodes/${environment}/${name}`,
    })),
    ...tasks.map(({ name, description }) => ({
      text: name,
      beside: description,
      icon: "tasks" as const,
      address: `/tasks/${name}`,
    })),
    ...runs.map(({ id, title, who }) => ({
      text: title,
      beside: `by ${who}`,
      icon: "runs" as const,
      address: `/runs/${id}`,
    })),
  ];
}

/** The entries that have all words, the best first: those that begin with it before those that have it somewhere. */
export function findEntries(entries: readonly Entry[], query: string, limit = 12): readonly Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.slice(0, limit);
  const rank = (entry: Entry): number => {
    const text = entry.text.toLowerCase();
    const all = `${text} ${entry.beside?.toLowerCase() ?? ""}`;
    if (!words.every((word) => all.includes(word))) return -1;
    const [first = ""] = words;
    if (text === query.toLowerCase()) return 4;
    if (text.startsWith(first)) return 3;
    return text.split(/[\s-]/).some((part) => part.startsWith(first)) ? 2 : 1;
  };
  return entries
    .map((entry, place) => ({ entry, place, rank: rank(entry) }))
    .filter((found) => found.rank >= 0)
    .sort((one, other) => other.rank - one.rank || one.place - other.place)
    .slice(0, limit)
    .map(({ entry }) => entry);
}
