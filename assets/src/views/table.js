// The answer as a table: sorted by any column, a hundred solutions a page.

import { isNumber, numberColumns, textOf } from "../answers.js";
import { h } from "../dom.js";
import { learn } from "../labels.js";
import { grouped, language, t } from "../page.js";
import { nameOf, shownTerm } from "../terms-shown.js";

const A_PAGE = 100;

export function draw(answer, place) {
  const state = { page: 0, sorted: null, isDown: false };
  const numbers = new Set(numberColumns(answer));
  const show = async (focused) => {
    const rows = arranged(answer.rows, state);
    const shown = rows.slice(state.page * A_PAGE, (state.page + 1) * A_PAGE);
    const paint = () => place.replaceChildren(
      table(answer, shown, numbers, state, show), pager(rows.length, state, show));
    paint();
    if (focused) place.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    await learn(shown.flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value)));
    const held = place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    paint();
    if (held) place.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus();
  };
  return show();
}

function arranged(rows, { sorted, isDown }) {
  if (sorted === null) return rows;
  const order = new Intl.Collator(language, { numeric: true }).compare;
  const compare = (first, second) => {
    const [a, b] = [first[sorted], second[sorted]];
    if (!a || !b) return a ? -1 : b ? 1 : 0;
    const way = isDown ? -1 : 1;
    return way * (isNumber(a) && isNumber(b) ? Number(textOf(a)) - Number(textOf(b)) : order(nameOf(a), nameOf(b)));
  };
  return [...rows].sort(compare);
}

function table(answer, rows, numbers, state, show) {
  return h("div", { class: "table-scroll", role: "region", "aria-label": t("editor.table"), tabindex: "0" },
    h("table", { class: "results" },
      h("thead", {}, h("tr", {}, answer.variables.map((name) => head(name, numbers.has(name), state, show)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, answer.variables.map((name) =>
        h("td", { class: isNumber(row[name]) ? "number-cell" : null }, shownTerm(row[name]))))))));
}

function head(name, isNumeric, state, show) {
  const isSorted = state.sorted === name;
  const sort = () => {
    state.isDown = isSorted && !state.isDown;
    state.sorted = name;
    state.page = 0;
    show(`sort ${name}`);
  };
  return h("th", { scope: "col", class: isNumeric ? "number-cell" : null, "aria-sort": isSorted ? (state.isDown ? "descending" : "ascending") : null },
    h("button", { type: "button", class: "sort", title: t("editor.sort"), "data-focus": `sort ${name}`, click: sort },
      `?${name}`, isSorted && h("span", { "aria-hidden": "true" }, state.isDown ? " ▾" : " ▴")));
}

function pager(count, state, show) {
  const last = Math.ceil(count / A_PAGE) - 1;
  if (last < 1) return "";
  const turn = (step, key) => h("button", {
    type: "button", disabled: state.page + step < 0 || state.page + step > last, "data-focus": key,
    click: () => { state.page += step; show(key); },
  }, t(`editor.${key}`));
  const from = state.page * A_PAGE + 1;
  return h("p", { class: "pager" }, turn(-1, "earlier"),
    h("span", {}, t("editor.page", { from: grouped(from), to: grouped(Math.min(from + A_PAGE - 1, count)), all: grouped(count) })),
    turn(1, "later"));
}
