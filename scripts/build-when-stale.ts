// Makes dist/ where it is not there, or older than what it is made of: node scripts/build-when-stale.ts
import { buildWhenStale } from "../test/built.ts";

buildWhenStale();
