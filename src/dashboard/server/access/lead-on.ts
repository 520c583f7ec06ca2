import { html } from "hono/html";

/** A small page that says something, and leads on to another one of ours. */
export function leadOn(text: string, to?: string) {
  const refresh = to === undefined ? "" : html`<meta http-equiv="refresh" content="0; url=${to}">`;
  return html`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Proog</title>${refresh}
<p>${text}
`;
}
