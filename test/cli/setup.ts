import { buildWhenStale } from "../built.ts";

export default function setup(): void {
  buildWhenStale();
}
