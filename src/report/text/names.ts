/** `web-1 … web-4, web-6, db-1`: three or more in a row are told by the first and the last. */
export function listNames(names: readonly string[]): string {
  const parts: string[] = [];
  for (let first = 0; first < names.length; ) {
    let last = first;
    while (follows(names[last], names[last + 1])) last += 1;
    if (last - first >= 2) parts.push(`${names[first]} … ${names[last]}`);
    else parts.push(...names.slice(first, last + 1));
    first = last + 1;
  }
  return parts.join(", ");
}

/** `1 node`, `4 nodes` */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${groupDigits(number)} ${number === 1 ? noun : plural}`;
}

/** `12,000` */
export function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function follows(name: string | undefined, next: string | undefined): boolean {
  const number = name?.match(/\d+$/)?.[0];
  if (name === undefined || number === undefined) return false;
  const successor = String(Number(number) + 1).padStart(number.length, "0");
  return next === name.slice(0, -number.length) + successor;
}
