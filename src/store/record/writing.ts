// What a run needs to write, as one piece: each one that is loaded takes its time.
export { thisProcess } from "../process.ts";
export { openWriter } from "./open-writer.ts";
export { prepared } from "./prepared.ts";
export { RunRows } from "./run-rows.ts";
