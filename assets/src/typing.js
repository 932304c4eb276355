// The text field: CodeMirror in a shadow root, whose style sheets the security policy allows.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { sparql } from "codemirror-lang-sparql";
import { complete } from "./completion.js";
import { h } from "./dom.js";
import { t } from "./page.js";
import { declaring, used } from "./prefixes.js";
import { prefixes, terms } from "./terms.js";
import { theme } from "./theme.js";

const FILLS = ["input.type", "input.paste", "input.drop"];

// A field over a textarea, which keeps the text for the form.
export function textField(area, { run, changed }) {
  const host = h("div", { class: "typing" });
  const root = host.attachShadow({ mode: "open" });
  area.before(host);
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: area.value, extensions: extensions(run, (text) => { area.value = text; changed(text); }) }),
  });
  area.hidden = true;
  terms();
  return {
    text: () => view.state.doc.toString(),
    setText: (text) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    mark: (line, column, message) => mark(view, line, column, message),
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
    focus: () => view.focus(),
  };
}

function extensions(run, changed) {
  return [
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }])),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 120 }),
    lintGutter(),
    sparql(),
    theme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `${t("editor.text")} (${t("editor.keys")})` }),
    EditorView.domEventHandlers({ beforeinput: typedOver }),
    EditorState.phrases.of(phrases()),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      changed(update.state.doc.toString());
      if (update.transactions.some((one) => FILLS.some((event) => one.isUserEvent(event)))) fillPrefixes(update);
    }),
    // Tab stays the way out of the field.
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
  ];
}

// Chromium keeps the style of what is typed over, inline, which the security policy forbids; so what
// is typed over a selection does not go through the page. With input methods it still does.
function typedOver(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
  return true;
}

function phrases() {
  return { Completions: t("editor.completions"), Diagnostics: t("editor.mistakes"), "No diagnostics": t("editor.no-mistakes") };
}

// Declare a prefix once it is used, while people type or paste.
function fillPrefixes({ view, transactions }) {
  let isColon = false;
  for (const one of transactions) {
    one.changes.iterChanges((fromA, toA, fromB, toB, inserted) => { isColon ||= inserted.toString().includes(":"); });
  }
  if (!isColon) return;
  const head = view.state.selection.main.head;
  const text = view.state.doc.toString();
  const line = view.state.doc.lineAt(head);
  if (/^\s*PREFIX\b/i.test(line.text)) return; // being declared at this moment
  const change = declaring(text, used(text), prefixes());
  if (change) Promise.resolve().then(() => view.dispatch({ changes: change, userEvent: "input.fill" }));
}

// Mark a place, given as the service gives it: from 1, the column in characters.
function mark(view, line, column, message) {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const units = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
  const from = Math.min(at.from + units, at.to);
  const word = /^(?:[\p{L}\p{N}_:?$.-]+|[^\s])/u.exec(doc.sliceString(from, at.to));
  const to = from + (word?.[0].length ?? 0);
  view.dispatch(
    setDiagnostics(view.state, [{ from: word ? from : Math.max(at.from, from - 1), to, severity: "error", message }]),
  );
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}
