import { local } from "../../src/providers/local/local.ts";
import { localProvider } from "../../src/providers/local/local-provider.ts";
import { ProogError } from "../../src/report/error.ts";

// Called as: local-controller.ts FOLDER KEY. Prints the fleet's machines, boots web-1, prints it or the error.
const [directory = "", key = ""] = process.argv.slice(2);
const context = {
  fleet: "test",
  environment: "devel",
  directory,
  progress: () => undefined,
  signal: new AbortController().signal,
};
const provider = localProvider(local());
console.log(JSON.stringify(await provider.list(context)));
try {
  console.log(JSON.stringify(await provider.boot([{ name: "web-1", authorizedKeys: [key] }], context)));
} catch (error) {
  if (!(error instanceof ProogError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
}
