import { apt, cron, directory, file, type Item, service, symlink, systemdUnit, user } from "proog";
import * as contents from "./contents.ts";

/** The resources of a mix, as a role declares them. */
export function mixResources(mix: contents.Mix): Item {
  return [
    contents.packages.slice(0, mix.packages).map((name) => apt(name, { recommends: false })),
    times(mix.directories, (index) => directory(contents.directoryPath(index))),
    times(mix.users, (index) => user(contents.userName(index), { system: true })),
    times(mix.files, (index) =>
      file(
        contents.filePath(index),
        contents.isLocalFile(index)
          ? { from: contents.localFile(index) }
          : { content: contents.fileText(index) },
      ),
    ),
    times(mix.symlinks, (index) => symlink(contents.linkPath(index), { to: contents.linkTarget(index) })),
    times(mix.services, serviceWithUnit),
    times(mix.crons, (index) =>
      cron(contents.cronName(index), { schedule: contents.cronSchedule(index), command: "true" }),
    ),
  ];
}

function serviceWithUnit(index: number): Item {
  const unit = systemdUnit(contents.unitName(index), { content: contents.unitText(index) });
  return [unit, service(contents.unitName(index), { restartOn: [unit] })];
}

function times(count: number, make: (index: number) => Item): Item {
  return Array.from({ length: count }, (_, index) => make(index));
}
