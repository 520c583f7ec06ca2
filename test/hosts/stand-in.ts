import type { HostMachine } from "./machines.ts";

/**
 * Puts a program before systemctl(1) on a machine: this line of shell, and then the real one. Gives what takes it away again, which
 * comes before the next test.
 */
export async function standInForSystemctl(machine: HostMachine, line: string): Promise<() => Promise<void>> {
  const place = "/usr/local/sbin/systemctl";
  await machine.ssh(`cat >${place} <<'END'
#!/bin/sh
${line}
exec /usr/bin/systemctl "$@"
END
chmod 755 ${place}`);
  return async () => {
    await machine.ssh(`rm ${place}`);
  };
}
