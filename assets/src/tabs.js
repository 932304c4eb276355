// The views of an answer as tabs (WAI-ARIA: tabs with manual activation); the heavy ones load when chosen.

import { edgeColumns, labelColumns, numberColumns } from "./answers.js";
import { h } from "./dom.js";
import { t } from "./page.js";
import { pointsOf } from "./views/places.js";
import * as raw from "./views/raw.js";
import * as table from "./views/table.js";

const VIEWS = {
  table: { fits: () => true, load: async () => table },
  chart: { fits: (answer) => !answer.isGraph && numberColumns(answer).length > 0 && labelColumns(answer).length > 0, load: () => import("./views/chart.js") },
  map: { fits: (answer) => pointsOf(answer).length > 0, load: () => import("./views/map.js") },
  graph: { fits: (answer) => edgeColumns(answer) !== null, load: () => import("./views/graph.js") },
  raw: { fits: () => true, load: async () => raw },
};

// Show an answer in one of the views that fit it.
export function showViews(answer, place, { view, chosen }) {
  const names = Object.keys(VIEWS).filter((name) => VIEWS[name].fits(answer));
  const panel = h("div", { role: "tabpanel", id: "answer-panel", class: "panel-of-tab", tabindex: "-1" });
  const tabs = names.map((name) => h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": panel.id, click: () => select(name) }, t(`editor.${name}`)));
  let leave = null;
  let turn = 0;

  async function select(name) {
    const own = ++turn;
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(names[index] === name));
      tab.tabIndex = names[index] === name ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    panel.dataset.view = name;
    panel.setAttribute("aria-busy", "true");
    leave?.();
    leave = null;
    panel.replaceChildren();
    chosen(name);
    try {
      const module = await VIEWS[name].load();
      if (own === turn) {
        const left = await module.draw(answer, panel);
        if (own === turn) leave = left ?? null;
        else left?.();
      }
    } catch (error) {
      if (own !== turn) return;
      panel.replaceChildren(h("p", { class: "notice", role: "alert" }, t("editor.no-view")));
      console.error(error);
    }
    if (own === turn) panel.removeAttribute("aria-busy");
  }

  const move = (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const at = tabs.indexOf(document.activeElement);
    const to = Math.abs(steps[event.key]) === 1 ? (at + steps[event.key] + tabs.length) % tabs.length : steps[event.key] < 0 ? 0 : tabs.length - 1;
    tabs[to].focus();
  };
  place.append(h("div", { role: "tablist", class: "tabs", "aria-label": t("editor.views"), keydown: move }, tabs), panel);
  return select(names.includes(view) ? view : answer.isGraph && names.includes("graph") ? "graph" : "table");
}
