// Conveniences on top of pages that work without them: keys, completions, copying, changes without a page load.
"use strict";

const texts = document.body.dataset;
const searchBox = () => document.getElementById("q");

// -- keys: / to the box, j and k from hit to hit or from place to place, ? lists them

const marks = [...document.querySelectorAll(".story mark[id]")];

function step(by) {
  const hits = [...document.querySelectorAll(".hit-title a")];
  if (hits.length) {
    const at = hits.indexOf(document.activeElement);
    hits[Math.min(Math.max(at + by, 0), hits.length - 1)].focus();
  } else if (marks.length) {
    const at = marks.findIndex((mark) => mark.hasAttribute("aria-current"));
    go(Math.min(Math.max(at + by, 0), marks.length - 1));
  }
}

function go(number) {
  for (const mark of marks) mark.removeAttribute("aria-current");
  marks[number].setAttribute("aria-current", "true");
  marks[number].scrollIntoView({ block: "center" });
  const place = document.querySelector(".tools nav bdi");
  if (place) place.textContent = String(number + 1);
  const from = document.activeElement;
  for (const link of document.querySelectorAll(".tools nav a")) {
    const to = link.rel === "next" ? number + 1 : number - 1;
    link.hidden = !marks[to];
    if (marks[to]) link.href = atPlace(location, to);
  }
  if (from.hidden) document.querySelector(".tools nav a:not([hidden])")?.focus();
  for (const link of document.querySelectorAll(".tools > a")) link.href = atPlace(link, number);
  history.replaceState(null, "", atPlace(location, number));
}

function atPlace(address, number) {
  const url = new URL(address.href);
  url.searchParams.set("at", String(number + 1));
  url.hash = marks[number].id;
  return url.href;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = { "/": () => searchBox().select(), j: () => step(1), k: () => step(-1), "?": () => { location.href = texts.help; } };
  if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#m"]');
  if (!link || link.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const number = marks.findIndex((mark) => `#${mark.id}` === link.hash);
  if (number < 0 || link.parentElement.matches(".tools")) return;
  event.preventDefault();
  go(number);
});

// -- completions: the combobox pattern of WAI-ARIA, the list below the box

let list = null;
let asked = 0;

function close() {
  list?.remove();
  list = null;
  searchBox().setAttribute("aria-expanded", "false");
  searchBox().removeAttribute("aria-activedescendant");
}

function show(suggestions) {
  close();
  const box = searchBox();
  if (!suggestions.length || document.activeElement !== box) return;
  list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", texts.suggestions);
  suggestions.forEach((suggestion, number) => {
    const option = document.createElement("li");
    option.id = `suggestion-${number}`;
    option.dir = "auto";
    option.setAttribute("role", "option");
    option.textContent = suggestion.text;
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      box.value = suggestion.text;
      box.form.requestSubmit();
    });
    list.append(option);
  });
  box.after(list);
  box.setAttribute("aria-expanded", "true");
}

function choose(by) {
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  options[at]?.removeAttribute("aria-selected");
  const option = options[(at + by + options.length + (at < 0 && by < 0 ? 1 : 0)) % options.length];
  option.setAttribute("aria-selected", "true");
  searchBox().setAttribute("aria-activedescendant", option.id);
  searchBox().value = option.textContent;
}

async function complete() {
  const number = ++asked;
  const text = searchBox().value;
  if (text.trim().length < 2) return close();
  const answer = await fetch(`${texts.suggest}?${new URLSearchParams({ q: text })}`).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  show((await answer.json()).suggestions);
}

function prepareBox() {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "suggestions"]]) {
    searchBox().setAttribute(name, value);
  }
}

let timer;
document.addEventListener("input", (event) => {
  if (event.target !== searchBox()) return;
  clearTimeout(timer);
  timer = setTimeout(complete, 120);
});
document.addEventListener("focusout", (event) => {
  if (event.target === searchBox()) close();
});
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== searchBox()) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    event.preventDefault();
    close();
  }
});
prepareBox();

// -- results that change in place (htmx): focus and scroll stay where a reader expects them, the count is told

let held = null;
let typed = null;

function nameOf(element) {
  const group = element.closest("[aria-labelledby], [aria-label]");
  return [group?.getAttribute("aria-labelledby") ?? group?.ariaLabel, element.name, element.firstChild?.textContent].join("|");
}

function tell(text) {
  let told = document.getElementById("told");
  if (!told) {
    told = document.createElement("p");
    told.id = "told";
    told.className = "vh";
    told.setAttribute("role", "status");
    document.body.append(told);
  }
  setTimeout(() => { told.textContent = text; }, 50);
}

function focusAgain(main) {
  const again = [...main.querySelectorAll("a, input, button, summary")].find((element) => nameOf(element) === held);
  const isFolded = again?.closest(".rail") && !matchMedia("(min-width: 60rem)").matches;
  const isPage = again?.closest(".pages");
  again?.closest("details")?.setAttribute("open", "");
  (again && !isFolded && !isPage ? again : main).focus({ preventScroll: true });
}

// htmx does not know the links of a drawing: a bar goes by a link of its own.
document.addEventListener("click", (event) => {
  const bar = event.target.closest("svg a");
  if (!bar || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = document.createElement("a");
  link.href = bar.getAttribute("href");
  if (link.pathname !== location.pathname || !bar.closest('main[data-hx-boost="true"]')) return;
  event.preventDefault();
  bar.closest("figure").append(link);
  htmx.process(link);
  link.click();
});

document.addEventListener("htmx:before:response", (event) => {
  const { response, request } = event.detail.ctx;
  if (response.status < 400) return;
  event.preventDefault();
  location.assign(request.action);
});
document.addEventListener("htmx:error", (event) => location.assign(event.detail.ctx.request.action));
document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  typed = active === searchBox() ? active.value : null;
  held = active?.closest("main") && active.tagName !== "MAIN" ? nameOf(active) : null;
  close();
});
document.addEventListener("htmx:after:swap", (event) => {
  prepareBox();
  const main = document.getElementById("main");
  const head = main.querySelector(".count, .page-title");
  tell(head?.textContent ?? "");
  if ("HX-History-Restore-Request" in event.detail.ctx.request.headers) return;
  if (typed !== null) searchBox().value = typed;
  else focusAgain(main);
  if (head?.getBoundingClientRect().top < 0) scrollTo(0, 0);
});

// -- copying a citation

const citation = document.getElementById("citation");
if (citation && navigator.clipboard) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = texts.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(citation.textContent.trim());
    button.textContent = texts.copied;
  });
  citation.after(button);
}
