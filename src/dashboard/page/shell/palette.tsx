import { signal } from "@preact/signals";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { openAction } from "../actions/open.ts";
import { planNow } from "../actions/start.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { titleOf } from "../parts/words.ts";
import { environment, fleet, loadFleet, recentRuns } from "../state/fleet.ts";
import { mayAct, session } from "../state/session.ts";
import { loadTasks, tasks } from "../state/tasks.ts";
import { setTheme } from "../state/theme.ts";
import { describeFailure, showFailure } from "../state/toast.ts";
import { navigate } from "./navigate.ts";
import { type Entry, findEntries, listEntries } from "./palette-entries.ts";

const open = signal(false);

export function openPalette(): void {
  open.value = true;
}

/** Keys that lead somewhere, as long as nobody is writing: `g` and then the page's letter. */
const places: Readonly<Record<string, string>> = {
  f: "/",
  t: "/traffic",
  h: "/history",
  k: "/tasks",
  m: "/memoriam",
};

/** All that can be gone to or done, by typing a part of its name: Ctrl K, or `/`. */
export function Palette() {
  useLayoutEffect(() => {
    let went = 0;
    const press = (event: KeyboardEvent) => {
      const writing =
        event.target instanceof HTMLElement &&
        (event.target.closest("input, textarea, select, .xterm, [contenteditable]") !== null ||
          document.querySelector("dialog[open]") !== null);
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        open.value = !open.value;
        return;
      }
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") {
        event.preventDefault();
        open.value = true;
      } else if (event.key === "g") went = event.timeStamp;
      else if (event.timeStamp - went < 1200 && places[event.key] !== undefined) {
        went = 0;
        navigate(places[event.key] ?? "/");
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return open.value ? <OpenPalette /> : null;
}

function OpenPalette() {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const asked = useLoaded("tasks", loadTasks);
  const all = useMemo(
    () => [
      ...actions(),
      ...listEntries(
        fleet.value,
        tasks.value ?? [],
        recentRuns.value.map((run) => ({ id: run.id, who: run.who, title: titleOf(run) })),
      ),
    ],
    [fleet.value, tasks.value],
  );
  const found = useMemo(() => findEntries(all, query), [all, query]);
  const close = () => {
    open.value = false;
  };
  const take = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    close();
    if (entry.address !== undefined) navigate(entry.address);
    entry.act?.();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(found[chosen]);
    }
  };
  return (
    <Dialog title="Search and do" look="palette" close={close}>
      <div class="palette">
        <div class="palette-field">
          <Icon name="search" />
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
            aria-label="A node, a page, a task, a run, or something to do"
            placeholder="A node, a page, a task, a run, or something to do"
            autofocus
            autocomplete="off"
            spellcheck={false}
            value={query}
            onInput={(event) => {
              setQuery(event.currentTarget.value);
              setChosen(0);
            }}
            onKeyDown={press}
          />
          <kbd>Esc</kbd>
        </div>
        <div id="palette-list" role="listbox" aria-label="What was found">
          {found.map((entry, place) => (
            <div
              key={`${entry.icon} ${entry.address ?? ""} ${entry.text}`}
              id={`palette-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === chosen}
              onMouseMove={() => setChosen(place)}
              onClick={() => take(entry)}
              onKeyDown={press}
            >
              <Icon name={entry.icon} />
              <span class="clip">{entry.text}</span>
              <span class="clip faint grow">{entry.beside}</span>
              {place === chosen && <kbd>Enter</kbd>}
            </div>
          ))}
        </div>
        {found.length === 0 && <p class="palette-none">Nothing has all of these words.</p>}
        {asked.error !== undefined && (
          <p class="palette-none" role="status">
            Tasks are missing here: {describeFailure(asked.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function actions(): readonly Entry[] {
  const current = environment.value;
  const name = current?.name ?? "";
  const act = mayAct();
  return [
    ...(act && (current?.bootable.length ?? 0) > 0
      ? [
          {
            text: "Boot a server",
            beside: name,
            icon: "plus" as const,
            act: () => openAction({ type: "boot", environment: name }),
          },
        ]
      : []),
    ...(act
      ? [
          {
            text: "Plan all nodes",
            beside: name,
            icon: "plan" as const,
            act: () => planNow(name, []),
          },
          {
            text: "Promote revisions",
            beside: "from one environment to another",
            icon: "promote" as const,
            act: () => openAction({ type: "promote" }),
          },
        ]
      : []),
    { text: "Fleet", beside: "page · g f", icon: "fleet", address: "/" },
    { text: "Traffic", beside: "page · g t", icon: "traffic", address: "/traffic" },
    { text: "History", beside: "page · g h", icon: "runs", address: "/history" },
    { text: "Tasks", beside: "page · g k", icon: "tasks", address: "/tasks" },
    ...(session.value?.features.memorials === true
      ? [{ text: "In memoriam", beside: "page · g m", icon: "memoriam" as const, address: "/memoriam" }]
      : []),
    { text: "Accounts and tokens", beside: "page", icon: "lock", address: "/access" },
    {
      text: "Ask all machines anew",
      beside: "how they are now",
      icon: "reboot",
      act: () => void loadFleet(true).catch(showFailure),
    },
    { text: "Colours: light", icon: "sun", act: () => setTheme("light") },
    { text: "Colours: dark", icon: "moon", act: () => setTheme("dark") },
    { text: "Colours: as the system has them", icon: "system", act: () => setTheme("system") },
  ];
}
