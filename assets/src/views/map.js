// The answer as a map without tiles: its points, lines of degrees, and the divisions of the graph for orientation.

import { solutionsOf } from "../asking.js";
import { h, svg } from "../dom.js";
import { learn } from "../labels.js";
import { language, settings, t } from "../page.js";
import { addressOf } from "../terms.js";
import { nameOf, shownTerm } from "../terms-shown.js";
import { pointOf, pointsOf, projected, stepFor } from "./places.js";

const WIDTH = 1000;
const HEIGHT = 620;
const MOST = 1000;
const MOST_NAMED = 60;
const LETTER = 15;

export async function draw(answer, place) {
  const points = pointsOf(answer).slice(0, MOST);
  const [around] = await Promise.all([
    divisions(),
    learn(points.flatMap(({ row }) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value))),
  ]);
  const plane = projected(points);
  const view = frame(points, plane);
  const told = h("p", { class: "chosen", role: "status" }, t("editor.map-help"));
  const picture = svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": t("editor.map-of", { count: points.length }) });
  const paint = () => picture.replaceChildren(...painted(points, around, plane, view, (row) => told.replaceChildren(...described(row, answer.variables))));
  const zoom = (factor, x = WIDTH / 2, y = HEIGHT / 2) => {
    const scale = Math.min(Math.max(view.scale * factor, view.least), view.most);
    view.left += x / view.scale - x / scale;
    view.top += y / view.scale - y / scale;
    view.scale = scale;
    paint();
  };
  movable(picture, view, paint, zoom);
  place.replaceChildren(
    h("p", { class: "choices" },
      h("button", { type: "button", click: () => { Object.assign(view, frame(points, plane)); paint(); } }, t("editor.fit")),
      h("button", { type: "button", click: () => zoom(1.5) }, t("editor.closer")),
      h("button", { type: "button", click: () => zoom(1 / 1.5) }, t("editor.farther"))),
    h("div", { class: "map-frame" }, picture), told,
  );
  paint();
}

// Where the picture begins, in the plane, and how many units of the picture one of the plane takes.
function frame(points, plane) {
  const xs = points.map((point) => plane.x(point.longitude));
  const ys = points.map((point) => plane.y(point.latitude));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((WIDTH * 0.8) / Math.max(right - left, 0.05), (HEIGHT * 0.8) / Math.max(bottom - top, 0.05));
  return {
    scale, least: scale / 50, most: Math.max(scale * 200, 20_000),
    left: (left + right) / 2 - WIDTH / 2 / scale, top: (top + bottom) / 2 - HEIGHT / 2 / scale,
  };
}

function painted(points, around, plane, view, choose) {
  const x = (longitude) => (plane.x(longitude) - view.left) * view.scale;
  const y = (latitude) => (plane.y(latitude) - view.top) * view.scale;
  const isInside = (point) => x(point.longitude) > -20 && x(point.longitude) < WIDTH + 20 && y(point.latitude) > -20 && y(point.latitude) < HEIGHT + 20;
  const seen = points.filter(isInside);
  return [
    ...degrees(plane, view, x, y),
    ...around.filter(isInside).slice(0, 300).map((point) => svg("g", { class: "around" },
      svg("circle", { cx: x(point.longitude), cy: y(point.latitude), r: 2.5 }, svg("title", {}, point.name)))),
    ...marks(seen, x, y, choose),
  ];
}

// Names stand where they hide no other name.
function marks(seen, x, y, choose) {
  const written = [];
  return seen.map(({ longitude, latitude, row }) => {
    const [left, top] = [x(longitude), y(latitude)];
    const name = nameOfPlace(row);
    const width = [...name].reduce((sum, letter) => sum + (letter > "\u2e80" ? LETTER : LETTER * 0.6), 0);
    const box = [left + 8, top - LETTER, left + 12 + width, top + LETTER / 2];
    const isNamed = written.length < MOST_NAMED && !written.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3]);
    if (isNamed) written.push(box);
    return mark(row, name, left, top, isNamed, choose);
  });
}

function nameOfPlace(row) {
  const terms = Object.values(row);
  const own = terms.find((term) => term["xml:lang"] === language) ?? terms.find((term) => term["xml:lang"]);
  return nameOf(own ?? terms.find((term) => term.type === "uri") ?? terms[0]);
}

function mark(row, name, x, y, isNamed, choose) {
  const thing = Object.values(row).find((term) => term.type === "uri");
  const href = thing && addressOf(thing.value);
  const shown = [svg("title", {}, name), svg("circle", { cx: x, cy: y, r: 7 }), isNamed && svg("text", { x: x + 10, y: y + 5 }, name)];
  const tell = () => choose(row);
  return href
    ? svg("a", { class: "place", href, mouseenter: tell, focus: tell, "aria-label": name }, shown)
    : svg("g", { class: "place", mouseenter: tell }, shown);
}

function described(row, variables) {
  return variables.filter((name) => row[name]).flatMap((name) => [h("code", {}, `?${name}`), " ", ...[shownTerm(row[name])].flat().filter(Boolean), " "]);
}

function degrees(plane, view, x, y) {
  const west = plane.longitude(view.left);
  const east = plane.longitude(view.left + WIDTH / view.scale);
  const north = plane.latitude(view.top);
  const south = plane.latitude(view.top + HEIGHT / view.scale);
  const step = stepFor(east - west);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const lines = [];
  for (let at = Math.ceil(west / step) * step; at <= east; at += step) {
    if (Math.abs(at) <= 180) lines.push(svg("line", { class: "degree", x1: x(at), x2: x(at), y1: 0, y2: HEIGHT }), svg("text", { class: "degree", x: x(at) + 4, y: HEIGHT - 6 }, `${Math.abs(at).toFixed(digits)}° ${at < 0 ? "W" : "E"}`));
  }
  for (let at = Math.ceil(south / step) * step; at <= north; at += step) {
    if (Math.abs(at) <= 90) lines.push(svg("line", { class: "degree", x1: 0, x2: WIDTH, y1: y(at), y2: y(at) }), svg("text", { class: "degree", x: 4, y: y(at) - 4 }, `${Math.abs(at).toFixed(digits)}° ${at < 0 ? "S" : "N"}`));
  }
  return lines;
}

// Drag and wheel; the buttons do the same for a keyboard.
function movable(picture, view, paint, zoom) {
  const unit = () => WIDTH / picture.getBoundingClientRect().width;
  let held = null;
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, (event.clientX - box.left) * unit(), (event.clientY - box.top) * unit());
  }, { passive: false });
  picture.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY, isMoved: false }; });
  picture.addEventListener("pointermove", (event) => {
    if (!held || !(event.buttons & 1)) return;
    const [x, y] = [(event.clientX - held.x) * unit(), (event.clientY - held.y) * unit()];
    if (!held.isMoved && Math.hypot(x, y) < 5) return;
    held = { x: event.clientX, y: event.clientY, isMoved: true };
    view.left -= x / view.scale;
    view.top -= y / view.scale;
    paint();
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
}

let asked;

// The divisions with their points, once for all maps; none in plain mode or when it fails.
function divisions() {
  if (settings.isPlain) return Promise.resolve([]);
  asked ??= solutionsOf(`PREFIX erqi: <${settings.base}def#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?division ?name ?point WHERE {
  ?division a erqi:Division ; geo:hasGeometry/geo:asWKT ?point ; rdfs:label ?name . FILTER(LANG(?name) = "zh")
}`).then((rows) => rows.map((row) => ({ ...pointOf(row.point.value), name: row.name.value })).filter((point) => Number.isFinite(point.longitude)))
    .catch(() => []);
  return asked;
}
