import { ErrorNotice } from "../parts/page.tsx";
import { Badge, Mark, OutcomeBadge } from "../parts/state.tsx";
import { count, writeDuration } from "../parts/words.ts";
import { ResourceRow } from "./change-view.tsx";
import { type NodeView, progressOf } from "./run-view.ts";

const stages = {
  waiting: "Waits",
  connecting: "Connecting",
  looking: "Looking",
  planned: "Looked at",
  changing: "Changing",
  finished: "Done",
} as const;

interface NodeSectionProps {
  readonly node: NodeView;
  readonly environment: string;
  /** The run goes on: what has no end yet is being done. */
  readonly going: boolean;
  readonly open: boolean;
  readonly openChanges: boolean;
  readonly planned: boolean;
}

/** A node in a run, with its resources. */
export function NodeSection({ node, environment, going, open, openChanges, planned }: NodeSectionProps) {
  const resources = [...node.resources.values()].sort(
    (one, other) => one.reference.number - other.reference.number,
  );
  const { done, of } = progressOf(node);
  const busy = going && node.stage !== "finished";
  return (
    <details class="run-node" open={open}>
      <summary>
        <strong class="node-name">{node.node}</strong>
        {node.outcome !== undefined ? (
          <OutcomeBadge outcome={node.outcome} />
        ) : busy ? (
          <Badge tone={node.stage === "waiting" ? "quiet" : "busy"}>{stages[node.stage]}</Badge>
        ) : null}
        <span class="soft small clip grow">
          {busy && node.progress !== undefined
            ? node.progress
            : of > 0
              ? going && done < of && node.stage === "changing"
                ? `${done} of ${count(of, "change")}`
                : count(of, "change")
              : node.total !== undefined
                ? `${count(node.total, "resource")} in order`
                : ""}
        </span>
        {busy && of > 0 && (
          <svg class="run-progress hide-s" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="4" rx="2" />
            <rect class="fill" width={(100 * done) / of} height="4" rx="2" />
          </svg>
        )}
        {node.milliseconds !== undefined && (
          <span class="faint tiny numbers">{writeDuration(node.milliseconds)}</span>
        )}
      </summary>
      <div class="run-node-body">
        <a class="to-node small" href={`/nodes/${environment}/${node.node}`}>
          The machine {node.node}
        </a>
        {node.error && <ErrorNotice error={node.error} />}
        {resources.map((resource) => (
          <ResourceRow
            key={resource.reference.number}
            resource={resource}
            open={openChanges}
            planned={planned}
          />
        ))}
        {resources.length === 0 && node.error === undefined && (
          <p class="row small soft nothing">
            {node.total !== undefined ? (
              <>
                <Mark tone="good" /> All {count(node.total, "resource")} in order
              </>
            ) : busy ? (
              "Nothing is known yet."
            ) : (
              "It changed no resource; the story tells what it did."
            )}
          </p>
        )}
      </div>
    </details>
  );
}
