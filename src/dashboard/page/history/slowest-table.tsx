import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, Panel } from "../parts/page.tsx";
import { writeDuration } from "../parts/words.ts";
import { call } from "../state/session.ts";

/** Resources whose changes take long: where time is to be won. */
export function SlowestTable() {
  const loaded = useLoaded("slowest", (signal) => call("GET /history/slowest", { signal }));
  if (loaded.error !== undefined) return <Failure error={loaded.error} />;
  if (loaded.value === undefined) return <Loading />;
  const { resources } = loaded.value;
  const most = Math.max(1, ...resources.map(({ mean }) => mean));
  if (resources.length === 0) return <Empty icon="runs" title="Nothing was changed in the last 30 days" />;
  return (
    <Panel flush>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">On average</th>
            <th scope="col" class="number">
              Longest
            </th>
            <th scope="col" class="number hide-s">
              Times
            </th>
            <th scope="col" class="hide-s">
              Slowest on
            </th>
          </tr>
        </thead>
        <tbody>
          {resources.map(({ key, node, times, mean, longest }) => (
            <tr key={key}>
              <th scope="row" class="mono clip slow-key">
                {key}
              </th>
              <td>
                <span class="row">
                  <svg
                    class="slow-bar hide-s"
                    viewBox="0 0 100 6"
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect width={Math.max(1, (100 * mean) / most)} height="6" rx="2" />
                  </svg>
                  <span class="numbers">{writeDuration(mean)}</span>
                </span>
              </td>
              <td class="number numbers soft">{writeDuration(longest)}</td>
              <td class="number numbers soft hide-s">{times}</td>
              <td class="soft hide-s">{node}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
