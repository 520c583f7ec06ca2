import type { AccessRole } from "../../api.ts";
import { refuse } from "../problem.ts";

/** Who makes a request. */
export interface Visitor {
  readonly name: string;
  readonly role: AccessRole;
  /** The address that it comes from. */
  readonly from: string;
  /** What a browser must bring along with all that is no GET; absent for programs with a token, which no other page can use. */
  readonly csrf?: string;
  /** When it ends. ISO 8601. */
  readonly expires: string;
  /** The session or token, to end it. */
  readonly id: string;
}

const ranks: Readonly<Record<AccessRole, number>> = { viewer: 0, operator: 1, admin: 2 };

/** @throws Refusal `forbidden` for those who may not. */
export function requireRole(visitor: Visitor, needed: AccessRole): void {
  if (ranks[visitor.role] >= ranks[needed]) return;
  refuse("forbidden", `This needs the role ${needed}, and ${visitor.name} has ${visitor.role}.`);
}
