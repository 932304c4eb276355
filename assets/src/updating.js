// Write to the store, where that is on: an update is sent with the token that its writer has.

import { Problem, update } from "./asking.js";
import { h } from "./dom.js";
import { problemNotice } from "./notices.js";
import { grouped, settings, t } from "./page.js";

const PROLOGUE = /^(?:\s|#[^\n]*(?:\n|$)|(?:PREFIX\s+[^\s:<]*\s*:\s*|BASE\s+)<[^>]*>)+/i;
const UPDATE = /^(?:INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|ADD|MOVE|COPY|WITH)\b/i;

export function isUpdate(text) {
  return settings.isWritable && UPDATE.test(text.replace(PROLOGUE, ""));
}

// Ask for the token, then send the update; the token is kept nowhere.
export function askToWrite(field, place) {
  const token = h("input", { type: "password", autocomplete: "off", required: true, id: "token" });
  const outcome = h("div", { role: "status" });
  const send = async (event) => {
    event.preventDefault();
    try {
      const done = await update(field.text(), token.value);
      outcome.replaceChildren(h("p", { class: "notice" }, t("editor.written", { added: grouped(done.added), removed: grouped(done.removed) })));
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem({ title: t("editor.unreachable") });
      outcome.replaceChildren(problemNotice(problem, () => field.focus()));
      if (problem.members.line) field.mark(problem.members.line, problem.members.column, problem.members.detail ?? "");
    }
  };
  place.replaceChildren(
    h("form", { class: "parameters", submit: send },
      h("label", { for: "token" }, t("editor.token"), token), h("button", { type: "submit" }, t("editor.write"))),
    outcome);
  token.focus();
}
