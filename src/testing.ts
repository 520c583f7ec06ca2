// What users test their tasks with: import { recordingNode } from "proog/testing".
export {
  type CannedReply,
  type RecordedCommand,
  type RecordingNode,
  type RecordingNodeOptions,
  recordingNode,
} from "./tasks/recording-node.ts";
