// The answer as the service sent it.

import { h } from "../dom.js";
import { t } from "../page.js";

const MOST = 200_000;

export function draw(answer, place) {
  const text = answer.isGraph ? answer.text : JSON.stringify(JSON.parse(answer.text), null, 1);
  place.replaceChildren(
    text.length > MOST ? h("p", { class: "notice" }, t("editor.cut")) : "",
    h("pre", { class: "code", tabindex: "0", "aria-label": t("editor.raw") }, h("code", {}, text.slice(0, MOST))),
  );
}
