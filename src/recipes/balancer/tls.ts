import { readFileSync } from "node:fs";
import { apt } from "../../resources/apt/apt.ts";
import { certificate } from "../../resources/certificate/certificate.ts";
import { directory } from "../../resources/directory/directory.ts";
import { file } from "../../resources/file/file.ts";
import type { CommonOptions, Resource } from "../../resources/kind.ts";
import type { Engine } from "../../resources/poolMembers/pool.ts";
import { quote } from "../../resources/quote.ts";
import { run } from "../../resources/run/run.ts";
import { service } from "../../resources/service/service.ts";
import type { TlsPlace } from "./nginx.ts";
import type { AcmeCertificate, CertificateFiles, LoadBalancerOptions } from "./options.ts";

/** What HTTPS needs, around the configuration of the server. */
export interface DeclaredTls {
  readonly place: TlsPlace;
  readonly before: readonly Resource[];
  /** For what of it the server is reloaded. */
  readonly read: readonly Resource[];
  /** What needs the server to answer already. */
  readonly after: readonly Resource[];
}

const folder = "/etc/ssl/proog";
const program = "/usr/local/sbin/proog-certificate";

/** Let's Encrypt. */
const defaultDirectory = "https://acme-v02.api.letsencrypt.org/directory";

export function declareTls(options: LoadBalancerOptions, common: CommonOptions): DeclaredTls | undefined {
  const { tls } = options;
  if (tls === undefined) return undefined;
  return "acme" in tls ? byAcme(options, tls, common) : byFiles(options, tls, common);
}

function byFiles(
  { pool, names }: LoadBalancerOptions,
  tls: CertificateFiles,
  common: CommonOptions,
): DeclaredTls {
  const path = `${folder}/${pool.name}.pem`;
  const given = tls.certificate.includes("-----BEGIN")
    ? { content: tls.certificate }
    : { from: tls.certificate };
  const pem = certificate(path, { ...given, key: tls.key, ...(names && { names }), ...common });
  return {
    place: { certificate: path, key: path, acme: false },
    before: [directory(folder, { mode: "0700", ...common }), pem],
    read: [pem],
    after: [],
  };
}

/** Until the authority has given one, there is the one that Debian's ssl-cert makes for the machine itself. */
function byAcme(
  { pool, names = [], engine = "nginx" }: LoadBalancerOptions,
  { acme }: AcmeCertificate,
  common: CommonOptions,
): DeclaredTls {
  const { name } = pool;
  const { email, directory: server = defaultDirectory, root } = acme;
  const { begin, ...place } = placeFor[engine](name);
  const hosts = names.map(quote).join(" ");
  const rootFile =
    root !== undefined && file("/usr/local/share/ca-certificates/proog-acme.crt", { from: root, ...common });
  return {
    place: { ...place, acme: true },
    before: [
      apt("certbot", "ssl-cert", common),
      directory(folder, { mode: "0700", ...common }),
      // HAProxy has no files to show: there certbot itself answers challenges.
      ...(engine === "nginx" ? [directory("/var/www/acme", common)] : []),
      file(program, {
        content: readFileSync(new URL("acme.sh", import.meta.url), "utf8"),
        mode: "0755",
        ...common,
      }),
      ...(rootFile
        ? [
            apt("ca-certificates", common),
            rootFile,
            run("update-ca-certificates", {
              name: "ACME: root of the authority",
              onlyOn: rootFile,
              ...common,
            }),
          ]
        : []),
      run(begin, {
        name: `ACME: certificate of ${name} for the beginning`,
        unless: `test -e ${place.certificate}`,
        ...common,
      }),
    ],
    read: [],
    after: [
      run(`${program} obtain ${engine} ${name} ${quote(email)} ${quote(server)} ${hosts}`, {
        name: `ACME: certificate of ${name}`,
        unless: `${program} has ${engine} ${name} ${hosts}`,
        ...common,
      }),
      service("certbot.timer", common),
    ],
  };
}

/** Debian's, which ssl-cert makes. */
const [ownCertificate, ownKey] = [
  "/etc/ssl/certs/ssl-cert-snakeoil.pem",
  "/etc/ssl/private/ssl-cert-snakeoil.key",
];

/** Where each engine reads a certificate, and what puts the first one there. */
const placeFor: Readonly<
  Record<Engine, (name: string) => { certificate: string; key: string; begin: string }>
> = {
  nginx: (name) => {
    const [certificate, key] = [`${folder}/${name}.crt`, `${folder}/${name}.key`];
    return {
      certificate,
      key,
      begin: `ln -sfn ${ownKey} ${key} && ln -sfn ${ownCertificate} ${certificate}`,
    };
  },
  haproxy: (name) => {
    const path = `${folder}/${name}.pem`;
    return { certificate: path, key: path, begin: `umask 077 && cat ${ownCertificate} ${ownKey} >${path}` };
  },
};
