// The answer as a drawing of things and what links them.

import cytoscape from "cytoscape";
import { edgeColumns, textOf } from "../answers.js";
import { colour, h } from "../dom.js";
import { learn } from "../labels.js";
import { t } from "../page.js";
import { nameOf, shownTerm } from "../terms-shown.js";

const MOST = 300;
const LONGEST_NAME = 30;
const SMALLEST_TEXT = 11; // of names on the screen, in pixels
const LARGEST_TEXT = 26; // of names in the drawing, before it is scaled
const STEP = 60;
const MOVES = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
const ZOOMS = { "+": 1.3, "=": 1.3, "-": 1 / 1.3 };

export async function draw(answer, place) {
  const columns = edgeColumns(answer);
  const rows = answer.rows.filter((row) => row[columns.source] && row[columns.target]).slice(0, MOST);
  await learn(rows.flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value)));
  const { elements, terms } = elementsOf(rows, columns);
  // The library adds this style sheet unless something has its name; ours holds the rule already.
  const stylesheet = document.getElementById("__________cytoscape_stylesheet") ? "" : h("span", { id: "__________cytoscape_stylesheet", hidden: true });
  const count = elements.filter((one) => !one.data.source).length;
  const drawing = h("div", { class: "graph", role: "img", tabindex: 0, "aria-label": t("editor.graph-of", { count, edges: rows.length }), keydown: (event) => moved(drawn, event) });
  const told = h("p", { class: "chosen", role: "status" }, t("editor.graph-help"));
  const linked = h("ul", { class: "linked", "aria-label": t("editor.graph-linked") });
  const list = h("select", { change: (event) => choose(event.target.value) }, h("option", { value: "" }, "—"), optionsOf(terms));
  place.replaceChildren(
    answer.rows.length > rows.length ? h("p", { class: "note" }, t("editor.graph-cut", { shown: rows.length, all: answer.rows.length })) : "",
    h("p", { class: "choices" },
      h("button", { type: "button", click: () => drawn.fit(undefined, 20) }, t("editor.fit")),
      h("button", { type: "button", click: () => zoom(drawn, 1.3) }, t("editor.closer")),
      h("button", { type: "button", click: () => zoom(drawn, 1 / 1.3) }, t("editor.farther")),
      h("label", {}, t("editor.graph-node"), " ", list)),
    drawing, told, linked, stylesheet,
  );
  const drawn = cytoscape({
    container: drawing, elements, style: style(SMALLEST_TEXT), userZoomingEnabled: false, maxZoom: 4, minZoom: 0.05,
    layout: { name: "cose", animate: false, randomize: true, nodeRepulsion: () => 60_000, idealEdgeLength: () => 110, nodeDimensionsIncludeLabels: true, componentSpacing: 20, padding: 20 },
  });
  // What is chosen, by pointer or from the list, is told with what it is linked with; that can be chosen in turn.
  function choose(id) {
    drawn.elements().unselect();
    list.value = id;
    const node = drawn.getElementById(id).select();
    told.replaceChildren(...(id ? [shownTerm(terms.get(id))].flat().filter(Boolean) : [t("editor.graph-help")]));
    linked.replaceChildren(...node.connectedEdges().map((edge) => {
      const [isOut, other] = edge.source().id() === id ? [true, edge.target()] : [false, edge.source()];
      return h("li", {}, `${isOut ? "→" : "←"} ${edge.data("label")} `, h("button", { type: "button", click: () => { choose(other.id()); list.focus(); } }, other.data("label")));
    }));
    if (id) drawn.center(node);
  }
  drawn.on("tap", "node", (event) => choose(event.target.id()));
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  let size = 0;
  const repaint = () => drawn.style(style(size = textSize(drawn)));
  drawn.on("zoom", () => textSize(drawn) !== size && repaint());
  repaint();
  scheme.addEventListener("change", repaint);
  return () => { scheme.removeEventListener("change", repaint); drawn.destroy(); };
}

function optionsOf(terms) {
  return [...terms].map(([id, term]) => [id, shortened(nameOf(term))])
    .sort(([, first], [, second]) => first.localeCompare(second, document.documentElement.lang))
    .map(([id, name]) => h("option", { value: id }, name));
}

// Names stay readable when a large drawing is made small.
const textSize = (drawn) => Math.round(Math.min(LARGEST_TEXT, Math.max(SMALLEST_TEXT, SMALLEST_TEXT / drawn.zoom())));

function moved(drawn, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const move = MOVES[event.key];
  if (move) drawn.panBy({ x: move[0], y: move[1] });
  else if (ZOOMS[event.key]) zoom(drawn, ZOOMS[event.key]);
  else return;
  event.preventDefault();
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

function style(size) {
  const [ink, muted, line, accent, card] = ["ink", "muted", "line", "accent", "card"].map(colour);
  return [
    { selector: "node", style: { label: "data(label)", color: ink, "font-size": size, "text-wrap": "wrap", "text-max-width": 120, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18, "background-color": accent } },
    { selector: "node.value", style: { shape: "round-rectangle", "background-color": card, "border-color": muted, "border-width": 1 } },
    { selector: "node:selected", style: { "border-color": ink, "border-width": 3 } },
    { selector: "edge", style: { label: "data(label)", color: muted, "font-size": Math.round(size * 0.85), width: 1.2, "line-color": muted, "target-arrow-color": muted, "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate", "text-background-color": card, "text-background-opacity": 0.85, "text-background-padding": 2, "underlay-color": line } },
  ];
}
