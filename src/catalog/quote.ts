export { quote } from "../resources/quote.ts";
