// Called as: reaper.ts FOLDER. Waits for the end of its input, which comes with the end of the test run, however that
// dies, and then ends all that the run has left.
import { endRun } from "./leftovers.ts";

const [folder = ""] = process.argv.slice(2);
process.stdin.resume();
process.stdin.on("end", () => endRun(folder));
