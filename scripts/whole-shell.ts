import { writeAccess } from "../src/catalog/access-limit.ts";
import { loadProgramShell } from "../src/catalog/shell.ts";
import { allKinds } from "../src/resources/kinds.ts";

/** The shell of a catalog in which every kind is used: what shellcheck looks at as one program. */
export function writeWholeShell(): string {
  const { early, late } = loadProgramShell(
    [],
    allKinds().flatMap(({ shell }) => shell),
  );
  return [
    "#!/bin/sh\nproof=''",
    early.text,
    late.text,
    "total=1 partial='' singles='' followers='' batching='' sure='' access='' undone=all",
    writeAccess(30),
    "backup_days=90 backup_kib=1048576",
    "resources() { optional; triggers reload 1 mark; }",
    "surveys() { user_number root; group_number root; survey stat; }",
    'main "$@"\n',
  ].join("\n");
}
