// Copy buttons; everything else works without script.
"use strict";

for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1600);
  });
}

// Ctrl+Enter runs the query.
for (const area of document.querySelectorAll(".query-form textarea")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
}

// Suggestions under the search field (WAI-ARIA: editable combobox with list autocomplete).
const find = document.getElementById("find");
if (find) {
  const list = document.createElement("ul");
  list.id = "find-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", find.dataset.suggestions);
  list.hidden = true;
  find.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"],
    ["aria-controls", list.id], ["aria-expanded", "false"]]) find.setAttribute(name, value);
  let timer, asked, chosen = -1;

  const show = (isOpen) => {
    list.hidden = !isOpen;
    find.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  };
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) find.removeAttribute("aria-activedescendant");
    else find.setAttribute("aria-activedescendant", list.children[index].id);
  };
  const optionOf = (hit, index) => {
    const option = document.createElement("li");
    option.id = `find-option-${index}`;
    option.setAttribute("role", "option");
    option.dataset.href = hit.href;
    const own = document.documentElement.lang.slice(0, 2);
    const name = hit.labels[own] ?? hit.labels.zh ?? hit.labels.en ?? hit.matched.text;
    option.append(document.createElement("span"));
    option.firstChild.textContent = name;
    if (hit.matched.text !== name) {
      const small = document.createElement("small");
      for (const [text, isMatch] of hit.matched.pieces) {
        const piece = document.createElement(isMatch ? "mark" : "span");
        piece.textContent = text;
        small.append(piece);
      }
      option.append(small);
    }
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      location.assign(hit.href);
    });
    return option;
  };
  const suggest = async () => {
    asked?.abort();
    const words = find.value.trim();
    if (!words) { show(false); return; }
    asked = new AbortController();
    try {
      const address = `/search?format=json&q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      const { hits } = await answer.json();
      list.replaceChildren(...hits.slice(0, 8).map(optionOf));
      show(hits.length > 0 && document.activeElement === find);
    } catch (error) {
      if (error.name !== "AbortError") show(false);
    }
  };
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, 120); });
  find.addEventListener("blur", () => { clearTimeout(timer); asked?.abort(); show(false); });
  find.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); show(false); }
    else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.href);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) show(true);
      choose(chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count);
    }
  });
}
