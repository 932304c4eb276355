// What is said beside an answer, or in its place: problems, a warning, why there is nothing.

import { h } from "./dom.js";
import { grouped, has, language, t } from "./page.js";

// A problem of the service (RFC 9457): what it is, where, what to do. The query is kept.
export function problemNotice(problem, goTo) {
  const { members, kind } = problem;
  const title = has(`problem-title.${kind}`) ? t(`problem-title.${kind}`) : members.title || t("editor.failed");
  const own = members.message?.[language];
  const meaning = own ?? (has(`problem-meaning.${kind}`) ? t(`problem-meaning.${kind}`) : "");
  const isForeign = !own && members.detail && members.detail !== meaning;
  return h("div", { class: `notice problem ${kind}`, role: "alert" },
    h("p", {}, h("strong", {}, title),
      members.line && [" ", h("button", { type: "button", class: "place", click: goTo }, t("editor.place", { line: members.line, column: members.column }))]),
    meaning && (meaning.includes("\n") ? h("pre", { class: "detail", tabindex: "0" }, meaning) : h("p", {}, meaning)),
    isForeign && h("p", { class: "small", lang: "en" }, members.detail),
    members.wait && h("p", { class: "small" }, t("editor.wait", { count: Number(members.wait) })),
    kind === "query-timed-out" && h("p", { class: "small" }, t("editor.kept")));
}

// What a query would combine, before it is run.
export function warningNotice(cost, { runAnyway, back }) {
  return h("div", { class: "notice warning", role: "alert" },
    h("p", {}, h("strong", {}, t("editor.heavy")), " ",
      cost.combinations && t("editor.combinations", { number: grouped(cost.combinations) })),
    cost.warning && h("p", {}, cost.warning[language]),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "anyway", click: runAnyway }, t("editor.anyway")),
      h("button", { type: "button", click: back }, t("editor.back"))));
}

// Why a query has no solutions: which of its patterns match, and what may have been meant.
export function reportNotice(report) {
  const told = (held) => (held === null ? "—" : held ? t("editor.yes") : t("editor.no"));
  return h("section", { class: "notice why-empty", "aria-label": t("editor.why-empty") },
    h("h3", {}, t("editor.why-empty")),
    h("ul", { class: "advice" }, report.advice.map((one) => h("li", {}, one.message[language],
      one.suggestions.length > 0 && h("ul", {}, one.suggestions.map((found) => h("li", {},
        h("code", {}, found.term), found.count !== null && h("small", {}, ` ×${grouped(found.count)}`))))))),
    report.patterns.length > 0 && h("div", { class: "table-scroll", role: "region", "aria-label": t("editor.patterns"), tabindex: "0" },
      h("table", {},
        h("thead", {}, h("tr", {}, ["number", "pattern", "alone", "joined"].map((key) => h("th", { scope: "col" }, t(`editor.${key}`))))),
        h("tbody", {}, report.patterns.map((one) => h("tr", {},
          h("td", {}, String(one.number)), h("td", {}, h("code", {}, one.text)),
          h("td", {}, told(one.matches)), h("td", {}, told(one.joined))))))),
    report.left_out.length > 0 && h("p", {}, t("editor.left-out"), " ", h("code", {}, report.left_out.join(" · "))));
}

// Links to the mistake in a wrong report are no report: say only that there is nothing.
export function emptyNotice() {
  return h("p", { class: "notice" }, t("editor.none"));
}
