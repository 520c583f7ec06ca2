import { useEffect } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { ActionDialogs } from "../actions/dialogs.tsx";
import { tryAgain } from "../api/client.ts";
import { FleetPage } from "../fleet/fleet-page.tsx";
import { ButtonLink } from "../parts/button.tsx";
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
const TrafficPage = lazy(() => tryAgain(pages.traffic));
const RunPage = lazy(() => tryAgain(pages.run));
const ComparePage = lazy(() => tryAgain(pages.compare));
const NodePage = lazy(() => tryAgain(pages.node));
const HistoryPage = lazy(() => tryAgain(pages.history));
const TasksPage = lazy(() => tryAgain(pages.tasks));
const MemoriamPage = lazy(() => tryAgain(pages.memoriam));
const AccessPage = lazy(() => tryAgain(pages.access));

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
