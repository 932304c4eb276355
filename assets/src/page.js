// What the server says with the page: its settings, and its texts in the reader's language.

const root = document.getElementById("editor");
export const settings = JSON.parse(root.dataset.settings);
export const language = settings.language;

export function t(key, values = {}) {
  let text = settings.messages[key] ?? key;
  if ("count" in values && text.includes("|")) {
    const [one, many] = text.split("|");
    text = values.count === 1 ? one : many;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function has(key) {
  return key in settings.messages;
}

export function grouped(number) {
  return new Intl.NumberFormat("en").format(number);
}

// Of texts by language, the one for the reader: in their language, else in another.
export function chosen(texts) {
  const order = [language, language === "zh" ? "en" : "zh", "", ...Object.keys(texts ?? {})];
  const found = order.find((tag) => texts?.[tag]);
  return found === undefined ? null : { text: texts[found], language: found };
}
