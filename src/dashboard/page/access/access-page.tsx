import "./access.css";
import { useState } from "preact/hooks";
import type { AccessRole, NewToken, TokenScope } from "../../api.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choice, TextField } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { useOnce } from "../parts/once.ts";
import { Empty, Failure, Loading, Notice, PageHead, Panel } from "../parts/page.tsx";
import { Badge } from "../parts/state.tsx";
import { Ago } from "../parts/time.tsx";
import { writeDay } from "../parts/words.ts";
import { call, mayAdminister, session } from "../state/session.ts";

/** Who may do what, tokens of programs, and who did what here. */
export default function AccessPage() {
  const person = session.value;
  return (
    <>
      <PageHead
        title="Access"
        beside={
          <p class="soft">
            You are {person?.name}, {person?.role}
          </p>
        }
      />
      <div class="stack">
        <Tokens />
        {mayAdminister() && person?.features.accounts === true && <Accounts />}
        {mayAdminister() && <Audit />}
      </div>
    </>
  );
}

const scopes: readonly (readonly [TokenScope, string])[] = [
  ["metrics", "Metrics only"],
  ["viewer", "Look"],
  ["operator", "Look and act"],
];

function Tokens() {
  const loaded = useLoaded("tokens", (signal) => call("GET /tokens", { signal }));
  const [open, setOpen] = useState(false);
  const [end] = useOnce(async (id: string) => {
    await call("DELETE /tokens/:id", { path: { id } });
    loaded.again();
  });
  const tokens = loaded.value?.tokens ?? [];
  return (
    <Panel
      title="Tokens of programs"
      flush
      beside={
        <Button size="s" icon="plus" onClick={() => setOpen(true)}>
          Make one
        </Button>
      }
    >
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      {loaded.value === undefined && loaded.error === undefined && <Loading />}
      {loaded.value !== undefined && tokens.length === 0 && (
        <p class="none soft small">None. Prometheus needs one for its metrics.</p>
      )}
      {tokens.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col" class="hide-s">
                Of
              </th>
              <th scope="col">Ends</th>
              <th scope="col" class="hide-s">
                Last used
              </th>
              <th scope="col">
                <span class="visually-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(({ id, name, owner, scope, expires, lastUsed }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{scopes.find(([each]) => each === scope)?.[1]}</td>
                <td class="hide-s">{owner}</td>
                <td>{writeDay(expires)}</td>
                <td class="hide-s">{lastUsed === undefined ? "never" : <Ago at={lastUsed} />}</td>
                <td class="number">
                  <Button size="s" look="bare" onClick={() => end(id)}>
                    End it
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open && (
        <TokenDialog
          close={() => {
            setOpen(false);
            loaded.again();
          }}
        />
      )}
    </Panel>
  );
}

function TokenDialog({ close }: { readonly close: () => void }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("metrics");
  const [days, setDays] = useState("90");
  const [made, setMade] = useState<NewToken>();
  const [make, busy] = useOnce(async () => {
    setMade(await call("POST /tokens", { body: { name: name.trim(), scope, days: Number(days) } }));
  });
  return (
    <Dialog title="A token for a program" close={close}>
      {made ? (
        <div class="stack">
          <Notice tone="good" title="This is the only time that it is shown">
            <p class="mono token">{made.token}</p>
          </Notice>
          <p class="soft small">
            It goes into the header <code>Authorization: Bearer …</code>
          </p>
          <div class="dialog-buttons">
            <Button icon="copy" onClick={() => void navigator.clipboard.writeText(made.token)}>
              Copy
            </Button>
            <Button look="main" onClick={close}>
              I have it
            </Button>
          </div>
        </div>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            make();
          }}
        >
          <TextField label="Name" value={name} change={setName} placeholder="prometheus" required focus />
          <Choice
            label="What it may do"
            value={scope}
            choices={scopes}
            change={(value) => setScope(scopes.find(([each]) => each === value)?.[0] ?? "metrics")}
          />
          <TextField
            label="Days until it ends"
            type="number"
            value={days}
            change={setDays}
            min={1}
            max={366}
            required
          />
          <div class="dialog-buttons">
            <Button onClick={close}>Not now</Button>
            <Button look="main" type="submit" busy={busy} disabled={name.trim() === ""}>
              Make it
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const roles: readonly (readonly [AccessRole, string])[] = [
  ["viewer", "Viewer: looks"],
  ["operator", "Operator: looks and acts"],
  ["admin", "Admin: sees to accounts, too"],
];

function Accounts() {
  const loaded = useLoaded("accounts", (signal) => call("GET /accounts", { signal }));
  const [open, setOpen] = useState<{ readonly name: string; readonly role: AccessRole } | "new">();
  const [remove] = useOnce(async (name: string) => {
    await call("DELETE /accounts/:name", { path: { name } });
    loaded.again();
  });
  return (
    <Panel
      title="Accounts"
      flush
      beside={
        <Button size="s" icon="plus" onClick={() => setOpen("new")}>
          Make one
        </Button>
      }
    >
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col" class="hide-s">
              Since
            </th>
            <th scope="col">
              <span class="visually-hidden">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {(loaded.value?.accounts ?? []).map(({ name, role, created, seen }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Badge tone={role === "admin" ? "warn" : "quiet"}>{role}</Badge>
              </td>
              <td class="hide-s">
                {writeDay(created)}
                {seen !== undefined && (
                  <span class="faint">
                    {" "}
                    · logged in <Ago at={seen} /> by the OpenID provider
                  </span>
                )}
              </td>
              <td class="number">
                {seen === undefined && (
                  <Button size="s" look="bare" onClick={() => setOpen({ name, role })}>
                    Change
                  </Button>
                )}
                {name !== session.value?.name && (
                  <Button size="s" look="bare" onClick={() => remove(name)}>
                    Remove
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open !== undefined && (
        <AccountDialog
          account={open === "new" ? undefined : open}
          close={() => {
            setOpen(undefined);
            loaded.again();
          }}
        />
      )}
    </Panel>
  );
}

interface AccountDialogProps {
  readonly account: { readonly name: string; readonly role: AccessRole } | undefined;
  readonly close: () => void;
}

function AccountDialog({ account, close }: AccountDialogProps) {
  const [name, setName] = useState(account?.name ?? "");
  const [role, setRole] = useState<AccessRole>(account?.role ?? "viewer");
  const [password, setPassword] = useState("");
  const [save, busy] = useOnce(async () => {
    await call("POST /accounts", {
      body: { name: name.trim(), role, ...(password !== "" && { password }) },
    });
    close();
  });
  const short = password !== "" && password.length < 12;
  const ready = name.trim() !== "" && !short && (account !== undefined || password !== "");
  return (
    <Dialog title={account === undefined ? "A new account" : `Change ${account.name}`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        {account === undefined && (
          <TextField label="Name" value={name} change={setName} autocomplete="off" required focus />
        )}
        <Choice
          label="Role"
          value={role}
          choices={roles}
          change={(value) => setRole(roles.find(([each]) => each === value)?.[0] ?? "viewer")}
        />
        <TextField
          label="Password"
          type="password"
          autocomplete="new-password"
          value={password}
          change={setPassword}
          mistake={short ? "It needs at least 12 characters." : undefined}
          help={account === undefined ? "At least 12 characters." : "Empty keeps the one that there is."}
        />
        <div class="dialog-buttons">
          <Button onClick={close}>Not now</Button>
          <Button look="main" type="submit" busy={busy} disabled={!ready}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Audit() {
  const loaded = useLoaded("audit", (signal) => call("GET /audit", { signal }));
  const entries = loaded.value?.entries ?? [];
  return (
    <Panel title="What was done here" flush>
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      {loaded.value !== undefined && entries.length === 0 && <Empty title="Nothing yet" />}
      {entries.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col" class="hide-s">
                From
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, 200).map(({ at, who, from, what, detail, run }) => (
              <tr key={`${at} ${who} ${what} ${detail}`}>
                <td>
                  <Ago at={at} />
                </td>
                <td>{who}</td>
                <td class="clip audit-detail">
                  {what} {run === undefined ? detail : <a href={`/runs/${run}`}>{detail || run}</a>}
                </td>
                <td class="mono faint hide-s">{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
