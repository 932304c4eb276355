// Addresses that bring a query back, and that hold its answer.

import { h } from "./dom.js";
import { settings, t } from "./page.js";

const LONGEST_QUERY = 6000;
const DRAFT = "erqi-query";

// What the address asks for: {query, view, run}; the fragment, which no server sees, wins.
export function fromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const search = new URLSearchParams(location.search);
  return { query: fragment.get("query"), isGiven: search.has("query") || search.has("question"), view: fragment.get("view") };
}

export function addressOfQuery(query, view) {
  const encoded = new URLSearchParams({ query }).toString();
  const shown = view && view !== "table" ? new URLSearchParams({ view }).toString() : "";
  if (encoded.length <= LONGEST_QUERY) return `/editor?${encoded}${shown ? `#${shown}` : ""}`;
  return `/editor#${[encoded, shown].filter(Boolean).join("&")}`;
}

export function answerAddress(query, format) {
  return `/sparql?${new URLSearchParams(format ? { query, format } : { query })}`;
}

// The draft of this tab, for who comes back to the page.
export const draft = {
  read: () => sessionStorage.getItem(DRAFT),
  keep: (text) => sessionStorage.setItem(DRAFT, text),
};

// The other language shows the query as it is now.
export function keepQueryAcrossLanguages(text) {
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => {
      const tag = new URL(link.href).searchParams.get("lang");
      link.href = `/editor?lang=${tag}#${new URLSearchParams({ query: text() })}`;
    });
  }
}

export function copyButton(label, address) {
  const button = h("button", { type: "button", class: "share" }, label);
  button.addEventListener("click", async () => {
    const url = new URL(address(), location.href).href;
    try {
      await navigator.clipboard.writeText(url);
      button.textContent = t("editor.copied");
      setTimeout(() => { button.textContent = label; }, 1600);
    } catch {
      // Without leave to write to the clipboard, or without https, people copy it themselves.
      const field = h("input", { class: "address", readonly: true, value: url, "aria-label": label });
      button.after(field);
      field.select();
    }
  });
  return button;
}

// A link that downloads the answer; a query that no address holds is posted.
export function download(label, query, format) {
  const address = answerAddress(query, format);
  const name = `${settings.isPlain ? "answer" : "erqi"}.${format}`;
  if (address.length <= LONGEST_QUERY) return h("a", { href: address, download: name }, label);
  const save = async (event) => {
    event.preventDefault();
    const answer = await fetch("/sparql", { method: "POST", body: new URLSearchParams({ query, format }) });
    if (!answer.ok) return;
    const url = URL.createObjectURL(await answer.blob());
    h("a", { href: url, download: name }).click();
    URL.revokeObjectURL(url);
  };
  return h("a", { href: "#answer", click: save }, label);
}
