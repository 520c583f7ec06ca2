import { readFileSync } from "node:fs";
import { apt } from "../../resources/apt/apt.ts";
import { certificate } from "../../resources/certificate/certificate.ts";
import { directory } from "../../resources/directory/directory.ts";
import { file } from "../../resources/file/file.ts";
import type { CommonOptions, Resource } from "../../resources/kind.ts";
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

/** Until the authority has given one, nginx has the one that Debian's ssl-cert makes for the machine itself. */
function byAcme(
  { pool, names = [] }: LoadBalancerOptions,
  { acme }: AcmeCertificate,
  common: CommonOptions,
): DeclaredTls {
  const { name } = pool;
  const { email, directory: server = defaultDirectory, root } = acme;
  const place = { certificate: `${folder}/${name}.crt`, key: `${folder}/${name}.key`, acme: true };
  const hosts = names.map(quote).join(" ");
  const rootFile =
    root !== undefined && file("/usr/local/share/ca-certificates/proog-acme.crt", { from: root, ...common });
  return {
    place,
    before: [
      apt("certbot", "ssl-cert", common),
      directory(folder, { mode: "0700", ...common }),
      directory("/var/www/acme", common),
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
      run(
        `ln -sfn /etc/ssl/private/ssl-cert-snakeoil.key ${place.key} && ln -sfn /etc/ssl/certs/ssl-cert-snakeoil.pem ${place.certificate}`,
        {
          name: `ACME: certificate of ${name} for the beginning`,
          unless: `test -e ${place.certificate}`,
          ...common,
        },
      ),
    ],
    read: [],
    after: [
      run(`${program} obtain ${name} ${quote(email)} ${quote(server)} ${hosts}`, {
        name: `ACME: certificate of ${name}`,
        unless: `${program} has ${name} ${hosts}`,
        ...common,
      }),
      service("certbot.timer", common),
    ],
  };
}
