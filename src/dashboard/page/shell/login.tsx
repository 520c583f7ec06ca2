import { useEffect, useState } from "preact/hooks";
import { CallFailed } from "../api/client.ts";
import { Button, ButtonLink } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Failure, Loading, Notice } from "../parts/page.tsx";
import { call, endRenewal, logIn, renewal, resumeSession, session } from "../state/session.ts";

export function LoginPage() {
  return (
    <main class="login">
      <svg width="44" height="44" viewBox="0 0 32 32" aria-hidden="true" class="brand-mark">
        <rect class="tile" width="32" height="32" rx="8" />
        <rect class="line" x="7" y="8" width="18" height="7" rx="2" />
        <rect class="full" x="7" y="18" width="18" height="7" rx="2" />
        <circle class="light" cx="21" cy="11.500" r="1.500" />
      </svg>
      <h1>Log in to the fleet</h1>
      <LoginWays />
      <p class="faint small">
        On the machine itself, <code>proog serve</code> prints a link that logs in once.
      </p>
    </main>
  );
}

/** By what the server offers; where it cannot tell, by a password. */
function LoginWays({ beside = false }: { readonly beside?: boolean }) {
  const { value, loading } = useLoaded("login", (signal) => call("GET /login", { signal }));
  if (value === undefined && loading) return <Loading />;
  const { oidc, passwords = true, problem } = value ?? {};
  const here = `${location.pathname}${location.search}`;
  return (
    <div class="stack">
      {problem !== undefined && (
        <Notice tone="bad" title={problem.message}>
          {problem.hint !== undefined && <p>{problem.hint}</p>}
        </Notice>
      )}
      {oidc !== undefined && (
        <ButtonLink
          look={passwords ? "plain" : "main"}
          size="l"
          href={`${oidc.address}?to=${encodeURIComponent(here)}`}
          beside={beside}
        >
          Log in with {oidc.name}
        </ButtonLink>
      )}
      {oidc !== undefined && passwords && <p class="or faint small">or</p>}
      {(passwords || oidc === undefined) && <LoginForm />}
    </div>
  );
}

function LoginForm() {
  const [name, setName] = useState(session.value?.name ?? "");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await logIn({ name, password });
    } catch (failure) {
      setError(failure);
      setPassword("");
    } finally {
      setBusy(false);
    }
  };
  const refused = error instanceof CallFailed && error.status === 401;
  return (
    <form class="stack" onSubmit={submit}>
      {error !== undefined && !refused && <Failure error={error} />}
      <TextField
        label="Name"
        value={name}
        change={setName}
        autocomplete="username"
        focus={name === ""}
        required
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        change={setPassword}
        autocomplete="current-password"
        focus={name !== ""}
        mistake={refused ? "This name and this password do not belong together." : undefined}
        required
      />
      <Button look="main" size="l" type="submit" busy={busy}>
        Log in
      </Button>
    </form>
  );
}

/** A session that ends in the middle of something: who logs in again goes on where they were. */
export function RenewalDialog() {
  const waits = renewal.value.length > 0;
  // Who comes back from where they have logged in need not say so.
  useEffect(() => {
    if (!waits) return undefined;
    const look = () => void resumeSession();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [waits]);
  const [missing, setMissing] = useState(false);
  if (!waits) return null;
  const goOn = async () => setMissing(!(await resumeSession()));
  return (
    <Dialog title="Your session has ended" close={() => endRenewal(false)}>
      <p class="soft">Log in again: what you were about to do then goes on.</p>
      <LoginWays beside />
      <p class="faint small">
        Without accounts, open a new link from <code>proog serve</code> in another tab, and{" "}
        <button type="button" class="link" onClick={() => void goOn()}>
          go on here
        </button>
        .
      </p>
      {missing && <Notice tone="warn" title="Nobody is logged in here yet" />}
    </Dialog>
  );
}
