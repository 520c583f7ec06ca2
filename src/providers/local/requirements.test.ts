import { expect, test } from "vitest";
import { ProogError } from "../../report/error.ts";
import { local } from "./local.ts";
import { type Host, readHost, requireHost } from "./requirements.ts";

const complete: Host = {
  platform: "linux",
  uid: 0,
  call: "proog boot web",
  hasCommand: () => true,
  hasFile: () => true,
};

function refusal(host: Host, image = true): ProogError {
  try {
    requireHost(host, local(), { image });
  } catch (error) {
    if (error instanceof ProogError) return error;
  }
  throw new Error("it was accepted");
}

test("a complete host is accepted", () => {
  expect(() => requireHost(complete, local(), { image: true })).not.toThrow();
});

test("all missing packages are named together, with the command to run", () => {
  const error = refusal({ ...complete, hasCommand: () => false, hasFile: () => false });
  expect(error.code).toBe("provider-unavailable");
  expect(error.hint).toBe(
    "Run: apt-get install debootstrap systemd-container nftables iproute2 openssh-client util-linux debian-archive-keyring",
  );
});

test("what only the image needs is not asked for when it is there", () => {
  const host = { ...complete, hasCommand: (name: string) => name !== "debootstrap" };
  expect(refusal(host).hint).toBe("Run: apt-get install debootstrap");
  expect(() => requireHost(host, local(), { image: false })).not.toThrow();
});

test("a plain user is told both commands", () => {
  const error = refusal({ ...complete, uid: 1000, hasCommand: (name) => name !== "nft" });
  expect(error.message).toContain("it needs the packages nftables, and it needs root");
  expect(error.hint).toBe("Run: sudo apt-get install nftables\nRun: sudo proog boot web");
});

test("other systems are told that it needs Linux", () => {
  expect(refusal({ ...complete, platform: "darwin" }).message).toContain("it needs Linux");
});

test("this host's commands are found by PATH, and in the sbin beside each bin", () => {
  expect(readHost("/nowhere").hasCommand("sh")).toBe(false);
  expect(readHost("/usr/bin").hasCommand("chroot")).toBe(true);
});
