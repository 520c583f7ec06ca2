import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type { Call } from "../src/dashboard/api.ts";

const file = join(import.meta.dirname, "../docs/reference/openapi.json");
const document = JSON.parse(readFileSync(file, "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(document, "api");
const validators = new Map<Call, ValidateFunction>();

/** Throws where an answer is not as the API's document says. */
export function requireAsDocumented(call: Call, status: number, answer: unknown): void {
  const validate = validators.get(call) ?? compile(call, status);
  validators.set(call, validate);
  if (validate(answer)) return;
  throw new Error(
    `${call} answers other than docs/reference/openapi.json says: ${ajv.errorsText(validate.errors)}`,
  );
}

function compile(call: Call, status: number): ValidateFunction {
  const [method = "", pattern = ""] = call.split(" ");
  const path = pattern
    .replace(/:(\w+)/g, "{$1}")
    .replaceAll("~", "~0")
    .replaceAll("/", "~1");
  const place = [
    "paths",
    path,
    method.toLowerCase(),
    "responses",
    status,
    "content",
    "application~1json",
    "schema",
  ];
  return ajv.compile({ $ref: `api#/${place.map((part) => encodeURIComponent(part)).join("/")}` });
}
