// Run a query: warn of its cost, ask, show the answer or what went wrong.

import { readAnswer } from "./answers.js";
import { Problem, answerOf, costOf, reportAt } from "./asking.js";
import { h } from "./dom.js";
import { emptyNotice, problemNotice, reportNotice, warningNotice } from "./notices.js";
import { grouped, t } from "./page.js";
import { addressOfQuery, answerAddress, copyButton, download } from "./sharing.js";
import { showViews } from "./tabs.js";
import { terms } from "./terms.js";

export function runner({ field, place, status, button, view }) {
  let asked = null;
  const state = { view };

  const say = (text) => { status.textContent = text; };
  const busy = (isBusy) => {
    button.textContent = isBusy ? t("editor.stop") : t("editor.run");
    place.setAttribute("aria-busy", String(isBusy));
  };

  async function run({ isWarned = false } = {}) {
    asked?.abort();
    const own = (asked = new AbortController());
    const query = field.text();
    field.unmark();
    place.replaceChildren();
    busy(true);
    say(t("editor.running"));
    try {
      const cost = isWarned ? null : await costOf(query, own.signal);
      if (cost?.is_heavy) warn(cost);
      else await show(query, await answerOf(query, own.signal), own.signal);
    } catch (error) {
      if (error.name !== "AbortError") failed(error);
    } finally {
      if (asked === own) { asked = null; busy(false); }
    }
  }

  function stop() {
    asked?.abort();
    say(t("editor.stopped"));
  }

  function warn(cost) {
    say(t("editor.heavy"));
    const notice = warningNotice(cost, {
      runAnyway: () => run({ isWarned: true }),
      back: () => { place.replaceChildren(); field.focus(); },
    });
    place.replaceChildren(notice);
    notice.querySelector("button").focus();
  }

  function failed(error) {
    const problem = error instanceof Problem ? error : new Problem({ title: t("editor.unreachable") });
    const { line, column, message, detail } = problem.members;
    const goTo = () => { field.mark(line, column, message?.[document.documentElement.lang.slice(0, 2)] ?? detail ?? ""); field.focus(); };
    place.replaceChildren(problemNotice(problem, goTo));
    if (line) goTo();
    say(""); // the notice tells itself
  }

  async function show(query, got, signal) {
    history.replaceState(null, "", addressOfQuery(query, state.view));
    if (got.isCut) {
      place.replaceChildren(h("p", { class: "notice" }, t("editor.too-large")), ways(query, got));
      return say(t("editor.too-large"));
    }
    await terms();
    const answer = await readAnswer(got);
    const count = answer.rows.length;
    const said = "boolean" in answer ? t(answer.boolean ? "editor.yes" : "editor.no") : t(answer.isGraph ? "editor.triples" : "editor.solutions", { count, number: grouped(count) });
    const place2 = h("div", {});
    place.replaceChildren(
      h("p", { class: "figures" }, h("span", {}, said), h("span", {}, `${grouped(got.elapsedMs)} ms`)),
      ways(query, answer), place2);
    say(said);
    if ("boolean" in answer) return place2.append(h("p", { class: "answer-boolean" }, said));
    if (!count) return explainEmpty(got.help, place2, signal);
    return showViews(answer, place2, {
      view: state.view,
      chosen: (name) => { state.view = name; history.replaceState(null, "", addressOfQuery(query, name)); },
    });
  }

  async function explainEmpty(help, target, signal) {
    target.append(emptyNotice());
    if (!help) return;
    const report = await reportAt(help, signal);
    target.replaceChildren(emptyNotice(), reportNotice(report));
  }

  function ways(query, { isGraph }) {
    const formats = isGraph ? ["ttl", "jsonld", "nt"] : ["csv", "json", "tsv"];
    const named = { ttl: "Turtle", jsonld: "JSON-LD", nt: "N-Triples", csv: "CSV", json: "JSON", tsv: "TSV" };
    return h("p", { class: "ways-on" },
      formats.map((format) => [download(named[format], query, format), " "]),
      copyButton(t("editor.share-query"), () => addressOfQuery(query, state.view)),
      copyButton(t("editor.share-answer"), () => answerAddress(query)));
  }

  return { run, stop, isRunning: () => asked !== null };
}
