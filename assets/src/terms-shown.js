// How a term looks in an answer: a label with its link, a text with its language, a number.

import { isNumber, textOf } from "./answers.js";
import { h } from "./dom.js";
import { labelOf } from "./labels.js";
import { addressOf, isOurs, short } from "./terms.js";

const TAGS = { zh: "zh-Hans" };

export function shownTerm(term) {
  if (!term) return h("span", { class: "unbound" }, "—");
  if (term.type === "uri") return shownIri(term.value);
  const text = textOf(term);
  if (isNumber(term)) return h("span", { class: "number" }, text);
  const tag = term["xml:lang"];
  return [h("span", { lang: tag ? TAGS[tag] ?? tag : null }, text), tag && h("span", { class: "tag" }, tag)];
}

function shownIri(iri) {
  const label = labelOf(iri);
  const name = short(iri);
  const href = addressOf(iri);
  const attributes = { title: iri, class: label ? null : "name", lang: label ? TAGS[label.language] ?? label.language : null };
  const shown = href
    ? h("a", { ...attributes, href, rel: isOurs(iri) ? null : "external noopener" }, label?.text ?? name)
    : h("span", attributes, label?.text ?? name);
  return label ? [shown, h("br"), h("small", { class: "name" }, name)] : shown;
}

// A term in few words, for a drawing.
export function nameOf(term) {
  if (!term) return "";
  return term.type === "uri" ? labelOf(term.value)?.text ?? short(term.value) : textOf(term);
}
