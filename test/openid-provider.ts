import { once } from "node:events";
import { createServer } from "node:http";
import { type ClientMetadata, Provider } from "oidc-provider";
import { freePort } from "./dashboard-client.ts";

/** What the provider knows of people, by the names that they log in with. */
export type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An OpenID provider that runs. */
export interface RunningProvider extends AsyncDisposable {
  readonly issuer: string;
  /** What it was asked for: `POST /token`. */
  readonly requests: string[];
}

/**
 * A real, certified OpenID provider with one client; its own pages ask for a name and any password. People can be changed while it runs.
 */
export async function startProvider(
  people: People,
  client: ClientMetadata,
  port?: number,
): Promise<RunningProvider> {
  const at = port ?? (await freePort());
  const issuer = `http://127.0.0.1:${at}`;
  const requests: string[] = [];
  const provider = new Provider(issuer, {
    clients: [{ grant_types: ["authorization_code"], response_types: ["code"], ...client }],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
      groups: ["groups", "realm_access"],
    },
    scopes: ["openid", "email", "profile", "groups"],
    cookies: { keys: ["a key of a test"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people[id] }),
    }),
  });
  const answer = provider.callback();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    void answer(request, response);
  });
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  return {
    ...{ issuer, requests },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where one has come to, and what stands there. */
export interface Arrival {
  readonly address: string;
  readonly status: number;
  readonly text: string;
}

/** A browser without scripts: it follows redirects, keeps cookies for each place as real ones do, and sends forms. */
export class PlainBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Those of a place, as they are sent. */
  cookies(address: string): string {
    return [...(this.#cookies.get(new URL(address).host) ?? [])]
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
  }

  /** Goes there, and where it leads; `stop` is where it is not gone. */
  async go(address: string, stop?: RegExp, form?: URLSearchParams): Promise<Arrival> {
    const response = await fetch(address, {
      ...{ redirect: "manual", method: form ? "POST" : "GET", headers: { cookie: this.cookies(address) } },
      ...(form && { body: form }),
    });
    this.#keep(address, response.headers.getSetCookie());
    const next = response.headers.get("location");
    if (next === null) return { address, status: response.status, text: await response.text() };
    const there = new URL(next, address).href;
    if (stop?.test(there)) return { address: there, status: response.status, text: "" };
    return await this.go(there, stop);
  }

  /** Logs in at the provider, from the address that leads to it, and agrees to what it asks. */
  async logIn(address: string, name: string, stop?: RegExp): Promise<Arrival> {
    let at = await this.go(address, stop);
    for (const answers of [{ prompt: "login", login: name, password: "any" }, { prompt: "consent" }]) {
      if (!at.text.includes(`name="prompt" value="${answers.prompt}"`)) continue;
      const action = /<form[^>]* action="([^"]+)"/.exec(at.text)?.[1] ?? "";
      at = await this.go(new URL(action, at.address).href, stop, new URLSearchParams(answers));
    }
    return at;
  }

  #keep(address: string, cookies: readonly string[]): void {
    const { host } = new URL(address);
    const kept = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, kept);
    for (const cookie of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /expires=Thu, 01 Jan 1970/i.test(cookie)) kept.delete(name);
      else kept.set(name, value);
    }
  }
}
