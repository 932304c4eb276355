// An answer as one shape for all views, and which views can show it.

const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger", "int", "long", "short", "byte"]
    .map((name) => `http://www.w3.org/2001/XMLSchema#${name}`),
);
export const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const LATITUDE = /^(lat|latitude|纬度)$/i;
const LONGITUDE = /^(lon|long|lng|longitude|经度)$/i;

// {variables, rows, triples?, boolean?, text}: rows map variables to terms of SPARQL's JSON.
export async function readAnswer({ text, isGraph }) {
  if (isGraph) return graphAnswer(text);
  const found = JSON.parse(text);
  if ("boolean" in found) return { text, boolean: found.boolean, variables: [], rows: [] };
  return { text, variables: found.head.vars, rows: found.results.bindings };
}

async function graphAnswer(text) {
  const { Parser } = await import("n3");
  const rows = new Parser({ format: "text/turtle" }).parse(text).map((quad) => ({
    subject: plainTerm(quad.subject), predicate: plainTerm(quad.predicate), object: plainTerm(quad.object),
  }));
  return { text, isGraph: true, variables: ["subject", "predicate", "object"], rows };
}

function plainTerm(term) {
  if (term.termType === "NamedNode") return { type: "uri", value: term.value };
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  if (term.termType === "Quad") return { type: "triple", value: ["subject", "predicate", "object"].map((part) => term[part].value).join(" ") };
  return {
    type: "literal", value: term.value,
    ...(term.language ? { "xml:lang": term.language } : { datatype: term.datatype.value }),
  };
}

// The value of a term as text, whatever it is.
export function textOf(term) {
  if (!term) return "";
  if (term.type !== "triple") return term.value;
  if (typeof term.value === "string") return term.value;
  return ["subject", "predicate", "object"].map((part) => textOf(term.value[part])).join(" ");
}

export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(term.datatype);

const bound = (answer, variable) => answer.rows.map((row) => row[variable]).filter(Boolean);

export function numberColumns(answer) {
  return answer.variables.filter((variable) => {
    const terms = bound(answer, variable);
    return terms.length > 0 && terms.every(isNumber);
  });
}

export function labelColumns(answer) {
  const numbers = new Set(numberColumns(answer));
  return answer.variables.filter((variable) => !numbers.has(variable) && bound(answer, variable).length > 0);
}

// Where points stand: a column of WKT, or two of degrees.
export function placeColumns(answer) {
  const wkt = answer.variables.find((variable) =>
    bound(answer, variable).some((term) => term.datatype === WKT || /^\s*(<[^>]*>\s*)?POINT\s*\(/i.test(textOf(term))));
  if (wkt) return { wkt };
  const latitude = answer.variables.find((name) => LATITUDE.test(name));
  const longitude = answer.variables.find((name) => LONGITUDE.test(name));
  return latitude && longitude ? { latitude, longitude } : null;
}

// The columns of edges: source, name of the edge (or none), target.
export function edgeColumns(answer) {
  const areNodes = (variable) => bound(answer, variable).every((term) => term.type === "uri" || term.type === "bnode");
  const [first, second, third] = answer.variables;
  if (!answer.rows.length || !first || !second || !areNodes(first) || !areNodes(second)) return null;
  if (third === undefined) return drawable(answer, { source: first, target: second });
  const isTriple = bound(answer, second).every((term) => term.type === "uri") && answer.variables.length === 3;
  return isTriple ? drawable(answer, { source: first, edge: second, target: third }) : null;
}

const drawable = (answer, columns) => (answer.rows.some((row) => row[columns.source] && row[columns.target]) ? columns : null);
