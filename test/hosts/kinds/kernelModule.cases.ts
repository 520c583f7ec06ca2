import { kernelModule } from "../../../src/resources/kernelModule/kernelModule.ts";
import type { Case } from "./case.ts";

// What needs a kernel of its own is in test/hosts/virtual-machine.test.ts.
const load = (name: string) => `/etc/modules-load.d/proog-${name}.conf`;
const probe = (name: string) => `/etc/modprobe.d/zz-proog-${name}.conf`;
const clean = "rm -rf /lib/modules /etc/modules-load.d/proog-* /etc/modprobe.d/zz-proog-*; true";
/** Of a container's kernel nothing is known but what is built into it, and that only where this file is. */
const builtin =
  'mkdir -p "/lib/modules/$(uname -r)"; echo kernel/fs/overlayfs/overlay.ko >"/lib/modules/$(uname -r)/modules.builtin"';
const access = (path: string) => `[ "$(stat -c '%a %U' ${path})" = "644 root" ]`;

export const cases: Case[] = [
  {
    name: "a container cannot load one",
    resources: () => [kernelModule("no-such-module")],
    proof: `test ! -e ${load("no_such_module")}`,
    expect: { blocked: "The modules of a container belong to its host." },
    clean,
  },
  {
    name: "one that is loaded is so at every boot",
    start: `${builtin}; rm -rf /etc/modprobe.d`,
    resources: () => [kernelModule("overlay", { parameters: { metacopy: "Y" } })],
    proof: `grep -qx overlay ${load("overlay")} && grep -qx 'options overlay metacopy=Y' ${probe("overlay")} && ${access(load("overlay"))} && ${access(probe("overlay"))}`,
    clean,
  },
  {
    name: "parameters that are not wanted any more, and a drifted file",
    start: `${builtin}; mkdir -p /etc/modprobe.d; echo 'options overlay metacopy=Y' >${probe("overlay")}; echo hello >${load("overlay")}; chmod 0600 ${load("overlay")}`,
    resources: () => [kernelModule("overlay")],
    proof: `test ! -e ${probe("overlay")} && grep -qx overlay ${load("overlay")} && ${access(load("overlay"))} && grep -rqx 'options overlay metacopy=Y' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "one that must never be loaded",
    start: `echo no_such_module >${load("no_such_module")}`,
    resources: () => [kernelModule("no-such-module", { absent: true })],
    proof: `test ! -e ${load("no_such_module")} && grep -qx 'blacklist no_such_module' ${probe("no_such_module")} && grep -qx 'install no_such_module /bin/false' ${probe("no_such_module")}`,
    clean,
  },
  {
    name: "one that must go, and is the host's",
    start: builtin,
    resources: () => [kernelModule("overlay", { absent: true })],
    proof: `test ! -e ${probe("overlay")}`,
    expect: { blocked: "The modules of a container belong to its host." },
    clean,
  },
  {
    name: "a directory is in the way",
    start: `${builtin}; mkdir ${load("overlay")}`,
    resources: () => [kernelModule("overlay")],
    proof: `test -d ${load("overlay")}`,
    expect: { blocked: "A directory is in the way" },
    clean,
  },
];
