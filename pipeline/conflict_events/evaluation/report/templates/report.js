"use strict";
(function () {
  const PAGE = 25, ARTICLES = 50;
  const byId = (id) => document.getElementById(id);
  const chunks = new Map();
  let index = null, shown = [], page = 0, articlePage = 0, worst = [];
  const wanted = { model: "", subject: "", cause: "", group: "", outlet: "", status: "", article: "", words: "" };

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(byId(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  function windowsOf(article) {
    const number = Math.floor(article / index.chunk);
    if (!chunks.has(number)) chunks.set(number, unpack("chunk-" + number));
    return chunks.get(number).then((chunk) => chunk[article % index.chunk]);
  }
  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function words(text) { return element("bdi", text); }

  function matches(row) {
    const article = index.articles[row[1]];
    if (wanted.model !== "" && String(row[0]) !== wanted.model) return false;
    if (wanted.subject && index.subject_keys[row[2]] !== wanted.subject) return false;
    if (wanted.cause && index.cause_keys[row[3]] !== wanted.cause) return false;
    if (wanted.group && index.groups[row[4]] !== wanted.group) return false;
    if (wanted.outlet && article[1] !== wanted.outlet) return false;
    if (wanted.status && String(row[7]) !== wanted.status) return false;
    if (wanted.article && String(row[1]) !== wanted.article) return false;
    if (wanted.words) {
      const text = (row[5] + " " + row[6] + " " + article[0] + " " + article[3]).toLowerCase();
      if (!text.includes(wanted.words.toLowerCase())) return false;
    }
    return true;
  }

  function choice(name, label, options) {
    const box = element("div"), tag = element("label", label), select = element("select");
    select.id = "filter-" + name;
    tag.htmlFor = select.id;
    for (const [value, text] of [["", "all"], ...options]) {
      const option = element("option", text);
      option.value = value;
      select.append(option);
    }
    select.addEventListener("change", () => { wanted[name] = select.value; remember(); });
    box.append(tag, select);
    return box;
  }
  function buildFilters() {
    const box = byId("filters"), used = (place) => new Set(index.errors.map((row) => row[place]));
    if (index.models.length > 1) box.append(choice("model", "Model", index.models.map((name, i) => [String(i), name])));
    const causes = used(3), subjects = used(2);
    box.append(choice("subject", "Figure", index.subject_keys.map((key, i) => [key, index.subjects[i], i]).filter((o) => subjects.has(o[2]))));
    box.append(choice("cause", "Cause", index.cause_keys.map((key, i) => [key, index.causes[i], i]).filter((o) => causes.has(o[2]))));
    box.append(choice("group", "Group", index.groups.filter(Boolean).sort().map((name) => [name, name])));
    const outlets = [...new Set(index.articles.map((article) => article[1]))].filter(Boolean).sort();
    if (outlets.length > 1) box.append(choice("outlet", "Outlet", outlets.map((name) => [name, name])));
    if (index.errors.some((row) => row[7])) box.append(choice("status", "Change", [["2", "new"], ["1", "gone"]]));
    const search = element("div"), tag = element("label", "Words"), input = element("input");
    input.type = "search";
    input.id = "filter-words";
    tag.htmlFor = input.id;
    input.addEventListener("change", () => { wanted.words = input.value; remember(); });
    search.append(tag, input);
    const clear = element("button", "Show all");
    clear.type = "button";
    clear.addEventListener("click", () => { for (const name in wanted) wanted[name] = ""; remember(); });
    box.append(search, clear);
    box.hidden = false;
  }
  function remember() {
    const query = new URLSearchParams();
    for (const name in wanted) if (wanted[name] !== "") query.set(name, wanted[name]);
    history.replaceState(null, "", "#errors?" + query);
    page = 0;
    showErrors();
  }
  function readAddress(scroll) {
    const [place, query] = location.hash.slice(1).split("?");
    if (place !== "errors") return;
    const found = new URLSearchParams(query || "");
    for (const name in wanted) wanted[name] = found.get(name) || "";
    page = 0;
    showErrors();
    if (scroll) { byId("h-errors").scrollIntoView(); byId("h-errors").focus({ preventScroll: true }); }
  }

  function context(row, windows) {
    const box = element("p", undefined, "context"), inner = element("bdi"), text = windows[row[8]] || "";
    if (row.length > 10) {
      const from = Math.max(0, row[9] - 220), to = Math.min(text.length, row[10] + 220);
      inner.append((from > 0 ? "…" : "") + text.slice(from, row[9]), element("mark", text.slice(row[9], row[10])), text.slice(row[10], to) + (to < text.length ? "…" : ""));
    } else {
      inner.append(text);
    }
    box.append(inner);
    return box;
  }
  async function card(row) {
    const article = index.articles[row[1]], item = element("li"), head = element("p", undefined, "head");
    head.append(element("b", index.causes[row[3]]), " · " + index.subjects[row[2]] + (index.groups[row[4]] ? ", " + index.groups[row[4]] : ""));
    if (index.models.length > 1) head.append(" · " + index.models[row[0]]);
    if (row[7]) head.append(row[7] === 2 ? " · new" : " · gone");
    const link = element("a");
    link.href = "#errors?" + new URLSearchParams({ article: String(row[1]) });
    link.append(words(article[0]));
    head.append(" · ", link);
    if (article[1]) head.append(" · ", words(article[1]));
    const pair = element("dl", undefined, "pair");
    for (const [name, text] of [["gold", row[5]], ["read", row[6]]]) {
      const value = element("dd");
      value.append(text ? words(text) : "–");
      pair.append(element("dt", name), value);
    }
    item.append(head, pair, context(row, await windowsOf(row[1])));
    return item;
  }
  async function showErrors() {
    for (const name in wanted) {
      const field = byId("filter-" + name);
      if (field) field.value = wanted[name];
    }
    shown = index.errors.filter(matches);
    const first = page * PAGE, rows = shown.slice(first, first + PAGE);
    byId("error-count").textContent = shown.length
      ? "Errors " + (first + 1) + " to " + (first + rows.length) + " of " + shown.length
        + (wanted.article ? " in " + index.articles[Number(wanted.article)][0] : "")
      : "No errors of this kind.";
    byId("error-list").replaceChildren(...await Promise.all(rows.map(card)));
    pages("error-pages", page, Math.ceil(shown.length / PAGE), (next) => {
      page = next;
      showErrors();
      byId("h-errors").scrollIntoView();
      byId("h-errors").focus({ preventScroll: true });
    });
  }
  function pages(id, current, total, go) {
    const box = byId(id);
    box.replaceChildren();
    if (total < 2) return;
    for (const [text, next] of [["First", 0], ["Previous", current - 1], ["Next", current + 1], ["Last", total - 1]]) {
      const button = element("button", text);
      button.type = "button";
      button.disabled = next < 0 || next >= total || next === current;
      button.addEventListener("click", () => go(next));
      box.append(button);
    }
    box.append("page " + (current + 1) + " of " + total);
  }
  function showArticles() {
    const rows = worst.slice(articlePage * ARTICLES, (articlePage + 1) * ARTICLES).map((number) => {
      const article = index.articles[number], row = element("tr"), head = element("th"), link = element("a");
      head.scope = "row";
      link.href = "#errors?" + new URLSearchParams({ article: String(number) });
      link.append(words(article[0]));
      head.append(link);
      const outlet = element("td"), data = element("td");
      outlet.append(words(article[1]));
      data.append(words(article[2]));
      row.append(head, outlet, data, ...article[4].map((count) => element("td", String(count), "n")));
      return row;
    });
    byId("article-list").replaceChildren(...rows);
    pages("article-pages", articlePage, Math.ceil(worst.length / ARTICLES), (next) => { articlePage = next; showArticles(); });
  }

  // On paper nothing can be unfolded; the numbers behind a picture are left out.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("section > details:not([open])")];
    for (const part of folded) part.open = true;
  });
  window.addEventListener("afterprint", () => { for (const part of folded) part.open = false; });

  async function start() {
    if (!("DecompressionStream" in window)) {
      byId("error-count").textContent = "This browser is too old to unpack the list of errors; the tables of --csv hold the same.";
      return;
    }
    index = await unpack("index");
    const sum = (article) => article[4].reduce((a, b) => a + b, 0);
    worst = index.articles.map((_, number) => number).filter((number) => sum(index.articles[number]));
    worst.sort((a, b) => sum(index.articles[b]) - sum(index.articles[a]) || a - b);
    buildFilters();
    showArticles();
    if (location.hash.startsWith("#errors?")) readAddress(true); else await showErrors();
    window.addEventListener("hashchange", () => readAddress(true));
    document.documentElement.dataset.ready = "true";
  }
  start();
})();
