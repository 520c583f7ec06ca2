import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { openAction } from "../actions/open.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { ErrorNotice, Notice } from "../parts/page.tsx";
import { Mark } from "../parts/state.tsx";
import { Took } from "../parts/time.tsx";
import { titleOf } from "../parts/words.ts";
import { chooseEnvironment, connection, environment, fleet, runningRuns } from "../state/fleet.ts";
import { logOut, mayAct, session } from "../state/session.ts";
import { setTheme, theme } from "../state/theme.ts";
import { showFailure } from "../state/toast.ts";
import { navigate } from "./navigate.ts";
import { openPalette } from "./palette.tsx";

interface Place {
  readonly address: string;
  readonly text: string;
  readonly icon: IconName;
  readonly also?: RegExp;
}

function places(): readonly Place[] {
  return [
    { address: "/", text: "Fleet", icon: "fleet", also: /^\/nodes\// },
    { address: "/traffic", text: "Traffic", icon: "traffic" },
    { address: "/history", text: "History", icon: "runs", also: /^\/(runs|compare)/ },
    { address: "/tasks", text: "Tasks", icon: "tasks", also: /^\/tasks\// },
    ...(session.value?.features.memorials === true
      ? [{ address: "/memoriam", text: "In memoriam", icon: "memoriam" } as const]
      : []),
  ];
}

/** What stands around every page: where one can go, which environment it is about, what goes on now. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const { path } = useLocation();
  const last = useRef(path);
  // Who goes to another page is at its beginning, by keyboard and by screen reader, too.
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        To the content
      </a>
      <aside class="rail" aria-label="Proog">
        <Brand />
        <EnvironmentChoice />
        <nav aria-label="Pages">
          {places().map(({ address, text, icon, also }) => {
            const here = path === address || also?.test(path) === true;
            return (
              <a key={address} href={address} aria-current={here ? "page" : undefined}>
                <Icon name={icon} />
                <span>{text}</span>
              </a>
            );
          })}
        </nav>
        <RunningNow />
        <Foot />
      </aside>
      <main id="content" tabIndex={-1}>
        <Troubles />
        {children}
      </main>
    </div>
  );
}

const paletteKeys = /Mac/.test(navigator.platform) ? "⌘ K" : "Ctrl K";

function Brand() {
  return (
    <div class="brand">
      <a href="/" class="row" aria-label={`Proog, ${fleet.value?.name ?? session.value?.fleet ?? ""}`}>
        <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
          <rect class="tile" width="32" height="32" rx="8" />
          <rect class="line" x="7" y="8" width="18" height="7" rx="2" />
          <rect class="full" x="7" y="18" width="18" height="7" rx="2" />
          <circle class="light" cx="21" cy="11.500" r="1.500" />
        </svg>
        <span class="clip">{fleet.value?.name ?? session.value?.fleet}</span>
      </a>
      <button type="button" class="search-button" onClick={openPalette} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span>Search and do</span>
        <kbd>{paletteKeys}</kbd>
      </button>
    </div>
  );
}

function EnvironmentChoice() {
  const all = fleet.value?.environments ?? [];
  const current = environment.value;
  return (
    <div class="environment">
      {all.length > 1 ? (
        <Select
          label="Environment"
          value={current?.name ?? ""}
          choices={all.map(({ name }) => name)}
          change={chooseEnvironment}
        />
      ) : (
        current && (
          <p class="soft small">
            Environment <strong>{current.name}</strong>
          </p>
        )
      )}
      {mayAct() && (current?.bootable.length ?? 0) > 0 && (
        <Button
          look="main"
          icon="plus"
          class="boot"
          onClick={() => openAction({ type: "boot", environment: current?.name ?? "" })}
        >
          <span>Boot a server</span>
        </Button>
      )}
    </div>
  );
}

function RunningNow() {
  const runs = runningRuns.value;
  return (
    <div class="running" aria-live="polite">
      {runs.length > 0 && <h2>Now</h2>}
      {runs.slice(0, 4).map((run) => (
        <a key={run.id} href={`/runs/${run.id}`}>
          <Mark tone="busy" />
          <span class="clip grow">{titleOf(run)}</span>
          <span class="faint tiny">
            <Took since={run.started} />
          </span>
        </a>
      ))}
      {runs.length > 4 && (
        <a href="/history?state=running" class="soft small">
          and {runs.length - 4} more
        </a>
      )}
    </div>
  );
}

const connections = {
  connecting: { text: "Connecting", tone: "busy" },
  open: { text: "Live", tone: "good" },
  lost: { text: "Not connected", tone: "bad" },
  quiet: { text: "Resting", tone: "quiet" },
} as const;

function Foot() {
  const { text, tone } = connections[connection.value];
  const person = session.value;
  const next = { system: "light", light: "dark", dark: "system" } as const;
  const icon = { system: "system", light: "sun", dark: "moon" } as const;
  return (
    <div class="foot">
      <span class="row connection" role="status" title="Whether changes come as they happen">
        <Mark tone={tone} />
        <span>{text}</span>
      </span>
      <Button
        look="bare"
        icon={icon[theme.value]}
        aria-label={`Colours: ${theme.value}`}
        title={`Colours: ${theme.value}`}
        onClick={() => setTheme(next[theme.value])}
      />
      <Menu
        label={`${person?.name}, ${person?.role}`}
        look="button bare m alone"
        face={<Icon name="access" />}
        items={[
          { text: "Accounts and tokens", icon: "lock", choose: () => navigate("/access") },
          { text: "How the API works", icon: "note", choose: () => location.assign("/api/docs") },
          ...(person?.features.accounts === true
            ? ([
                {
                  text: `Log out ${person.name}`,
                  icon: "leave",
                  choose: () => void logOut().catch(showFailure),
                },
              ] as const)
            : []),
        ]}
      />
    </div>
  );
}

/** What is wrong with the fleet as a whole: the config, its store, a provider, the connection to it. */
function Troubles() {
  const current = fleet.value;
  const provider = environment.value?.problem;
  return (
    <div class="troubles">
      {connection.value === "lost" && (
        <Notice tone="warn" title="The server does not answer; what you see is as it was">
          <p>What it had begun goes on without it. This page tries again by itself.</p>
        </Notice>
      )}
      {current?.problem && (
        <ErrorNotice
          error={current.problem}
          title="The config cannot be loaded: the last good one is in use"
        />
      )}
      {provider && <ErrorNotice error={provider} title="Its provider cannot be asked" />}
      {current?.store !== undefined && (
        <Notice tone="warn" title="History may be missing; deployments go on">
          <p>{current.store}</p>
        </Notice>
      )}
    </div>
  );
}
