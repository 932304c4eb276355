// The vocabulary of the release: prefixes, classes, properties, graphs, questions; asked for once.

import { settings } from "./page.js";

const NONE = { base: settings.base, prefixes: {}, classes: [], properties: [], graphs: [], questions: [] };
// What a local name may hold and be written after a prefix without escapes.
const LOCAL = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?$/u;
const NOT_IN_IRI = /[\x00-\x20<>"{}|^`\\]/;

let asked;
let known = NONE;
const labels = new Map();

export function terms() {
  asked ??= fetch("/editor/terms")
    .then((answer) => (answer.ok ? answer.json() : NONE))
    .catch(() => NONE)
    .then((found) => {
      known = found;
      for (const one of [...found.classes, ...found.properties]) labels.set(one.iri, one.labels);
      return found;
    });
  return asked;
}

export function prefixes() {
  return known.prefixes;
}

export function labelsOfTerm(iri) {
  return labels.get(iri);
}

// [prefix, local name] under the longest namespace that holds an IRI.
function divided(iri) {
  let best = null;
  for (const [prefix, namespace] of Object.entries(known.prefixes)) {
    if (iri.startsWith(namespace) && namespace.length > (best?.[1].length ?? 0)) best = [prefix, namespace];
  }
  return best && [best[0], iri.slice(best[1].length)];
}

export function short(iri) {
  const found = divided(iri);
  return found?.[1] ? found.join(":") : iri;
}

// An IRI as it is written in a query, and the prefix that needs.
export function written(iri) {
  const found = divided(iri);
  if (found && LOCAL.test(found[1])) return { text: found.join(":"), prefix: found[0] };
  return { text: `<${iri}>`, prefix: null };
}

export function isWritable(iri) {
  return !NOT_IN_IRI.test(iri);
}

const escaped = (path, apart) => path.split(apart).map(encodeURIComponent).join(apart);

// Where a link to an IRI leads; "" for what must not be a link.
export function addressOf(iri) {
  if (!isWritable(iri)) return "";
  if (settings.isPlain) return `/editor?${new URLSearchParams({ query: `DESCRIBE <${iri}>` })}`;
  const things = `${settings.base}id/`;
  if (iri.startsWith(things)) return `/doc/${escaped(iri.slice(things.length), "/")}`;
  if (iri.startsWith(settings.base)) {
    const [path, ...fragment] = iri.slice(settings.base.length).split("#");
    return ["/" + escaped(path, "/"), ...fragment.map(encodeURIComponent)].join("#");
  }
  return /^https?:\/\//i.test(iri) ? iri : "";
}

export const isOurs = (iri) => settings.isPlain || iri.startsWith(settings.base);
