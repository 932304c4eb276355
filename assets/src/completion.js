// Complete prefixes, variables, classes, properties, graphs, things and words of SPARQL.

import { syntaxTree } from "@codemirror/language";
import { chosen, grouped, settings } from "./page.js";
import { declaring } from "./prefixes.js";
import { slotAfter } from "./slots.js";
import { prefixes, short, terms, written } from "./terms.js";
import { FUNCTIONS, WORDS } from "./words.js";

const WORD = /(?:<[^<>"{}|^`\\\s]*|[?$][\p{L}\p{N}_]*|[\p{L}\p{N}_-]*:?[\p{L}\p{N}_.-]*)$/u;
const MOST = 60;
const LONGEST_WORD = 120;

export async function complete(context) {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (/Comment|String/.test(node.name)) return null;
  const before = context.state.sliceDoc(0, context.pos);
  const typed = WORD.exec(before.slice(-LONGEST_WORD))[0];
  if (!typed && !context.explicit) return null;
  const from = context.pos - typed.length;
  const vocabulary = await terms();
  const options = await optionsFor(slotAfter(before.slice(0, from)), typed, context, vocabulary);
  return options.length ? { from, options: options.slice(0, MOST), filter: false } : null;
}

async function optionsFor(slot, typed, context, vocabulary) {
  const text = context.state.doc.toString();
  if (/^[?$]/.test(typed)) return variables(text, typed, context.pos);
  if (slot.kind === "prefix") return declarations(typed, vocabulary);
  if (slot.kind === "graph") return iris(vocabulary.graphs, typed, "namespace");
  if (slot.kind === "class") return [...iris(vocabulary.classes, typed, "class"), ...names(typed, vocabulary)];
  if (slot.kind === "predicate") {
    return [...iris(nearest(vocabulary, slot.subject, text), typed, "property"), ...names(typed, vocabulary)];
  }
  if (slot.kind === "datatype") return datatypes(typed);
  if (["subject", "object", "values"].includes(slot.kind)) {
    const words = slot.kind === "subject" && typed ? spelled(WORDS, typed) : [];
    return [...words, ...names(typed, vocabulary), ...(await things(typed))];
  }
  if (slot.kind === "expression") return [...spelled(FUNCTIONS, typed, "function"), ...iris(vocabulary.properties, typed, "property", 20)];
  return typed ? spelled(WORDS, typed) : [];
}

// The properties that the class of a variable has come first.
function nearest(vocabulary, subject, text) {
  const escaped = subject?.replace(/[^\p{L}\p{N}_]/gu, "\\$&");
  const found = escaped && new RegExp(`${escaped}\\s+(?:a|rdf:type)\\s+([^\\s;.,}]+)`, "u").exec(text);
  const owner = found && vocabulary.classes.find((one) => written(one.iri).text === found[1] || `<${one.iri}>` === found[1]);
  if (!owner) return vocabulary.properties;
  const own = new Set(owner.properties);
  return [
    ...vocabulary.properties.filter((one) => own.has(one.iri)),
    ...vocabulary.properties.filter((one) => !own.has(one.iri)),
  ];
}

// How well a name fits, best first: its name begins so, a label is it, its name holds it, a label
// begins so, a label holds it; -1: none of that.
function rank(typed, name, labels) {
  const wanted = typed.replace(/^</, "").toLowerCase();
  const own = name.toLowerCase();
  const local = own.slice(own.lastIndexOf(":") + 1);
  if (own.startsWith(wanted) || local.startsWith(wanted)) return 0;
  const called = Object.values(labels ?? {}).map((label) => label.toLowerCase());
  if (called.includes(wanted)) return 1;
  if (own.includes(wanted)) return 2;
  if (called.some((label) => label.startsWith(wanted))) return 3;
  return called.some((label) => label.includes(wanted)) ? 4 : -1;
}

function iris(found, typed, type, most = MOST) {
  return found
    .map((one) => ({ one, name: short(one.iri), rank: rank(typed, typed.startsWith("<") ? one.iri : short(one.iri), one.labels) }))
    .filter((item) => item.rank >= 0)
    .sort((first, second) => first.rank - second.rank)
    .slice(0, most)
    .map(({ one, name }) => ({ label: name, detail: detailOf(one), type, apply: inserting(one.iri) }));
}

function detailOf(one) {
  const label = chosen(one.labels)?.text;
  return [label, one.count !== undefined && `×${grouped(one.count)}`].filter(Boolean).join(" ");
}

// Insert an IRI as it is written in a query; declare its prefix if that is missing.
function inserting(iri) {
  return (view, completion, from, to) => {
    const { text, prefix } = written(iri);
    const whole = view.state.doc.toString();
    const line = prefix && declaring(whole.slice(0, from) + whole.slice(to), [prefix], prefixes());
    const end = view.state.sliceDoc(to, to + 1) === ">" && text.endsWith(">") ? to + 1 : to;
    view.dispatch({
      changes: [...(line && line.from <= from ? [line] : []), { from, to: end, insert: text }],
      selection: { anchor: from + text.length + (line?.insert.length ?? 0) },
      userEvent: "input.complete",
    });
  };
}

function names(typed, vocabulary) {
  if (typed.includes(":") || typed.startsWith("<")) return [];
  return Object.entries(vocabulary.prefixes)
    .filter(([prefix]) => typed && prefix.startsWith(typed.toLowerCase()))
    .map(([prefix, namespace]) => ({ label: `${prefix}:`, detail: namespace, type: "namespace", apply: beginning(prefix) }));
}

function beginning(prefix) {
  return (view, completion, from, to) => {
    const line = declaring(view.state.doc.toString(), [prefix], prefixes());
    view.dispatch({
      changes: [...(line && line.from <= from ? [line] : []), { from, to, insert: `${prefix}:` }],
      selection: { anchor: from + prefix.length + 1 + (line?.insert.length ?? 0) },
      userEvent: "input.complete",
    });
  };
}

function declarations(typed, vocabulary) {
  return Object.entries(vocabulary.prefixes)
    .filter(([prefix]) => prefix.startsWith(typed.replace(":", "").toLowerCase()))
    .map(([prefix, namespace]) => ({ label: `${prefix}:`, detail: namespace, type: "namespace", apply: `${prefix}: <${namespace}>` }));
}

function variables(text, typed, position) {
  const rest = text.slice(0, position - typed.length) + " " + text.slice(position);
  const found = new Set([...rest.matchAll(/[?$]([\p{L}\p{N}_]+)/gu)].map((one) => one[1]));
  return [...found]
    .filter((name) => name.startsWith(typed.slice(1)))
    .map((name) => ({ label: `${typed[0]}${name}`, type: "variable" }));
}

function datatypes(typed) {
  const common = ["string", "integer", "decimal", "double", "boolean", "date", "dateTime", "gYear", "anyURI"];
  return common
    .map((name) => ({ iri: `${prefixes().xsd}${name}` }))
    .filter((one) => rank(typed, short(one.iri)) >= 0)
    .map((one) => ({ label: short(one.iri), type: "type", apply: inserting(one.iri) }));
}

function spelled(words, typed, type = "keyword") {
  const wanted = typed.toUpperCase();
  return words
    .filter((word) => word.startsWith(wanted))
    .map((word) => ({ label: word, type, apply: type === "function" ? `${word}(` : word }));
}

// Things whose name, code or reading is being typed, by the site's own search.
async function things(typed) {
  if (settings.isPlain || typed.includes(":") || typed.startsWith("<") || typed.length < 2) return [];
  try {
    const answer = await fetch(`/search?${new URLSearchParams({ format: "json", q: typed })}`);
    if (!answer.ok) return [];
    const { hits } = await answer.json();
    return hits.slice(0, 12).map((hit) => ({
      label: chosen(hit.labels)?.text ?? hit.matched.text,
      detail: short(hit.iri),
      type: "constant",
      apply: inserting(hit.iri),
    }));
  } catch {
    return []; // the search is a help; without it the rest is completed
  }
}

