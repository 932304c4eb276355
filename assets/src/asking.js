// Ask the service: the only endpoint is the one this page comes from.

const ANSWERS = "application/sparql-results+json, text/turtle;q=0.9";
const LONGEST_ADDRESS = 1800;
const MOST_BYTES = 30_000_000;

export class Problem extends Error {
  // members: those of a problem document (RFC 9457).
  constructor(members) {
    super(members.title ?? "");
    this.members = members;
  }

  get kind() {
    return (this.members.type ?? "").split("#")[1] ?? "";
  }
}

async function checked(response) {
  if (response.ok) return response;
  let members = { title: response.statusText, status: response.status };
  try {
    members = await response.json();
  } catch { /* what stands between may answer in its own way */ }
  const wait = response.headers.get("Retry-After");
  throw new Problem(wait ? { ...members, wait } : members);
}

// Send fields to an address of ours, in it where it stays short.
function send(path, fields, headers, signal) {
  const body = new URLSearchParams(fields);
  if (body.toString().length < LONGEST_ADDRESS) return fetch(`${path}?${body}`, { headers, signal });
  return fetch(path, { method: "POST", headers, body, signal });
}

// The answer of a query: {text, isGraph, help, elapsedMs}; help: where an empty one is looked into.
export async function answerOf(query, signal) {
  const began = performance.now();
  const response = await checked(await send("/sparql", { query }, { Accept: ANSWERS }, signal));
  const elapsedMs = Math.round(performance.now() - began);
  const { text, isCut } = await readText(response);
  const isGraph = response.headers.get("Content-Type")?.startsWith("text/turtle") ?? false;
  const help = /<([^>]*)>\s*;\s*rel="?help"?/.exec(response.headers.get("Link") ?? "")?.[1];
  return { text, isCut, isGraph, help, elapsedMs };
}

// What a query would combine: {is_heavy, warning, combinations ...}.
export async function costOf(query, signal) {
  const response = await send("/sparql", { query, explain: "1" }, { Accept: "application/json" }, signal);
  return (await checked(response)).json();
}

// Why a query has no solutions.
export async function reportAt(address, signal) {
  return (await checked(await fetch(address, { headers: { Accept: "application/json" }, signal }))).json();
}

export async function update(text, token) {
  const headers = { "Content-Type": "application/sparql-update", Authorization: `Bearer ${token}` };
  return (await checked(await fetch("/update", { method: "POST", headers, body: text }))).json();
}

// Solutions of one of our own queries.
export async function solutionsOf(query, signal) {
  const response = await send("/sparql", { query }, { Accept: "application/sparql-results+json" }, signal);
  return (await (await checked(response)).json()).results.bindings;
}

// The text of an answer; of one that a page cannot hold, that it is cut.
async function readText(response) {
  const reader = response.body.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: await new Blob(parts).text(), isCut: false };
    parts.push(value);
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      return { text: "", isCut: true };
    }
  }
}
