import { signal } from "@preact/signals";
import type { Task } from "../../api.ts";
import { call } from "./session.ts";

/** The tasks of the config; `undefined` until they were asked for. */
export const tasks = signal<readonly Task[] | undefined>(undefined);

export async function loadTasks(): Promise<void> {
  tasks.value = (await call("GET /tasks")).tasks;
}
