// The answer as a drawing of things and what links them.

import cytoscape from "cytoscape";
import { edgeColumns, textOf } from "../answers.js";
import { colour, h } from "../dom.js";
import { learn } from "../labels.js";
import { t } from "../page.js";
import { nameOf, shownTerm } from "../terms-shown.js";

const MOST = 300;
const LONGEST_NAME = 30;

export async function draw(answer, place) {
  const columns = edgeColumns(answer);
  const rows = answer.rows.filter((row) => row[columns.source] && row[columns.target]).slice(0, MOST);
  await learn(rows.flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value)));
  const { elements, terms } = elementsOf(rows, columns);
  // The library adds this style sheet unless something has its name; ours holds the rule already.
  const stylesheet = document.getElementById("__________cytoscape_stylesheet") ? "" : h("span", { id: "__________cytoscape_stylesheet", hidden: true });
  const count = elements.filter((one) => !one.data.source).length;
  const drawing = h("div", { class: "graph", role: "img", "aria-label": t("editor.graph-of", { count, edges: rows.length }) });
  const told = h("p", { class: "chosen", role: "status" }, t("editor.graph-help"));
  place.replaceChildren(
    answer.rows.length > rows.length ? h("p", { class: "note" }, t("editor.graph-cut", { shown: rows.length, all: answer.rows.length })) : "",
    h("p", { class: "choices" },
      h("button", { type: "button", click: () => drawn.fit(undefined, 20) }, t("editor.fit")),
      h("button", { type: "button", click: () => zoom(drawn, 1.3) }, t("editor.closer")),
      h("button", { type: "button", click: () => zoom(drawn, 1 / 1.3) }, t("editor.farther"))),
    drawing, told, stylesheet,
  );
  const drawn = cytoscape({
    container: drawing, elements, style: style(), userZoomingEnabled: false, maxZoom: 4, minZoom: 0.05,
    layout: { name: "cose", animate: false, randomize: true, nodeRepulsion: () => 60_000, idealEdgeLength: () => 110, nodeDimensionsIncludeLabels: true, padding: 20 },
  });
  drawn.on("tap", "node", (event) => told.replaceChildren(...[shownTerm(terms.get(event.target.id()))].flat().filter(Boolean)));
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => drawn.style(style());
  scheme.addEventListener("change", repaint);
  return () => { scheme.removeEventListener("change", repaint); drawn.destroy(); };
}

function zoom(drawn, factor) {
  drawn.zoom({ level: drawn.zoom() * factor, renderedPosition: { x: drawn.width() / 2, y: drawn.height() / 2 } });
}

const keyOf = (term) => [term.type, textOf(term), term["xml:lang"] ?? "", term.datatype ?? ""].join(" ");
const shortened = (text) => (text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text);

function elementsOf(rows, { source, edge, target }) {
  const terms = new Map();
  const ids = new Map();
  const elements = [];
  const node = (term) => {
    const key = keyOf(term);
    if (!ids.has(key)) {
      const id = `n${ids.size}`;
      ids.set(key, id);
      terms.set(id, term);
      elements.push({ data: { id, label: shortened(nameOf(term)) }, classes: term.type === "uri" ? "thing" : "value" });
    }
    return ids.get(key);
  };
  rows.forEach((row, index) => elements.push({
    data: { id: `e${index}`, source: node(row[source]), target: node(row[target]), label: edge ? shortened(nameOf(row[edge])) : "" },
  }));
  return { elements, terms };
}

function style() {
  const [ink, muted, line, accent, card] = ["ink", "muted", "line", "accent", "card"].map(colour);
  return [
    { selector: "node", style: { label: "data(label)", color: ink, "font-size": 11, "text-wrap": "wrap", "text-max-width": 120, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18, "background-color": accent } },
    { selector: "node.value", style: { shape: "round-rectangle", "background-color": card, "border-color": muted, "border-width": 1 } },
    { selector: "node:selected", style: { "border-color": ink, "border-width": 3 } },
    { selector: "edge", style: { label: "data(label)", color: muted, "font-size": 9, width: 1.2, "line-color": muted, "target-arrow-color": muted, "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate", "text-background-color": card, "text-background-opacity": 0.85, "text-background-padding": 2, "underlay-color": line } },
  ];
}
