import { cron } from "../../src/resources/cron/cron.ts";
import { logrotate } from "../../src/resources/logrotate/logrotate.ts";
import { run } from "../../src/resources/run/run.ts";
import { service } from "../../src/resources/service/service.ts";
import { systemdTimer } from "../../src/resources/systemdTimer/systemdTimer.ts";
import { systemdUnit } from "../../src/resources/systemdUnit/systemdUnit.ts";
import { type KindBench, many, usualCount } from "./kind-bench.ts";

const unit = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true

[Install]
WantedBy=multi-user.target
`;

/** In shell: the file of the first one, as those of the others. */
const copyFiles = (first: string, other: string) =>
  `for i in $(seq 999); do sed "s/bench-0/bench-$i/g" ${first} >${other}; done`;

export const serviceKinds: readonly KindBench[] = [
  {
    ...{ what: "service", limit: 0.1 },
    start: `cd /etc/systemd/system
for i in $(seq 0 ${usualCount - 1}); do
  printf '%s' '${unit}' >bench-$i.service
  ln -s ../bench-$i.service multi-user.target.wants/bench-$i.service
done
systemctl daemon-reload && systemctl start --no-block $(seq -f bench-%g.service 0 ${usualCount - 1})
while ! systemctl list-jobs | grep -q "^No jobs"; do sleep 1; done`,
    resources: (count) => many(count, (index) => service(`bench-${index}`)),
  },
  {
    ...{ what: "systemdUnit", limit: 0.1 },
    resources: (count) => many(count, (index) => systemdUnit(`bench-${index}.service`, { content: unit })),
  },
  {
    ...{ what: "systemdTimer", limit: 0.1 },
    copy: `cd /etc/systemd/system
${copyFiles("bench-0.timer", "bench-$i.timer")}
${copyFiles("bench-0.service", "bench-$i.service")}
for i in $(seq 999); do ln -s /etc/systemd/system/bench-$i.timer timers.target.wants/; done
systemctl daemon-reload && systemctl start $(seq -f bench-%g.timer 999)`,
    resources: (count) =>
      many(count, (index) => systemdTimer(`bench-${index}`, { schedule: "*-01-01", command: "true" })),
  },
  {
    ...{ what: "cron", limit: 0.1, packages: ["cron"] },
    resources: (count) =>
      many(count, (index) => cron(`bench-${index}`, { schedule: "0 3 * * *", command: `true ${index}` })),
  },
  {
    // Each is tried by logrotate itself before it is put in place.
    ...{ what: "logrotate", limit: 0.1, packages: ["logrotate"] },
    copy: `cd /etc/logrotate.d
${copyFiles("bench-0", "bench-$i")}`,
    resources: (count) =>
      many(count, (index) =>
        logrotate(`bench-${index}`, { files: [`/var/log/bench-${index}.log`], keep: 7 }),
      ),
  },
  {
    ...{ what: "run, guarded by a path", limit: 0.1 },
    resources: (count) =>
      many(count, (index) => run(`touch /srv/ran-${index}`, { creates: `/srv/ran-${index}` })),
  },
  {
    ...{ what: "run, guarded by a command", limit: 5 },
    start: `cd /srv; seq -f ran-%g 0 ${usualCount - 1} | xargs touch`,
    resources: (count) =>
      many(count, (index) => run(`touch /srv/ran-${index}`, { unless: `test -e /srv/ran-${index}` })),
  },
];
