import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "../hosts/program.ts";
import type { CrashMachine } from "./crash-fleet.ts";

/** A run that is held in the middle of a step. */
export interface Held {
  readonly machine: CrashMachine;
  readonly controller: Running;
  /** The first process of the run, whose session all of it is. */
  readonly leader: string;
}

/** A way in which a run can be hurt, and what is expected of it. */
export interface Way {
  readonly what: string;
  /** Whether this run's own controller ends with everything done. */
  readonly survives: boolean;
  /** Whether the machine is booted for it. */
  readonly boots: boolean;
  /**
   * What the next apply may say of it, the outcome of its event about the earlier run; empty where it need not. Changes that can
   * lock the operator out are put back when nobody is there to confirm them. What the run itself could still tell of its end, its own
   * controller has said.
   */
  readonly said: readonly string[];
  /** Does it, and comes back when the run is over. */
  strike(held: Held): Promise<void>;
}

const goOn = (leader: string) => `pkill -CONT -s ${leader} || true`;
/** Also what puts changes back, and what goes on after a reboot of its own, has ended then. */
const untilOver =
  "while [ -e /var/lib/proog/current ] || [ -e /run/systemd/system/proog-resume.service ] || [ -e /etc/systemd/system/proog-resume.service ]; do sleep 0.05; done";

export const ways = {
  controller: {
    what: "the controller killed",
    ...{ survives: false, boots: false },
    said: ["done", "put-back", ""],
    strike: async ({ machine, controller, leader }) => {
      controller.kill("SIGKILL");
      await controller.ended;
      await machine.ssh(goOn(leader));
      await machine.ssh(untilOver);
    },
  },
  connection: {
    what: "the connection cut",
    ...{ survives: true, boots: false },
    said: [],
    strike: async ({ machine, controller, leader }) => {
      // It goes on while nobody can see it.
      await machine.ssh(`(sleep 0.5; ${goOn(leader)}) >/dev/null 2>&1 &`);
      machine.setLink("down");
      try {
        machine.dropConnection();
        await sleep(1500);
      } finally {
        machine.setLink("up");
      }
      await controller.ended;
    },
  },
  run: {
    what: "the target's run killed",
    ...{ survives: false, boots: false },
    said: ["137", "put-back"],
    strike: async ({ machine, controller, leader }) => {
      await machine.ssh(`pkill -KILL -s ${leader}`);
      await controller.ended;
    },
  },
  power: {
    what: "the target's power cut",
    ...{ survives: false, boots: true },
    said: ["rebooted", "put-back"],
    strike: async ({ machine, controller }) => {
      await machine.cutPower();
      await controller.ended;
    },
  },
  reboot: {
    what: "the target rebooted",
    ...{ survives: false, boots: true },
    said: ["rebooted", "143", "put-back", "failed", "done"],
    strike: async ({ machine, controller, leader }) => {
      const boot = "/proc/sys/kernel/random/boot_id";
      const before = await machine.ssh(`cat ${boot}`);
      // It goes on while systemd stops all else, refuses to start anything, and at last ends it by SIGTERM. systemd itself is asked: logind
      // would not do it while apt is at work. The connection may go before it tells of that, and then it is tried again.
      await machine.ssh(
        `grep -qv ${before.trim()} ${boot} || { systemctl start --no-block --job-mode=replace-irreversibly reboot.target && { ${goOn(leader)}; }; }`,
      );
      // systemd gives what does not end 90 s before it kills it.
      const end = performance.now() + 240_000;
      while ((await machine.ssh(`cat ${boot}`)) === before) {
        if (performance.now() > end) throw new Error("It does not reboot.");
        await sleep(100);
      }
      await controller.ended;
    },
  },
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof ways;
export const wayNames = Object.keys(ways) as WayName[];
