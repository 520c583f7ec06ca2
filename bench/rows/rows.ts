import { buttonRow } from "./button.ts";
import { crashLoopRow } from "./crash-loop.ts";
import { dashboardRows } from "./dashboard.ts";
import { engineRows } from "./engine.ts";
import { firstApplyRow } from "./first-apply.ts";
import { helpRow } from "./help.ts";
import { kindRows } from "./kinds.ts";
import { memoryRow } from "./memory.ts";
import type { Row } from "./row.ts";
import { siteRows } from "./site.ts";
import { storeRows } from "./store.ts";
import { taskRows } from "./tasks.ts";
import { treeRows } from "./tree.ts";
import { wholeCommandRows } from "./whole-command.ts";

/** The whole table, in its order. */
export const rows: readonly Row[] = [
  ...engineRows,
  ...wholeCommandRows,
  ...taskRows,
  ...treeRows,
  ...siteRows,
  ...storeRows,
  firstApplyRow,
  helpRow,
  memoryRow,
  ...dashboardRows,
  buttonRow,
  ...kindRows,
  crashLoopRow,
];
