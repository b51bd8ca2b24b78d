/*
 * <blogsearch-box>: makes the search field in it show results as one types. How to use it: docs/search-box.md.
 *
 * The field stays where it is, in the page's own form, which works without this script. The list is put beside it and
 * not into a shadow root: a screen reader follows from the field to the list by ids, and ids end at a shadow root.
 */
"use strict";

(() => {
  const WAIT = 120; // milliseconds after the last key before the search is asked
  const NARROWING = ["tag", "tags_match", "year", "since", "until", "lang", "sort"]; // fields of the form that are sent along
  const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };
  const TEXTS = {
    "text-list": "Search results",
    "text-one": "1 post found.",
    "text-many": "{count} posts found.",
    "text-none": "Nothing found for “{query}”.",
    "text-meant": "Did you mean “{query}”?",
    "text-all": "Show all {count} results",
    "text-error": "The search does not answer now.",
  };

  // Where a site has said nothing, the colours are those of its own light or dark scheme.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :where(blogsearch-box) { display: block; position: relative; }
    .blogsearch-panel {
      --line: var(--blogsearch-border, color-mix(in srgb, CanvasText 25%, Canvas));
      --link: var(--blogsearch-accent, LinkText);
      position: absolute; z-index: var(--blogsearch-layer, 1000); inset-inline: 0; margin-block-start: 0.4rem;
      min-width: min(var(--blogsearch-width, 22rem), 100vw - 2rem); overflow: hidden; box-sizing: border-box;
      border: 1px solid var(--line); border-radius: var(--blogsearch-radius, 0.6rem);
      box-shadow: var(--blogsearch-shadow, 0 0.7rem 2rem rgb(0 0 0 / 0.22));
      background: var(--blogsearch-background, Canvas); color: var(--blogsearch-text, CanvasText);
      font: var(--blogsearch-font, inherit); text-align: start; overflow-wrap: break-word;
    }
    [align="end"] > .blogsearch-panel { inset-inline: auto 0; }
    .blogsearch-panel[hidden], .blogsearch-list:empty, .blogsearch-status:empty { display: none; }
    .blogsearch-list { max-height: var(--blogsearch-height, min(70vh, 34rem)); overflow-y: auto; overscroll-behavior: contain; }
    .blogsearch-option { display: block; padding: 0.55em 0.9em; color: inherit; text-decoration: none; cursor: pointer; }
    .blogsearch-option[aria-selected="true"] {
      outline: 2px solid var(--link); outline-offset: -2px; border-radius: var(--blogsearch-radius, 0.6rem);
      background: var(--blogsearch-active, color-mix(in srgb, CanvasText 9%, Canvas));
    }
    .blogsearch-title { display: block; color: var(--link); font-weight: 600; }
    .blogsearch-snippet {
      display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; margin-block-start: 0.15em;
      color: var(--blogsearch-muted, color-mix(in srgb, CanvasText 72%, Canvas)); font-size: 0.9em; line-height: 1.45;
    }
    .blogsearch-section { padding-block: 0.35em; padding-inline-start: 1.9em; font-size: 0.9em; }
    .blogsearch-section::before { content: "§ "; }
    .blogsearch-all, .blogsearch-meant { color: var(--link); font-size: 0.95em; }
    .blogsearch-all { border-block-start: 1px solid var(--line); }
    .blogsearch-panel mark { background: var(--blogsearch-mark, Mark); color: var(--blogsearch-mark-text, MarkText); }
    .blogsearch-status { padding: 0.7em 0.9em; font-size: 0.95em; }
    .blogsearch-said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  `);

  let boxes = 0;

  class SearchBox extends HTMLElement {
    connectedCallback() {
      if (document.readyState === "loading") {
        // What stands in the element may not have been read yet.
        document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
      } else {
        this.start();
      }
    }

    start() {
      const form = this.querySelector("form");
      const input = form && form.querySelector("input[type=search], input[type=text], input:not([type])");
      if (this.input || !this.isConnected) return;
      if (!input || !input.name) {
        console.error("blogsearch-box: there is no form with a named search field in it.", this);
        return;
      }
      this.form = form;
      this.input = input;
      this.options = [];
      this.active = -1;
      this.build(`blogsearch-${++boxes}`);
      this.listen();
    }

    disconnectedCallback() {
      this.forget();
    }

    build(id) {
      const root = this.getRootNode();
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      this.list = element("div", { class: "blogsearch-list", id: `${id}-list`, role: "listbox", "aria-label": this.text("text-list") });
      this.status = element("div", { class: "blogsearch-status" });
      this.panel = element("div", { class: "blogsearch-panel", hidden: "" }, this.list, this.status);
      this.said = element("div", { class: "blogsearch-said", role: "status", "aria-live": "polite" });
      this.append(this.panel, this.said);
      set(this.input, { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id });
    }

    listen() {
      this.input.addEventListener("input", (event) => event.isComposing || this.ask());
      this.input.addEventListener("compositionend", () => this.ask());
      this.input.addEventListener("keydown", (event) => this.press(event));
      this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
      this.form.addEventListener("submit", () => this.close());
      // A press on a result must not take the focus away, for that closes the list before the click arrives.
      this.panel.addEventListener("mousedown", (event) => event.preventDefault());
      this.panel.addEventListener("mousemove", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.activate(this.options.indexOf(option), false);
      });
    }

    /* Asking */

    ask() {
      this.forget();
      const query = this.input.value.trim();
      if (!query) return this.close();
      this.timer = setTimeout(() => this.fetch(query), WAIT);
    }

    async fetch(query) {
      const asked = (this.asked = new AbortController());
      try {
        const answer = await fetch(this.address(query), { signal: asked.signal, credentials: "omit", headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(`${answer.status}`);
        const found = await answer.json();
        if (asked === this.asked) this.show(query, found);
      } catch (error) {
        if (asked === this.asked) this.tell(this.text("text-error"));
      }
    }

    /* Whatever is on its way is not wanted any more. */
    forget() {
      clearTimeout(this.timer);
      if (this.asked) this.asked.abort();
      this.asked = null;
    }

    address(query) {
      const base = this.getAttribute("endpoint") || this.action();
      const address = new URL("api/search", new URL(base.replace(/[?#].*$/, "").replace(/\/*$/, "/"), document.baseURI));
      for (const [name, value] of new FormData(this.form)) {
        if (NARROWING.includes(name) && name !== this.input.name && value) address.searchParams.append(name, value);
      }
      address.searchParams.set("q", query);
      address.searchParams.set("prefix", "last");
      address.searchParams.set("per_page", this.getAttribute("results") || "5");
      return address;
    }

    /* Showing */

    show(query, found) {
      const options = [];
      if (found.did_you_mean) options.push(this.meant(found.did_you_mean));
      for (const hit of found.hits) options.push(...this.hit(hit));
      if (found.total > found.hits.length) options.push(this.all(query, found.total));
      options.forEach((option, place) => set(option, { id: `${this.list.id}-${place}` }));
      const said = found.total ? this.text(found.total === 1 ? "text-one" : "text-many", found.total, query) : this.text("text-none", 0, query);
      this.open(options, options.length ? "" : said, said);
    }

    hit(hit) {
      const made = [];
      const link = this.link(hit.url);
      const title = element("span", { class: "blogsearch-title", dir: "auto" }, ...marked(hit.title_html));
      const snippet = element("span", { class: "blogsearch-snippet", dir: "auto" }, ...marked(hit.snippet_html));
      if (link) made.push(option("blogsearch-hit", link, title, ...(hit.snippet_html ? [snippet] : [])));
      const part = hit.section && hit.section.title && this.link(hit.section.url);
      if (part) made.push(option("blogsearch-section", part, element("bdi", {}, hit.section.title)));
      return made;
    }

    meant(query) {
      const made = option("blogsearch-meant", this.page(query), this.text("text-meant", 0, query));
      made.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.input.value = query;
        this.ask();
      });
      return made;
    }

    all(query, total) {
      return option("blogsearch-all", this.page(query), this.text("text-all", total, query));
    }

    /* Where the form leads; `form.action` would be a field of that name, where there is one. */
    action() {
      return new URL(this.form.getAttribute("action") || document.URL, document.baseURI).href;
    }

    /* Where the form leads with these words. */
    page(query) {
      const fields = new FormData(this.form);
      fields.set(this.input.name, query);
      const address = new URL(this.action());
      address.search = new URLSearchParams([...fields].filter(([, value]) => typeof value === "string"));
      return address.href;
    }

    /* The address of a post, or null for one that a browser would run instead of going there. */
    link(url) {
      try {
        const address = new URL(url, this.getAttribute("site") || document.baseURI);
        return url && ["http:", "https:"].includes(address.protocol) ? address.href : null;
      } catch {
        return null;
      }
    }

    tell(message) {
      this.open([], message, message);
    }

    open(options, status, said) {
      this.options = options;
      this.active = -1;
      this.list.replaceChildren(...options);
      this.list.scrollTop = 0;
      this.status.textContent = status;
      this.said.textContent = said;
      this.panel.hidden = false;
      set(this.input, { "aria-expanded": String(options.length > 0) });
      this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      this.forget();
      this.options = [];
      this.active = -1;
      this.panel.hidden = true;
      this.list.replaceChildren();
      this.status.textContent = "";
      this.said.textContent = "";
      set(this.input, { "aria-expanded": "false" });
      this.input.removeAttribute("aria-activedescendant");
    }

    /* Choosing */

    press(event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && this.active >= 0) {
        event.preventDefault();
        const { ctrlKey, metaKey, shiftKey } = event;
        this.options[this.active].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
      } else if (event.key === "Escape" && !this.panel.hidden) {
        event.preventDefault(); // with the list open it closes the list; the next one empties the field
        this.close();
      } else if (event.key === "Escape" && this.input.value) {
        event.preventDefault(); // some browsers would do it, and some of them in fields of the type search alone
        this.input.value = "";
        this.input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
    }

    /* The field itself is a stop on the way round. */
    move(step) {
      if (this.panel.hidden) return this.ask();
      const stops = this.options.length + 1;
      this.activate(((this.active + 1 + step + stops) % stops) - 1, true);
    }

    activate(place, scroll) {
      if (place === this.active) return;
      if (this.active >= 0) set(this.options[this.active], { "aria-selected": "false" });
      this.active = place;
      if (place < 0) return this.input.removeAttribute("aria-activedescendant");
      set(this.options[place], { "aria-selected": "true" });
      set(this.input, { "aria-activedescendant": this.options[place].id });
      if (scroll) this.options[place].scrollIntoView({ block: "nearest" });
    }

    text(name, count, query) {
      const words = { count: Number(count).toLocaleString(document.documentElement.lang || undefined), query };
      return (this.getAttribute(name) || TEXTS[name]).replace(/\{(count|query)\}/g, (_, word) => words[word]);
    }
  }

  function option(kind, href, ...children) {
    return element("a", { class: `blogsearch-option ${kind}`, role: "option", href, tabindex: "-1", "aria-selected": "false" }, ...children);
  }

  /* Escaped text with <mark> as nodes. Anything else in it is text, whoever wrote it. */
  function marked(html) {
    return html.split(/(<mark>.*?<\/mark>)/s).map((part) => {
      const match = /^<mark>(.*)<\/mark>$/s.exec(part);
      return match ? element("mark", {}, plain(match[1])) : plain(part);
    });
  }

  function plain(html) {
    return html.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity]);
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    set(made, attributes);
    made.append(...children);
    return made;
  }

  function set(target, attributes) {
    for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
  }

  customElements.define("blogsearch-box", SearchBox);
})();
