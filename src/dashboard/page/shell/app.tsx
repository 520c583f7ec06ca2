import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { ActionDialogs } from "../actions/dialogs.tsx";
import { tryAgain } from "../api/client.ts";
import { FleetPage } from "../fleet/fleet-page.tsx";
import { Button, ButtonLink } from "../parts/button.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, PageHead } from "../parts/page.tsx";
import { followFleet } from "../state/fleet.ts";
import { loadSession, session } from "../state/session.ts";
import { Frame } from "./frame.tsx";
import { LoginPage, RenewalDialog } from "./login.tsx";
import { Palette } from "./palette.tsx";
import { Toasts } from "./toasts.tsx";

// The view of the fleet is there at once; each other page comes when it is asked for, and is fetched as soon as nothing else is to do.
const pages = {
  traffic: () => import("../fleet/traffic-page.tsx"),
  run: () => import("../run/run-page.tsx"),
  compare: () => import("../run/compare-page.tsx"),
  node: () => import("../node/node-page.tsx"),
  history: () => import("../history/history-page.tsx"),
  tasks: () => import("../tasks/tasks-page.tsx"),
  memoriam: () => import("../memoriam/memoriam-page.tsx"),
  access: () => import("../access/access-page.tsx"),
};
const TrafficPage = lazy(() => loadPage(pages.traffic));
const RunPage = lazy(() => loadPage(pages.run));
const ComparePage = lazy(() => loadPage(pages.compare));
const NodePage = lazy(() => loadPage(pages.node));
const HistoryPage = lazy(() => loadPage(pages.history));
const TasksPage = lazy(() => loadPage(pages.tasks));
const MemoriamPage = lazy(() => loadPage(pages.memoriam));
const AccessPage = lazy(() => loadPage(pages.access));

/** Its code; after a quarter of a minute without it, a page that says so. What `lazy` once has, it keeps. */
async function loadPage<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): Promise<{ default: ComponentType<Props> }> {
  try {
    return await tryAgain(load, undefined, [200, 800, 2000, 4000, 8000]);
  } catch {
    return { default: NotLoaded };
  }
}

export function App() {
  const first = useLoaded("session", loadSession);
  if (first.error !== undefined) {
    return (
      <main class="only">
        <Failure error={first.error} />
      </main>
    );
  }
  if (session.value === undefined) return <Loading />;
  if (session.value === null) return <LoginPage />;
  return (
    <LocationProvider>
      <Inside />
    </LocationProvider>
  );
}

function Inside() {
  useEffect(() => followFleet(), []);
  useEffect(() => {
    const soon = globalThis.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 1500));
    soon(() => {
      for (const load of Object.values(pages)) load().catch(() => {});
    });
  }, []);
  return (
    <>
      <Frame>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={FleetPage} />
            <Route path="/traffic" component={TrafficPage} />
            <Route path="/history" component={HistoryPage} />
            <Route path="/runs/:run" component={RunPage} />
            <Route path="/compare" component={ComparePage} />
            <Route path="/nodes/:environment/:node" component={NodePage} />
            <Route path="/tasks/:task?" component={TasksPage} />
            <Route path="/memoriam" component={MemoriamPage} />
            <Route path="/access" component={AccessPage} />
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      </Frame>
      <ActionDialogs />
      <Palette />
      <RenewalDialog />
      <Toasts />
    </>
  );
}

/** The server does not answer, or is another one by now, whose pages have other names. */
function NotLoaded() {
  return (
    <>
      <PageHead title="This page does not come" />
      <Empty title="Its code could not be loaded">
        <Button onClick={() => location.reload()}>Load it anew</Button>
      </Empty>
    </>
  );
}

function NotFound() {
  return (
    <>
      <PageHead title="Nothing is here" />
      <Empty title="This address leads nowhere">
        <ButtonLink href="/">To the fleet</ButtonLink>
      </Empty>
    </>
  );
}
