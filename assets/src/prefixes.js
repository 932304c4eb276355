// Which prefixes a query declares and uses, and the lines that declare those it lacks.

const DECLARED = /\bPREFIX\s+([^\s:<]*)\s*:\s*<[^>]*>/giu;
const LAST_LINE = /^[ \t]*PREFIX[^\n]*(?:\n|$)/gim;
// What hides a colon: comments, IRIs and strings.
const HIDDEN = /<[^<>"{}|^`\\\s]*>|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g;
const USED = /(?<![\p{L}\p{N}_?$:.-])([\p{L}][\p{L}\p{N}_-]*):/gu;

export function declared(text) {
  return new Set([...text.matchAll(DECLARED)].map((found) => found[1]));
}

export function used(text) {
  const bare = text.replace(DECLARED, "").replace(HIDDEN, " ");
  return new Set([...bare.matchAll(USED)].map((found) => found[1]));
}

// The change that declares prefixes, as CodeMirror takes it; null when there is nothing to declare.
export function declaring(text, wanted, known) {
  const there = declared(text);
  const missing = [...wanted].filter((prefix) => !there.has(prefix) && prefix in known).sort();
  if (!missing.length) return null;
  const lines = missing.map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>\n`).join("");
  const last = [...text.matchAll(LAST_LINE)].at(-1);
  if (!last) return { from: 0, insert: lines };
  const at = last.index + last[0].length;
  return { from: at, insert: last[0].endsWith("\n") ? lines : `\n${lines}` };
}
