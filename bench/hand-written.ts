import * as contents from "./fleet/contents.ts";

/** What a person would write to make a mix on a bare machine: plain commands in order, nothing looked at first. */
export function writeScript(mix: contents.Mix): string {
  const packages = contents.packages.slice(0, mix.packages).join(" ");
  const directories = list(mix.directories, contents.directoryPath);
  const units = list(mix.services, contents.unitName);
  return [
    "set -eu",
    "export DEBIAN_FRONTEND=noninteractive",
    `apt-get install --yes --quiet --no-install-recommends ${packages}`,
    `mkdir -p ${directories.join(" ")}`,
    ...list(mix.users, (index) => `useradd --system ${contents.userName(index)}`),
    ...list(mix.files, (index) => writeFile(contents.filePath(index), contents.fileText(index))),
    ...list(mix.symlinks, (index) => `ln -s ${contents.linkTarget(index)} ${contents.linkPath(index)}`),
    ...list(mix.services, (index) =>
      writeFile(`/etc/systemd/system/${contents.unitName(index)}`, contents.unitText(index)),
    ),
    "systemctl daemon-reload",
    `systemctl enable --now ${units.join(" ")}`,
    ...list(mix.crons, (index) =>
      writeFile(`/etc/cron.d/proog-${contents.cronName(index)}`, contents.cronText(index)),
    ),
    "",
  ].join("\n");
}

function writeFile(path: string, text: string): string {
  return `cat >${path} <<'END'\n${text}END`;
}

function list(count: number, make: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
