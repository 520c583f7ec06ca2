import { apt } from "../../../src/resources/apt/apt.ts";
import { floatingAddress } from "../../../src/resources/floatingAddress/floatingAddress.ts";
import { service } from "../../../src/resources/service/service.ts";
import type { Case } from "./case.ts";

/** Addresses of an interface of the machine's own, so that the case knows them. */
const interfaces =
  "ip link add shared type veth peer name other 2>/dev/null; ip address replace 10.99.1.11/24 dev shared && ip link set shared up && ip link set other up";
const nodes = [
  { node: "balancer-1", address: "10.99.1.11" },
  { node: "balancer-2", address: "10.99.1.12" },
];
const file = "/etc/keepalived/keepalived.conf";

export const cases: Case[] = [
  {
    name: "an address of another subnet",
    start: interfaces,
    resources: () => [floatingAddress("10.98.1.10", { node: "balancer-1", nodes })],
    proof: `test ! -e ${file}`,
    expect: { blocked: "10.98.1.10 is outside of the subnet of shared, which has 10.99.1.11/24." },
  },
  {
    name: "a machine that does not have the address that the others know",
    resources: () => [floatingAddress("10.99.1.10", { node: "balancer-2", nodes })],
    proof: `test ! -e ${file}`,
    expect: {
      blocked: "No interface of this machine has the address 10.99.1.12, by which the others know it.",
    },
  },
  {
    name: "an address that another machine has",
    // Its neighbour tells that it has it.
    start: "ip neighbour replace 10.99.1.10 lladdr 02:00:00:00:00:07 dev shared nud permanent",
    resources: () => [floatingAddress("10.99.1.10", { node: "balancer-1", nodes })],
    proof: `test ! -e ${file}`,
    expect: { blocked: "10.99.1.10 is taken: the machine with the link address 02:00:00:00:00:07 has it." },
    clean: "ip neighbour del 10.99.1.10 dev shared",
  },
  {
    name: "the first of two gets it",
    resources: () => {
      const address = floatingAddress("10.99.1.10", { node: "balancer-1", nodes, check: "/usr/bin/true" });
      return [
        apt("keepalived", { recommends: false }),
        address,
        service("keepalived", { reloadOn: address }),
      ];
    },
    proof: `grep -q 'priority 200' ${file} && grep -q 10.99.1.12 ${file} && grep -q nopreempt ${file} && for i in 1 2 3 4 5 6 7 8 9 10; do ip -4 address show dev shared | grep -q 10.99.1.10/24 && exit; sleep 0.5; done; exit 1`,
  },
  {
    name: "with other priorities, and taken back by who has the highest",
    resources: () => [
      floatingAddress("10.99.1.10", {
        ...{ node: "balancer-1", nodes, preempt: true, router: 7 },
        priorities: { "balancer-1": 50, "balancer-2": 60 },
      }),
    ],
    proof: `grep -q 'priority 50' ${file} && grep -q 'virtual_router_id 7' ${file} && ! grep -q nopreempt ${file} && keepalived --config-test`,
  },
  {
    name: "a directory is in the way",
    start: `mv ${file} /root/kept && mkdir ${file}`,
    resources: () => [floatingAddress("10.99.1.10", { node: "balancer-1", nodes })],
    proof: `test -d ${file}`,
    expect: { blocked: "A directory is in the way, so it was left alone." },
    clean: `rmdir ${file} && mv /root/kept ${file}`,
  },
  {
    name: "absent",
    resources: () => [
      service("keepalived", { running: false, enabled: false }),
      floatingAddress("10.99.1.10", { absent: true }),
    ],
    proof: `test ! -e ${file} && grep -rq 10.99.1.10 /var/lib/proog/backups`,
    clean: "ip link delete shared",
  },
];
