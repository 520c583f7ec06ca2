import type { Mistake } from "../../resources/declare.ts";
import { checkHostName } from "../../resources/hosts/hosts.ts";
import { checkPoolHealth } from "../../resources/poolMembers/pool-health.ts";
import { checkFlag, checkOptions, commonNames, type OptionNames, show } from "../../resources/rules.ts";
import { isSecret } from "../../resources/secret/secret.ts";
import type {
  AcmeCertificate,
  BalancerLimits,
  ExtraText,
  FailureRule,
  LoadBalancerOptions,
} from "./options.ts";

const optionNames: OptionNames<LoadBalancerOptions> = {
  ...{
    engine: true,
    health: true,
    pool: true,
    names: true,
    listen: true,
    tls: true,
    policy: true,
    sticky: true,
    patient: true,
  },
  ...{ idempotent: true, limits: true, failures: true, maxBody: true, trust: true, vip: true },
  ...{ extra: true, file: true, ...commonNames },
};
const limitNames: OptionNames<BalancerLimits> = {
  ...{ connect: true, answer: true, patience: true, tries: true, shutdown: true },
};
const failureNames: OptionNames<FailureRule> = { count: true, seconds: true };
const extraNames: OptionNames<ExtraText> = { http: true, upstream: true, server: true, location: true };

const tlsNames = { redirect: true, hsts: true } as const;
const fileNames = { certificate: true, key: true, ...tlsNames } as const;
const acmeNames = { acme: true, ...tlsNames } as const;
const authorityNames: OptionNames<AcmeCertificate["acme"]> = { email: true, directory: true, root: true };

/** What is written by these, and so cannot stand beside a whole file of one's own. */
const written = ["names", "tls", "policy", "sticky", "patient", "idempotent", "maxBody", "trust", "extra"];

/** What is wrong with the options of a load balancer. */
export function checkLoadBalancer(options: LoadBalancerOptions): Mistake[] {
  const wrong = checkOptions(options, optionNames);
  if (typeof options !== "object" || options === null)
    return ['loadBalancer takes { pool: fleet.pool("web") }.'];
  const { pool, names, listen, policy, sticky, patient, idempotent, limits, failures } = options;
  const { maxBody, trust, extra, file, vip } = options;
  return [
    ...wrong,
    ...(typeof pool === "object" && pool?.type === "pool"
      ? []
      : [`pool is ${show(pool)}, and must be such as fleet.pool("web").`]),
    ...checkList("names", names, (name, option) => (name === "_" ? undefined : checkHostName(option, name))),
    ...checkNumber("listen", listen, 1, 65_535),
    ...checkTls(options.tls, names),
    ...checkChoice("engine", options.engine, ["nginx", "haproxy"]),
    ...checkHealth(options),
    ...(options.engine === "haproxy" ? checkForHaproxy(options) : []),
    ...checkChoice("policy", policy, ["least-connections", "round-robin", "random"]),
    ...checkSticky(sticky, policy),
    ...checkList("patient", patient, checkPrefix),
    ...checkList("idempotent", idempotent, checkPrefix),
    ...checkGroup("limits", limits, limitNames, {
      ...{
        connect: [1, 60],
        answer: [1, 3600],
        patience: [1, 86_400],
        tries: [1, 10],
        shutdown: [1, 86_400],
      },
    }),
    ...checkGroup("failures", failures, failureNames, { count: [1, 1000], seconds: [1, 3600] }),
    ...(maxBody === undefined || /^\d+[kmg]?$/.test(String(maxBody))
      ? []
      : [`maxBody is ${show(maxBody)}, and must be a size such as "16m".`]),
    ...checkList("trust", trust, (address, option) =>
      /^[0-9a-f.:]+(\/\d+)?$/i.test(String(address))
        ? undefined
        : `${option} is ${show(address)}, and must be an address or a subnet such as "10.0.0.0/8".`,
    ),
    ...checkExtra(extra),
    ...checkFile(file, options),
    ...(vip === undefined ||
    typeof vip === "string" ||
    (typeof vip === "object" && vip !== null && typeof vip.address === "string")
      ? []
      : [`vip is ${show(vip)}, and must be an address such as "10.0.0.10".`]),
    ...(typeof vip === "object" && vip !== null ? [checkFlag("vip.preempt", vip.preempt)] : []),
  ].filter((mistake) => mistake !== undefined);
}

/** What is wrong with several pools on the same balancers. */
export function checkTogether(all: readonly LoadBalancerOptions[]): Mistake[] {
  if (all.length < 2) return [];
  const names = all.map((options) => options?.pool?.name);
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) < index);
  const nameless = all.filter((options) => !options?.names && !options?.file).length;
  return [
    ...(twice === undefined
      ? []
      : [`The pool ${twice} is given twice: all its host names stand in one names.`]),
    ...(nameless > 0 ? ["Several pools are told apart by their host names: give each its names."] : []),
    ...(new Set(all.map((options) => options?.engine ?? "nginx")).size > 1
      ? ["engine differs: one machine balances all its pools by the same one."]
      : []),
    ...(all[0]?.engine === "haproxy" && all.some((options) => options?.file !== undefined)
      ? [
          "file is all that HAProxy has, so it cannot be that of one of several pools: say what is yours by extra.",
        ]
      : []),
    ...(all.filter((options) => options?.vip !== undefined).length > 1
      ? ["vip is given more than once: it belongs to the balancers, and stands in the first one."]
      : []),
  ];
}

/** Where Proog itself asks, it asks by one of both. */
function checkHealth({ health, pool, engine = "nginx" }: LoadBalancerOptions): Mistake[] {
  const wrong = checkPoolHealth(health);
  if (wrong.length > 0 || health === undefined || engine === "haproxy" || !pool?.looked) return wrong;
  const own: Readonly<Record<string, unknown>> = { ...pool.health };
  if (Object.entries(health).every(([name, value]) => own[name] === value)) return [];
  const { name } = pool;
  return [
    `health differs from that of the role ${name}, by which Proog looks at its nodes: nginx asks nobody by itself. Leave it out, or say it at the role alone: role("${name}", …, { health: { path: ${show(health.path)} } }).`,
  ];
}

/** What only nginx has. */
function checkForHaproxy({ extra }: LoadBalancerOptions): Mistake[] {
  return [
    ...(extra?.location === undefined
      ? []
      : ['extra.location is for the engine "nginx": HAProxy has extra.server and extra.upstream.']),
  ];
}

function checkTls(tls: unknown, names: unknown): Mistake[] {
  if (tls === undefined) return [];
  if (typeof tls !== "object" || tls === null)
    return [
      `tls is ${show(tls)}, and must be { certificate: "tls/www.crt", key: secret("tls/www") } or { acme: { email: "ops@example.org" } }.`,
    ];
  const byAcme = "acme" in tls;
  const known = byAcme ? acmeNames : fileNames;
  const wrong = checkOptions(tls, known).map((mistake) => `tls: ${mistake}`);
  const { certificate, key, acme, redirect, hsts }: Readonly<Record<string, unknown>> = { ...tls };
  return [
    ...wrong,
    ...(byAcme ? checkAcme(acme, names) : checkFiles(certificate, key)),
    checkFlag("tls.redirect", redirect) ?? [],
    ...checkNumber("tls.hsts", hsts, 0, 10 ** 9),
  ].flat();
}

function checkFiles(certificate: unknown, key: unknown): Mistake[] {
  return [
    ...(typeof certificate === "string" && certificate !== ""
      ? []
      : [
          `tls.certificate is ${show(certificate)}, and must be a local file such as "tls/www.crt", or its text.`,
        ]),
    ...(isSecret(key) ? [] : ['tls.key must be a secret, such as secret("tls/www").']),
  ];
}

function checkAcme(acme: unknown, names: unknown): Mistake[] {
  const wrong = checkOptions(acme, authorityNames).map((mistake) => `tls.acme: ${mistake}`);
  if (wrong.length > 0 || typeof acme !== "object" || acme === null) return wrong;
  const { email, directory, root }: Readonly<Record<string, unknown>> = { ...acme };
  return [
    ...(Array.isArray(names) && names.length > 0
      ? []
      : ['tls.acme needs names: those that the certificate is for, such as names: ["www.example.org"].']),
    ...(typeof email === "string" && /^[^\s@]+@[^\s@]+$/.test(email)
      ? []
      : [`tls.acme.email is ${show(email)}, and must be an address such as "ops@example.org".`]),
    ...(directory === undefined || (typeof directory === "string" && /^https:\/\/\S+$/.test(directory))
      ? []
      : [
          `tls.acme.directory is ${show(directory)}, and must be an address such as "https://acme.example.org/directory".`,
        ]),
    ...(root === undefined || (typeof root === "string" && root !== "")
      ? []
      : [`tls.acme.root is ${show(root)}, and must be a local file such as "tls/root.crt".`]),
  ];
}

function checkSticky(sticky: unknown, policy: unknown): Mistake[] {
  if (sticky === undefined) return [];
  const cookie =
    typeof sticky === "object" && sticky !== null && "cookie" in sticky ? sticky.cookie : undefined;
  const sound = sticky === "address" || (typeof cookie === "string" && /^[A-Za-z0-9_]+$/.test(cookie));
  return [
    ...(sound
      ? []
      : [
          `sticky is ${show(sticky)}, and must be "address" or { cookie: "sessionid" }: letters, digits and "_".`,
        ]),
    ...(policy === undefined ? [] : ["sticky takes the place of policy: leave one of them out."]),
  ];
}

function checkPrefix(path: unknown, option: string): Mistake | undefined {
  if (typeof path === "string" && /^\/[^\s{};"'\\$]*$/.test(path) && path !== "/") return undefined;
  return `${option} is ${show(path)}, and must be how paths begin, such as "/export/".`;
}

function checkExtra(extra: unknown): Mistake[] {
  if (extra === undefined) return [];
  const wrong = checkOptions(extra, extraNames).map((mistake) => `extra: ${mistake}`);
  if (wrong.length > 0 || typeof extra !== "object" || extra === null) return wrong;
  return Object.entries(extra).flatMap(([name, text]) =>
    typeof text === "string"
      ? []
      : [`extra.${name} is ${show(text)}, and must be nginx text such as "gzip on;".`],
  );
}

function checkFile(file: unknown, options: LoadBalancerOptions): Mistake[] {
  if (file === undefined) return [];
  const given = written.filter((name) => Object.hasOwn(options, name));
  return [
    ...(typeof file === "object" && file !== null && "content" in file !== "from" in file
      ? []
      : [`file is ${show(file)}, and must be { content: "…" } or { from: "nginx/web.conf" }.`]),
    ...(given.length > 0
      ? [`file is the whole configuration, so ${given.join(", ")} would do nothing: say it there.`]
      : []),
  ];
}

function checkList(
  option: string,
  list: unknown,
  check: (item: unknown, option: string) => Mistake | undefined,
): Mistake[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [`${option} is ${show(list)}, and must be a list.`];
  return list.flatMap((item, index) => check(item, `${option}[${index}]`) ?? []);
}

function checkNumber(option: string, value: unknown, least: number, most: number): Mistake[] {
  if (
    value === undefined ||
    (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most)
  )
    return [];
  return [`${option} is ${show(value)}, and must be a whole number from ${least} to ${most}.`];
}

function checkChoice(option: string, value: unknown, choices: readonly string[]): Mistake[] {
  if (value === undefined || choices.includes(String(value))) return [];
  return [`${option} is ${show(value)}, and must be one of ${choices.map(show).join(", ")}.`];
}

function checkGroup(
  option: string,
  group: unknown,
  names: Readonly<Record<string, true>>,
  ranges: Readonly<Record<string, readonly [number, number]>>,
): Mistake[] {
  if (group === undefined) return [];
  const wrong = checkOptions(group, names).map((mistake) => `${option}: ${mistake}`);
  if (wrong.length > 0 || typeof group !== "object" || group === null) return wrong;
  return Object.entries(group).flatMap(([name, value]) => {
    const [least, most] = ranges[name] ?? [1, 1];
    return checkNumber(`${option}.${name}`, value, least, most);
  });
}
