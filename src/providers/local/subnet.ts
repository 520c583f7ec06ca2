import { createHash } from "node:crypto";

/** An IPv4 network: address and mask as unsigned numbers. */
export interface Network {
  readonly address: number;
  readonly mask: number;
}

export interface Route extends Network {
  readonly device: string;
}

/** The networks that this host has a route to, read from the text of `/proc/net/route`; the default route is none. */
export function parseRoutes(text: string): Route[] {
  // Iface Destination Gateway Flags RefCnt Use Metric Mask …, numbers in hexadecimal, bytes in host order:
  // eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .flatMap(([device = "", destination = "", , , , , , mask = ""]) =>
      /^0*$/.test(mask) ? [] : [{ device, address: swapBytes(destination), mask: swapBytes(mask) }],
    );
}

/** The private networks that are tried, in this order: the later ones serve hosts where a VPN has all of 10.0.0.0/8. */
const ranges = [
  { first: "10.64.0.0/24", count: 64 * 256 },
  { first: "172.16.0.0/24", count: 16 * 256 },
  { first: "192.168.0.0/24", count: 256 },
];

/** A /24 that overlaps with nothing taken; the first choice of a seed is always the same. */
export function chooseSubnet(seed: string, taken: readonly Network[]): string | undefined {
  const hash = createHash("sha256").update(seed).digest().readUInt16BE(0);
  for (const { first, count } of ranges) {
    for (let step = 0; step < count; step++) {
      const subnet = renderSubnet(parseSubnet(first).address + ((hash + step) % count) * 256);
      if (!taken.some((network) => overlap(network, parseSubnet(subnet)))) return subnet;
    }
  }
  return undefined;
}

function renderSubnet(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.0/24`;
}

/** `10.77.3.0/24` as numbers. */
export function parseSubnet(subnet: string): Network {
  const [address = "", bits = "24"] = subnet.split("/");
  const bytes = address.split(".").map(Number);
  return {
    address: bytes.reduce((sum, byte) => sum * 256 + byte, 0),
    mask: (0xffffffff << (32 - Number(bits))) >>> 0,
  };
}

export function overlap(one: Network, other: Network): boolean {
  const mask = (one.mask & other.mask) >>> 0;
  return (one.address & mask) >>> 0 === (other.address & mask) >>> 0;
}

/** The gateway is `.1`, on the bridge; machines have `.2` to `.239`; those up to `.254` are left for addresses that machines share. */
export function hostAddress(subnet: string, host: number): string {
  return subnet.replace(/0\/24$/, String(host));
}

/** A free number for a machine; the first choice follows from its name, so that a new machine seldom gets the number of another. */
export function chooseHost(name: string, taken: ReadonlySet<number>): number | undefined {
  const start = createHash("sha256").update(name).digest().readUInt16BE(0) % hosts;
  for (let step = 0; step < hosts; step++) {
    const host = 2 + ((start + step) % hosts);
    if (!taken.has(host)) return host;
  }
  return undefined;
}

const hosts = 238;

function swapBytes(hexadecimal: string): number {
  return Buffer.from(hexadecimal.padStart(8, "0"), "hex").readUInt32LE(0);
}
