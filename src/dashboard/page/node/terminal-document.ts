/** How a terminal is opened under the page's policy, and what it leaves behind is taken away. */
export interface TerminalDocument {
  readonly document: Document;
  /** Opens the terminal: what asks for the page's own document meanwhile gets the same. */
  open(act: () => void): void;
  remove(): void;
}

/**
 * A document for the terminal. xterm.js writes its sizes and colours into `<style>` elements and `style` attributes, which the policy of
 * the page refuses, as it should. Here such an element's text becomes a style sheet of the document itself, and such an attribute
 * the element's style by its own interface: neither has to be allowed, since only a program that runs already can do it.
 */
export function documentForTerminal(): TerminalDocument {
  const sheets: CSSStyleSheet[] = [];
  const create = document.createElement.bind(document);
  const makeStyle = (): HTMLElement => {
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const element = create("div");
    element.hidden = true;
    let text = "";
    Object.defineProperty(element, "textContent", {
      get: () => text,
      set(next: string) {
        text = next;
        sheet.replaceSync(next);
      },
    });
    return element;
  };
  const createElement = (tag: string): HTMLElement => (tag === "style" ? makeStyle() : create(tag));
  const fake = new Proxy(document, {
    get(target, name) {
      if (name === "createElement") return createElement;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    document: fake,
    open(act) {
      // One of its parts takes no notice of the document that it was given.
      Object.defineProperty(document, "createElement", { value: createElement, configurable: true });
      try {
        act();
      } finally {
        Reflect.deleteProperty(document, "createElement");
      }
    },
    remove() {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
    },
  };
}

// The terminal's letters are spans, many of them copies of others, so their own kind has it.
HTMLSpanElement.prototype.setAttribute = function (this: HTMLElement, name: string, value: string): void {
  if (name === "style") this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
};
