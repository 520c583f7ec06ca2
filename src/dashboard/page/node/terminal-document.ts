/**
 * A document for the terminal. xterm.js writes its sizes and colours into `<style>` elements, which the policy of the page refuses, as
 * it should. Here such an element's text becomes a style sheet of the document itself, which no policy has to allow: only a
 * program that runs already can make one.
 */
export function documentForTerminal(): { readonly fakeDocument: Document; readonly remove: () => void } {
  const sheets: CSSStyleSheet[] = [];
  const remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  };
  const makeStyle = (): HTMLElement => {
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const element = document.createElement("div");
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
  const fakeDocument = new Proxy(document, {
    get(target, name) {
      if (name === "createElement")
        return (tag: string) => (tag === "style" ? makeStyle() : target.createElement(tag));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { fakeDocument, remove };
}
