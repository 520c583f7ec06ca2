import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { get } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A certificate authority that speaks ACME (RFC 8555), as far as an order with HTTP challenges goes. */
export interface AcmeServer extends AsyncDisposable {
  /** Where clients begin. */
  readonly directory: string;
  /** Its root, in PEM. */
  readonly root: string;
  /** What it was asked for, `challenge www.example.org`, in order. */
  readonly log: readonly string[];
}

interface Order {
  readonly names: readonly string[];
  readonly tokens: readonly string[];
  readonly states: string[];
  certificate?: string;
}

/**
 * @param folder An empty folder for its keys.
 * @param address Where clients find this host.
 * @param challenged Where a name leads to: the address that it asks for the challenge.
 */
export async function startAcmeServer(
  folder: string,
  address: string,
  challenged: (name: string) => string,
): Promise<AcmeServer> {
  const file = (name: string) => join(folder, name);
  const openssl = (...words: string[]) =>
    execFileSync("openssl", words, { stdio: ["ignore", "pipe", "ignore"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=Test CA"],
    ...["-keyout", file("ca.key"), "-out", file("ca.crt")],
  );
  const sign = (request: string, form: string, alternative: string) => {
    writeFileSync(file("extensions"), `subjectAltName=${alternative}\n`);
    return openssl(
      ...["x509", "-req", "-in", request, "-inform", form, "-days", "2", "-extfile", file("extensions")],
      ...["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial"],
    ).toString();
  };
  openssl("req", ...newKey, "-subj", "/CN=acme", "-keyout", file("own.key"), "-out", file("own.csr"));
  const certificate = sign(file("own.csr"), "PEM", `IP:${address}`);
  const root = readFileSync(file("ca.crt"), "utf8");
  const orders: Order[] = [];
  const log: string[] = [];
  const accounts: JsonWebKey[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const base = `https://${address}:${port()}`;
    response.setHeader("Replay-Nonce", randomBytes(16).toString("hex"));
    const say = (status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { "Content-Type": "application/json", ...headers });
      response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
    };
    const [, noun = "", number = "0", index = "0"] = (request.url ?? "").split("/");
    if (noun === "directory") {
      const nouns = { newNonce: "nonce", newAccount: "account", newOrder: "new-order", revokeCert: "revoke" };
      return say(
        200,
        Object.fromEntries(Object.entries(nouns).map(([name, path]) => [name, `${base}/${path}`])),
      );
    }
    if (noun === "nonce") return say(200);
    const { key, payload } = readSigned(await readBody(request), accounts);
    if (noun === "account") {
      accounts.push(key);
      return say(201, { status: "valid" }, { Location: `${base}/account/${accounts.length - 1}` });
    }
    if (noun === "new-order") {
      const names = payload.identifiers.map(({ value }: { value: string }) => value);
      const tokens = names.map(() => randomBytes(16).toString("hex"));
      orders.push({ names, tokens, states: names.map(() => "pending") });
      log.push(`order ${names.join(" ")}`);
      return say(201, orderOf(base, orders.length - 1), { Location: `${base}/order/${orders.length - 1}` });
    }
    const order = orders[Number(number)];
    if (!order) return say(404, {});
    const [name = "", token = ""] = [order.names[Number(index)], order.tokens[Number(index)]];
    const challenge = { type: "http-01", url: `${base}/challenge/${number}/${index}`, token };
    if (noun === "authorization") {
      const status = order.states[Number(index)];
      const identifier = { type: "dns", value: name };
      return say(200, { status, identifier, challenges: [{ ...challenge, status }] });
    }
    if (noun === "challenge") {
      const said = await ask(challenged(name), name, `/.well-known/acme-challenge/${token}`);
      const right = said.trim() === `${token}.${thumbprintOf(key)}`;
      log.push(`challenge ${name} ${right ? "valid" : "invalid"}`);
      order.states[Number(index)] = right ? "valid" : "invalid";
      const up = { Link: `<${base}/authorization/${number}/${index}>;rel="up"` };
      return say(200, { ...challenge, status: order.states[Number(index)] }, up);
    }
    if (noun === "finalize") {
      writeFileSync(file("client.csr"), Buffer.from(payload.csr, "base64url"));
      const alternative = order.names.map((one) => `DNS:${one}`).join(",");
      order.certificate = sign(file("client.csr"), "DER", alternative);
    }
    if (noun === "certificate")
      return say(200, `${order.certificate}${root}`, { "Content-Type": "application/pem-certificate-chain" });
    return say(200, orderOf(base, Number(number)));
  };

  const orderOf = (base: string, number: number) => {
    const order = orders[number];
    const all = order?.states ?? [];
    const pending = all.every((state) => state === "valid") ? "ready" : "pending";
    return {
      status: order?.certificate ? "valid" : all.includes("invalid") ? "invalid" : pending,
      identifiers: order?.names.map((value) => ({ type: "dns", value })),
      authorizations: order?.names.map((_, index) => `${base}/authorization/${number}/${index}`),
      finalize: `${base}/finalize/${number}`,
      ...(order?.certificate && { certificate: `${base}/certificate/${number}` }),
    };
  };

  const options = { key: readFileSync(file("own.key")), cert: certificate };
  const server = createServer(options, (request, response) => {
    answer(request, response).catch((error) => {
      log.push(String(error));
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const port = () => (server.address() as AddressInfo).port;
  return {
    ...{ directory: `https://${address}:${port()}/directory`, root, log },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A JWS, and the key of its signature: that of an account, or the one that it brings (RFC 8555, section 6.2). */
function readSigned(body: string, accounts: readonly JsonWebKey[]) {
  const { protected: head, payload, signature } = JSON.parse(body);
  const { alg, jwk, kid = "" } = JSON.parse(Buffer.from(head, "base64url").toString());
  const key: JsonWebKey = jwk ?? accounts[Number(kid.split("/").at(-1))];
  const publicKey = createPublicKey({ key, format: "jwk" });
  const form = alg === "ES256" ? ({ key: publicKey, dsaEncoding: "ieee-p1363" } as const) : publicKey;
  if (!verify("sha256", Buffer.from(`${head}.${payload}`), form, Buffer.from(signature, "base64url")))
    throw new Error("The signature is wrong.");
  return { key, payload: payload === "" ? {} : JSON.parse(Buffer.from(payload, "base64url").toString()) };
}

/** RFC 7638. */
function thumbprintOf(key: JsonWebKey): string {
  const { e, kty, n, crv, x, y } = key;
  const parts = kty === "RSA" ? { e, kty, n } : { crv, kty, x, y };
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function ask(address: string, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: address, path, headers: { Host: host }, agent: false }, (response) => {
      readBody(response).then(resolve, reject);
    }).on("error", reject);
  });
}
