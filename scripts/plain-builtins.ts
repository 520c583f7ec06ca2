import type { Plugin } from "rolldown";

/**
 * Modules of Node's own are asked for by name. An import statement makes Node look at every one of their exports, and some of
 * them are whole modules of their own, loaded only when somebody looks: a third of the time until a command begins.
 */
export function plainBuiltins(): Plugin {
  return {
    name: "plain-builtins",
    renderChunk(code) {
      return code.replace(
        /^import (?:(?:\* as )?([\w$]+))?(?:, )?(?:\{([^}]*)\})? from ("node:[^"]+");$/gm,
        (_all, whole: string | undefined, names: string | undefined, module: string) => {
          const bound = [whole, names && `{${names.replaceAll(" as ", ": ")}}`].filter(Boolean);
          return bound.map((to) => `const ${to} = globalThis.process.getBuiltinModule(${module});`).join(" ");
        },
      );
    },
  };
}
