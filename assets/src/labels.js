// What IRIs are called: terms from the vocabulary, things asked for in one query a page.

import { solutionsOf } from "./asking.js";
import { chosen, settings } from "./page.js";
import { isOurs, isWritable, labelsOfTerm } from "./terms.js";

const MOST_AT_ONCE = 400;
const known = new Map();

export function labelOf(iri) {
  return chosen(labelsOfTerm(iri)) ?? chosen(known.get(iri));
}

// Learn the labels of IRIs; what cannot be learnt keeps its name.
export async function learn(iris) {
  const unknown = [...new Set(iris)].filter(
    (iri) => !known.has(iri) && !labelsOfTerm(iri) && isOurs(iri) && isWritable(iri) && !iri.startsWith(`${settings.base}graph/`),
  );
  for (let start = 0; start < unknown.length; start += MOST_AT_ONCE) {
    const asked = unknown.slice(start, start + MOST_AT_ONCE);
    try {
      const found = await solutionsOf(queryFor(asked));
      for (const iri of asked) known.set(iri, {});
      for (const { iri, label } of found) known.get(iri.value)[(label["xml:lang"] ?? "").split("-")[0]] ??= label.value;
    } catch {
      return; // labels are a help: the answer stands without them
    }
  }
}

function queryFor(iris) {
  const quoted = settings.isPlain ? "" : "|oa:hasSelector/oa:exact|erqi:caption";
  return `PREFIX erqi: <${settings.base}def#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?iri ?label WHERE {
  VALUES ?iri { ${iris.map((iri) => `<${iri}>`).join(" ")} }
  ?iri rdfs:label|skos:prefLabel|dcterms:title${quoted} ?label .
}`;
}
