// The answer as a chart: one column names, the others count.

import {
  BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip,
} from "chart.js";
import { labelColumns, numberColumns, textOf } from "../answers.js";
import { colour, h } from "../dom.js";
import { learn } from "../labels.js";
import { t } from "../page.js";
import { nameOf } from "../terms-shown.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

const MOST = 60;
const COLOURS = ["accent", "good", "open", "muted"];
const LONGEST_NAME = 28;
const BAR = 22; // the height of a bar with its name, in pixels
const AXIS = 70;

export async function draw(answer, place) {
  const names = labelColumns(answer);
  const numbers = numberColumns(answer);
  const state = { name: bestName(answer, names), number: bestNumber(numbers), kind: "bar" };
  const canvas = h("canvas", { role: "img" });
  const box = h("div", { class: "chart" }, canvas);
  const rows = answer.rows.slice(0, MOST);
  await learn(rows.flatMap((row) => names.map((name) => row[name]).filter((term) => term?.type === "uri").map((term) => term.value)));
  let chart;
  const paint = () => {
    chart?.destroy();
    canvas.setAttribute("aria-label", t("editor.chart-of", { number: state.number, name: state.name ?? "" }));
    // Bars across need room for every name.
    box.style.minHeight = isAcross(rows, state) ? `${rows.length * BAR + AXIS}px` : "";
    chart = new Chart(canvas, configuration(rows, state));
  };
  const choice = (key, options, label) => options.length > 1 && h("label", {}, label, " ",
    h("select", { change: (event) => { state[key] = event.target.value; paint(); } },
      options.map(([value, text]) => h("option", { value, selected: value === state[key] }, text))));
  place.replaceChildren(
    h("p", { class: "choices" },
      choice("name", names.map((name) => [name, `?${name}`]), t("editor.names")),
      choice("number", numbers.map((name) => [name, `?${name}`]), t("editor.numbers")),
      choice("kind", [["bar", t("editor.bars")], ["line", t("editor.line")]], t("editor.kind"))),
    answer.rows.length > MOST ? h("p", { class: "note" }, t("editor.chart-cut", { shown: MOST, all: answer.rows.length })) : "",
    box,
  );
  paint();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", paint);
  return () => { scheme.removeEventListener("change", paint); chart.destroy(); };
}

// Names that tell the solutions apart, texts before IRIs.
function bestName(answer, names) {
  const distinct = (name) => new Set(answer.rows.map((row) => textOf(row[name]))).size;
  const isText = (name) => answer.rows.some((row) => row[name]?.type === "literal");
  return [...names].sort((first, second) => distinct(second) - distinct(first) || isText(second) - isText(first))[0];
}

const bestNumber = (numbers) => numbers.find((name) => !/year|年/i.test(name)) ?? numbers[0];

const isAcross = (rows, { kind }) => kind === "bar" && rows.length > 3;

function configuration(rows, state) {
  const { name, number, kind } = state;
  const ink = colour("ink");
  const grid = { color: colour("line") };
  const across = isAcross(rows, state);
  const title = (text) => ({ display: true, text, color: colour("muted") });
  const names = { grid: { display: false }, ticks: { color: ink, autoSkip: kind === "line" || !across, callback: shortened } };
  const values = { grid, ticks: { color: ink }, beginAtZero: kind === "bar", title: title(`?${number}`) };
  return {
    type: kind,
    data: {
      labels: rows.map((row, index) => (name ? nameOf(row[name]) : String(index + 1))),
      datasets: [{
        label: `?${number}`,
        data: rows.map((row) => (row[number] ? Number(textOf(row[number])) : null)),
        backgroundColor: colour(COLOURS[0]), borderColor: colour(COLOURS[0]), maxBarThickness: 36,
      }],
    },
    options: {
      indexAxis: across ? "y" : "x",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: { legend: { display: false } },
      scales: across ? { y: names, x: values } : { x: names, y: values },
    },
  };
}

function shortened(value) {
  const text = this.getLabelForValue(value);
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;
}
