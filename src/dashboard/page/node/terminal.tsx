import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TerminalEnd } from "../../api.ts";
import { Button } from "../parts/button.tsx";
import { session } from "../state/session.ts";
import { theme } from "../state/theme.ts";
import { documentForTerminal } from "./terminal-document.ts";

interface TerminalViewProps {
  readonly environment: string;
  readonly node: string;
}

type State =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  | { readonly kind: "ended"; readonly text: string };

/** A shell on the node, over a real ssh session of the server. */
export default function TerminalView({ environment, node }: TerminalViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>({ kind: "opening" });
  const [turn, setTurn] = useState(0);
  const terminal = useRef<Terminal>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const ground = documentForTerminal();
    const screen = new Terminal({
      cursorBlink: true,
      documentOverride: ground.document,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: 13,
      lineHeight: 1.25,
      scrollback: 10_000,
      theme: readTheme(),
      minimumContrastRatio: 4.5,
      // A screen reader hears what comes.
      screenReaderMode: false,
    });
    terminal.current = screen;
    const fit = new FitAddon();
    screen.loadAddon(fit);
    ground.open(() => screen.open(element));
    fit.fit();
    setState({ kind: "opening" });
    const socket = open(environment, node, screen);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      setState({ kind: "open" });
      screen.focus();
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") {
        const end = JSON.parse(data) as TerminalEnd;
        const text = end.error?.message ?? `The shell ended with status ${end.status}.`;
        setState({ kind: "ended", text });
      } else screen.write(new Uint8Array(data));
    };
    socket.onclose = () =>
      setState((before) =>
        before.kind === "ended" ? before : { kind: "ended", text: "The connection is gone." },
      );
    const bytes = new TextEncoder();
    const send = (text: string) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes.encode(text));
    };
    screen.onData(send);
    screen.onBinary((text) => {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    });
    screen.onResize(({ cols, rows }) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ columns: cols, rows }));
    });
    // Control and Shift and a bracket leave the terminal, so that the keyboard is not caught in it.
    screen.attachCustomKeyEventHandler((event) => {
      if (event.key !== "Escape" || !event.shiftKey) return true;
      if (event.type === "keydown") document.getElementById("terminal-leave")?.focus();
      return false;
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    return () => {
      observer.disconnect();
      socket.close();
      screen.dispose();
      ground.remove();
      terminal.current = null;
    };
  }, [environment, node, turn]);

  useEffect(() => {
    const update = () => {
      if (terminal.current) terminal.current.options.theme = readTheme();
    };
    const stop = theme.subscribe(update);
    const query = matchMedia("(prefers-color-scheme: dark)");
    query.addEventListener("change", update);
    return () => {
      stop();
      query.removeEventListener("change", update);
    };
  }, []);

  return (
    <div class="stack tight">
      <div ref={place} class="terminal-place" />
      <div class="row between small soft">
        <span role="status">
          {state.kind === "opening"
            ? "Connecting …"
            : state.kind === "open"
              ? `Connected to ${node}`
              : state.text}
        </span>
        <span class="row">
          <span class="faint hide-s">
            <kbd>Shift</kbd> <kbd>Esc</kbd> leaves the keyboard
          </span>
          <Button
            id="terminal-leave"
            size="s"
            disabled={state.kind === "opening"}
            onClick={() => setTurn((before) => before + 1)}
          >
            {state.kind === "ended" ? "Open again" : "Open anew"}
          </Button>
        </span>
      </div>
    </div>
  );
}

function open(environment: string, node: string, screen: Terminal): WebSocket {
  const place = `/api/v1/nodes/${encodeURIComponent(environment)}/${encodeURIComponent(node)}/terminal`;
  const address = new URL(place, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.search = new URLSearchParams({
    columns: String(screen.cols),
    rows: String(screen.rows),
  }).toString();
  return new WebSocket(address, ["proog-terminal", `csrf.${session.value?.csrf ?? ""}`]);
}

/** The page's colours as the terminal takes them: it knows no `oklch`, so the browser says what they are. */
function readTheme() {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => {
    const element = document.createElement("span");
    element.style.color = `var(${name})`;
    document.body.append(element);
    const color = getComputedStyle(element).color;
    element.remove();
    if (probe === null) return style.color;
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  return {
    background: read("--surface"),
    foreground: read("--ink"),
    cursor: read("--accent"),
    cursorAccent: read("--surface"),
    selectionBackground: read("--accent-wash"),
    ...{ red: read("--bad"), green: read("--good"), yellow: read("--warn"), blue: read("--accent") },
    ...{ black: read("--ink-faint"), brightBlack: read("--ink-faint"), white: read("--ink-soft") },
    ...{ brightRed: read("--bad"), brightGreen: read("--good"), brightYellow: read("--warn") },
    ...{ brightBlue: read("--accent-strong"), brightWhite: read("--ink") },
  };
}
