// What may stand at the end of an unfinished query: a class, a property, a thing, a graph ...
// It reads tokens, not the grammar, because what is being written is not yet a query.

const TOKEN = new RegExp(
  [
    /#[^\n]*/, /<[^<>"{}|^`\\\s]*>/, /"""[\s\S]*?"""/, /'''[\s\S]*?'''/, /"(?:[^"\\\n]|\\.)*"/, /'(?:[^'\\\n]|\\.)*'/,
    /[?$][\p{L}\p{N}_]+/u, /@[A-Za-z-]+/, /\^\^/, /_?[\p{L}\p{N}_-]*:(?:[\p{L}\p{N}_.%:-]*[\p{L}\p{N}_%:-])?/u,
    /[\p{L}_][\p{L}\p{N}_]*/u, /[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/, /\S/,
  ].map((one) => one.source).join("|"),
  "gu",
);
const TYPES = new Set(["a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]);
const STARTS = new Set(["WHERE", "OPTIONAL", "UNION", "MINUS", "EXISTS", "NOT", "SILENT", "CONSTRUCT"]);
const TAILS = new Set(["ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "BY", "ASC", "DESC"]);

// {kind, subject}: kind is head, prefix, variable, graph, type, datatype, subject, predicate,
// object, class, values or expression.
export function slotAfter(text) {
  const stack = [{ kind: "head", place: 0 }];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith("#")) continue;
    step(stack, token, last);
    last = token;
  }
  return described(stack.at(-1), last);
}

function described(at, last) {
  const word = last.toUpperCase();
  if (last === "^^") return { kind: "datatype" };
  if (word === "PREFIX") return { kind: "prefix" };
  if (["GRAPH", "FROM", "NAMED", "INTO", "WITH", "USING"].includes(word)) return { kind: "graph" };
  if (at.kind !== "group") return { kind: at.kind };
  if (at.pending) return { kind: "expression" };
  if (at.place === 0) return { kind: "subject" };
  if (at.place === 1) return { kind: "predicate", subject: at.subject };
  if (at.place > 2) return { kind: "after" };
  return { kind: TYPES.has(at.predicate) ? "class" : "object", predicate: at.predicate };
}

function step(stack, token, last) {
  const at = stack.at(-1);
  const word = token.toUpperCase();
  if (token === "{") {
    stack.push(at.pending === "VALUES" ? { kind: "values" } : { kind: "group", place: 0 });
  } else if (token === "(" || token === "[") {
    open(stack, at, token);
  } else if (token === "}" || token === ")" || token === "]") {
    if (stack.length > 1) stack.pop();
    close(stack.at(-1), token);
  } else if (at.kind === "group") inGroup(at, token, word, last);
  else if (word === "VALUES") at.pending = "VALUES";
  else if (TAILS.has(word)) at.kind = "tail";
}

function open(stack, at, token) {
  if (token === "[") stack.push({ kind: "group", place: 1, subject: "[]" });
  else if (at.kind === "group" && !at.pending && at.place === 1) stack.push({ ...at });
  else stack.push({ kind: at.pending === "VALUES" || (at.kind === "group" && !at.pending) ? "values" : "expression" });
}

function close(at, token) {
  if (token === "}") { at.place = 0; at.pending = ""; }
  else if (at.pending && at.pending !== "VALUES") { at.place = 0; at.pending = ""; }
  else if (at.kind === "group" && !at.pending) at.place += 1;
}

function inGroup(at, token, word, last) {
  if (token === ".") { at.place = 0; at.pending = ""; }
  else if (at.pending && at.pending !== "GRAPH") return;
  else if (token === ";") at.place = 1;
  else if (token === ",") at.place = 2;
  else if (["FILTER", "BIND", "VALUES", "GRAPH", "SERVICE"].includes(word)) at.pending = word === "SERVICE" ? "GRAPH" : word;
  else if (STARTS.has(word)) at.place = 0;
  else if (at.pending === "GRAPH") at.pending = "";
  else if ("/|^!".includes(token) && at.place >= 1) at.place = 1;
  else if ("*+?".includes(token) || token.startsWith("@") || last === "^^" || token === "^^") return;
  else {
    if (at.place === 0) at.subject = token;
    if (at.place === 1) at.predicate = token;
    at.place += 1;
  }
}
