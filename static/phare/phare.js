/* Comfort only: every page works without this file. No inline code, no eval, no dependency. */
"use strict";

/* A menu closes on Escape and when one clicks beside it. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.site-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.site-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* A second click on the same button sends nothing; the server refuses doubles anyway. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(ready, 5000, form); /* a download leaves the page as it is */
  event.submitter?.setAttribute("aria-busy", "true");
});
const ready = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
};
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(ready));
document.addEventListener("htmx:finally:request", () => document.querySelectorAll("form[data-sent]").forEach(ready));

/* Copy what a button points to. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  const status = document.getElementById("status");
  if (status) status.textContent = button.dataset.copied || "✓";
});

/* A table wider than the screen scrolls; the keyboard must be able to scroll it too. */
const reachable = () => {
  for (const box of document.querySelectorAll(".table-scroll:not([tabindex])")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", box.querySelector("caption")?.textContent.trim() || document.title);
  }
};

/* Filters fold on narrow screens; on wide ones they are always open, for every browser. */
const wide = window.matchMedia("(min-width: 60rem)");
const unfold = () => {
  if (wide.matches) document.querySelectorAll("details.filters").forEach((box) => { box.open = true; });
};
wide.addEventListener("change", unfold);

/* After htmx replaced something, a lost focus goes to the first heading or error of what came. */
document.addEventListener("htmx:after:swap", (event) => {
  unfold();
  reachable();
  enhance();
  if (document.activeElement && document.activeElement !== document.body) return;
  const target = event.detail?.ctx?.target;
  const place = target?.isConnected ? target : document.getElementById("main");
  const marked = [...place.querySelectorAll("[data-focus]")].at(-1); /* the latest of what was added */
  const heading = marked || place.querySelector("[aria-invalid='true'], h1, h2, h3") || place;
  if (!heading.matches("input, select, textarea, button, a[href]")) heading.tabIndex = -1;
  heading.focus();
});

/* The place picker: a plain text input that the server understands, with suggestions as one types.
   <div class="place-picker" data-url="…" data-none="…" data-some="…"><input name="place_text"><input type="hidden" name="place"></div> */
class PlacePicker {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input:not([type=hidden])");
    this.code = box.querySelector("input[type=hidden]");
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}-options`;
    this.list.className = "place-options";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", box.dataset.label || this.input.labels?.[0]?.textContent.trim() || "");
    this.list.hidden = true;
    this.status = document.createElement("div");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    box.append(this.list, this.status);
    const told = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(told)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  typed() {
    if (this.code) this.code.value = "";
    clearTimeout(this.timer);
    this.wanted?.abort();
    const words = this.input.value.trim();
    if (words.length < 2) this.close();
    else this.timer = setTimeout(() => this.ask(words), 180);
  }

  async ask(words) {
    this.wanted = new AbortController();
    const address = new URL(this.box.dataset.url, window.location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: this.wanted.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === this.input) this.show((await answer.json()).results);
    } catch (problem) {
      if (problem.name !== "AbortError") this.close();
    }
  }

  show(results) {
    this.list.replaceChildren(...results.map((place, at) => this.option(place, at)));
    this.active = -1;
    this.list.hidden = results.length === 0;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = results.length ? (this.box.dataset.some || "{n}").replace("{n}", results.length) : this.box.dataset.none || "";
  }

  option(place, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.code = place.id || `${place.level}:${place.code}`;
    option.dataset.name = place.name;
    const detail = document.createElement("small");
    detail.textContent = place.detail || "";
    option.append(place.name, detail);
    return option;
  }

  move(step) {
    const options = this.list.children;
    if (!options.length) return;
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  pressed(event) {
    if (event.key === "ArrowDown" && this.list.hidden) { this.typed(); return; }
    if (this.list.hidden) return;
    const option = this.list.children[this.active];
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Enter" && option) this.choose(option);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  choose(option) {
    this.input.value = option.dataset.name;
    if (this.code) this.code.value = option.dataset.code;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.box.dataset.submit !== undefined) this.input.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.wanted?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

const enhance = () => {
  for (const box of document.querySelectorAll(".place-picker[data-url]:not([data-on])")) {
    box.dataset.on = "1";
    new PlacePicker(box);
  }
};

unfold();
reachable();
enhance();
document.querySelector("[data-focus]")?.focus();
