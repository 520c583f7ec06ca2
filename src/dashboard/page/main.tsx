import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./shell/shell.css";
import { render } from "preact";
import { App } from "./shell/app.tsx";

const page = document.getElementById("page");
if (page) render(<App />, page);
