import { computed, signal } from "@preact/signals";
import type { Environment, FleetNode } from "../../api.ts";
import { type Connection, followLive } from "../api/live.ts";
import { changeFleet, type FleetState } from "./fleet-change.ts";
import { call } from "./session.ts";
import { recall, remember } from "./theme.ts";

const state = signal<FleetState>({ fleet: undefined, runs: [], stale: false });

export const fleet = computed(() => state.value.fleet);
export const recentRuns = computed(() => state.value.runs);
export const runningRuns = computed(() => state.value.runs.filter((run) => run.state === "running"));
export const connection = signal<Connection>("connecting");

/** The environment that somebody chose, by its name. */
const chosen = signal<string | null>(recall("proog-environment"));

/** The environment that the page is about: the chosen one, or the config's default, or the first. */
export const environment = computed<Environment | undefined>(() => {
  const all = fleet.value?.environments ?? [];
  return all.find(({ name }) => name === chosen.value) ?? all.find(({ isDefault }) => isDefault) ?? all[0];
});

export function chooseEnvironment(name: string): void {
  chosen.value = name;
  remember("proog-environment", name);
}

export function findNode(environmentName: string, name: string): FleetNode | undefined {
  const found = fleet.value?.environments.find((each) => each.name === environmentName);
  return found?.nodes.find((node) => node.name === name);
}

let asking = false;

/** Why the fleet is not known. */
export const fleetFailure = signal<unknown>(undefined);

/** Asks for the whole fleet; changes that come while it is asked for ask once more. */
export async function loadFleet(fresh = false): Promise<void> {
  // Who asks has it asked once more.
  if (asking) {
    state.value = { ...state.value, stale: true };
    return;
  }
  asking = true;
  try {
    do {
      state.value = { ...state.value, stale: false };
      const answer = await call("GET /fleet", { query: fresh ? { fresh } : {} });
      state.value = { ...state.value, fleet: answer };
      fleetFailure.value = undefined;
    } while (state.value.stale);
  } finally {
    asking = false;
  }
}

/** Loads the fleet, and tries again until that has succeeded. */
function loadFleetSurely(): void {
  loadFleet().catch((error: unknown) => {
    fleetFailure.value = error;
    setTimeout(loadFleetSurely, 3000);
  });
}

/** Loads the newest runs. */
function loadRuns(): void {
  call("GET /runs", { query: { limit: 20 } }).then(
    ({ runs }) => {
      state.value = changeFleet(
        state.value,
        [...runs].reverse().map((run) => ({ type: "run", run })),
      );
    },
    () => {},
  );
}

/** Loads the fleet and follows it. Returns how to stop. */
export function followFleet(): () => void {
  loadFleetSurely();
  loadRuns();
  return followLive({
    filter: { quiet: true },
    receive(messages) {
      state.value = changeFleet(state.value, messages);
      // How they are, nobody tells again to a stream that begins, or goes on after a cut.
      if (messages.some(({ type }) => type === "hello")) loadRuns();
      if (state.value.stale && !asking) loadFleetSurely();
    },
    tell(next) {
      connection.value = next;
    },
  });
}
