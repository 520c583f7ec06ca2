/** Writes places without the folder of the config, so that they are the same in each copy of it, and from wherever one asks. */
export interface Places {
  /** `proog.config.ts:14` */
  readonly place: (at: string) => string;
  /** The same in an event or an error, as JSON. */
  readonly json: (text: string) => string;
}

/** What holds a place in events and errors; what machines have, such as the path of a file, stays as it is. */
const names = ["at", "where", "first"];

export function placesFrom(directory: string): Places {
  const folder = directory.endsWith("/") ? directory : `${directory}/`;
  const written = JSON.stringify(folder).slice(0, -1);
  return {
    place: (at) => (at.startsWith(folder) ? at.slice(folder.length) : at),
    json: (text) =>
      names.reduce((so, name) => so.replaceAll(`"${name}":${written}`, () => `"${name}":"`), text),
  };
}
