// The editor over the plain form of /editor: what the form can do stays, the rest is added.

import { h } from "./dom.js";
import { settings, t } from "./page.js";
import { runner } from "./running.js";
import { draft, fromAddress, keepQueryAcrossLanguages } from "./sharing.js";
import { terms } from "./terms.js";
import { textField } from "./typing.js";
import { askToWrite, isUpdate } from "./updating.js";

const root = document.getElementById("editor");
const form = root.querySelector(".query-form");
const area = form.querySelector("textarea");
const button = form.querySelector('button[type="submit"]');
const asked = fromAddress();

const kept = asked.query ?? (asked.isGiven ? null : draft.read());
if (kept) area.value = kept;
area.required = false; // a hidden field cannot say that it is empty

const place = h("div", { class: "answer" });
const status = h("p", { class: "unseen", role: "status" });
form.after(h("section", { id: "answer", "aria-label": t("editor.answer") }, status, place));
button.after(h("small", { class: "keys" }, t("editor.keys")));

const field = textField(area, { run: go, changed: draft.keep });
const running = runner({ field, place, status, button, view: asked.view });

function go() {
  if (isUpdate(field.text())) askToWrite(field, place);
  else running.run();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running.isRunning()) running.stop();
  else go();
});

// Links to examples put their query into the editor, where it can be undone.
for (const link of root.querySelectorAll("a[data-question]")) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const found = (await terms()).questions.find((one) => one.id === link.dataset.question);
    if (!found) { location.assign(link.href); return; }
    field.setText(found.query);
    field.focus();
  });
}

keepQueryAcrossLanguages(field.text);
root.dataset.ready = settings.isPlain ? "plain" : "whole";
