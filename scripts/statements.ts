// Writes src/store/record/prepared.ts: what a run writes to the store, as SQL that is there when it is needed.
// --check only says whether it is as the source has it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Database } from "../src/store/migrations.ts";
import { recordStatements } from "../src/store/record/record-statements.ts";
import type { Schema } from "../src/store/schema.ts";

const file = join(import.meta.dirname, "../src/store/record/prepared.ts");

const flavours: Readonly<Record<string, Database>> = {
  sqlite: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

const blocks = Object.entries(flavours).map(([flavour, db]) => {
  const lines = Object.entries(recordStatements(db)).map(([name, { sql, names }]) => {
    const words = names.map((word) => JSON.stringify(word)).join(", ");
    return `    ${name}: {\n      sql: ${quote(sql)},\n      names: [${words}],\n    },\n`;
  });
  return `  ${flavour}: {\n${lines.join("")}  },\n`;
});
const text = `// Written by \`npm run statements\` from record-statements.ts.
import type { RecordStatements } from "./record-statements.ts";

/** What a run writes, in each database's words. */
export const prepared: Readonly<Record<"sqlite" | "postgres", RecordStatements>> = {
${blocks.join("")}};
`;

/** In single quotes, since names in SQL stand in double ones. */
function quote(sql: string): string {
  return `\`${sql}\``;
}

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(
    "src/store/record/prepared.ts is not as record-statements.ts has it. Write it anew: npm run statements",
  );
  process.exitCode = 1;
}
