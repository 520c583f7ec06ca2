import { useCallback } from "preact/hooks";
import { useLocation } from "preact-iso";

/** What stands behind the `?` of the address: views that can be shared and come back with a reload. */
export function useAddressState(): [
  Readonly<Record<string, string>>,
  (change: Readonly<Record<string, string | undefined>>) => void,
] {
  const { query, path, route } = useLocation();
  const change = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) => {
      const params = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === "") params.delete(name);
        else params.set(name, value);
      }
      const search = params.toString();
      route(`${path}${search && `?${search}`}`, true);
    },
    [path, route],
  );
  return [query, change];
}
