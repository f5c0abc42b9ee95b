// The page works without this file; it adds the keys, the choosing of words and the searches.
"use strict";
(() => {
  let chosen = null; // {start, end, text} in characters (code points) of the article
  let opened = Date.now();
  let busy = false; // between sending a decision and seeing what came of it: a key would be about a record not seen
  const one = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const length = (text) => [...text].length; // the record counts code points, the browser UTF-16 units

  function choose(start, end, text) {
    chosen = { start, end, text };
    for (const piece of all(".text .s")) {
      const from = Number(piece.dataset.start);
      piece.classList.toggle("chosen", from < end && from + length(piece.textContent) > start);
    }
    for (const field of all(".words-start")) field.value = start;
    for (const field of all(".words-end")) field.value = end;
    for (const shown of all(".words-shown")) { shown.textContent = `“${text}”`; shown.hidden = false; }
    const form = all("details[open] form").find((found) => found.querySelector(".number"));
    const number = form?.querySelector(".number");
    if (number && form.querySelector("[name=words_are]")?.value !== "victim") {
      fetch(`/number?q=${encodeURIComponent(text)}`).then((answer) => answer.json()).then((read) => {
        if (read.number) number.value = read.number;
        number.focus();
      });
    }
  }

  function letGo() {
    chosen = null;
    for (const piece of all(".text .chosen")) piece.classList.remove("chosen");
    for (const field of all(".words-start, .words-end")) field.value = "";
    for (const shown of all(".words-shown")) shown.hidden = true;
  }

  const pieceOf = (node) => (node?.nodeType === 3 ? node.parentElement : node)?.closest?.(".text .s");
  const place = (node, offset) => {
    const piece = pieceOf(node);
    return piece ? Number(piece.dataset.start) + length(piece.textContent.slice(0, offset)) : null;
  };

  function chooseRange(piece) {
    const [start, end] = piece.dataset.range.split("-").map(Number);
    const text = all(".text .s").filter((found) => {
      const from = Number(found.dataset.start);
      return from >= start && from + length(found.textContent) <= end;
    }).map((found) => found.textContent).join("");
    choose(start, end, text);
  }

  function chooseAt(event) {
    const piece = event.target.closest?.(".text .s");
    if (!piece) return;
    const selection = getSelection();
    if (selection && !selection.isCollapsed) {
      const range = selection.getRangeAt(0);
      const start = place(range.startContainer, range.startOffset);
      const end = place(range.endContainer, range.endOffset);
      if (start !== null && end !== null && end > start) {
        const said = selection.toString();
        const cut = said.length - said.trimStart().length;
        choose(start + cut, start + cut + length(said.trim()), said.trim());
      }
      return;
    }
    if (piece.dataset.range) { chooseRange(piece); return; }
    const caret = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (!caret || pieceOf(caret.startContainer) !== piece) return;
    const text = piece.textContent;
    const at = caret.startOffset;
    const left = text.slice(0, at).match(/[\p{L}\p{N}'’-]*$/u)[0].length;
    const right = text.slice(at).match(/^[\p{L}\p{N}'’-]*/u)[0].length;
    const word = text.slice(at - left, at + right);
    if (word) {
      const start = Number(piece.dataset.start) + length(text.slice(0, at - left));
      choose(start, start + length(word), word);
    }
  }

  function light(names) {
    for (const piece of all(".text .lit")) piece.classList.remove("lit");
    for (const row of all(".rests.lit")) row.classList.remove("lit");
    for (const name of names) {
      one(`#${CSS.escape(name)}`)?.classList.add("lit");
      for (const piece of all(".text [data-rests]")) {
        if (piece.dataset.rests.split(" ").includes(name)) piece.classList.add("lit");
      }
    }
  }

  function open(details) {
    if (!details) return;
    for (const other of all("#record details[open]")) if (other !== details) other.open = false;
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    const first = [".search", ".number", "textarea", "input:not([type=hidden]), select, button"];
    const field = first.map((kind) => details.querySelector(kind)).find(Boolean);
    field?.focus();
    field?.select?.();
  }

  const follow = (selector) => one(selector)?.click();
  const send = (selector) => one(selector)?.requestSubmit();
  function step(by) {
    const links = all(".events li");
    const here = links.findIndex((item) => item.classList.contains("here"));
    links[here + by]?.querySelector("a").click();
  }
  const KEYS = {
    a: () => send("#accept"), d: () => send("#delete"), f: () => send("#flag"),
    u: () => send("#undo"), r: () => send("#redo"),
    "+": () => open(one("#new-figure")), p: () => open(one("#new-party")), l: () => open(one("#new-place")),
    e: () => open(one("#describe")), s: () => open(one("#split")), m: () => open(one("#join")),
    i: () => open(one("#add")), n: () => open(one("#note")),
    j: () => step(1), k: () => step(-1), x: () => follow("#to-next"), q: () => follow("#to-queue"),
    "/": () => one("#search")?.focus(),
    "?": () => one("#help").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      if (one("#help").open) return;
      document.activeElement?.blur?.();
      for (const details of all("#record details[open]")) details.open = false;
      letGo();
      return;
    }
    const piece = document.activeElement?.closest?.(".text .s[data-range]");
    if (piece && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); chooseRange(piece); return; }
    if (document.activeElement?.matches?.("input, textarea, select") || one("#help").open || event.repeat) return;
    if (busy) { event.preventDefault(); return; }
    const figure = /^[1-9]$/.test(event.key) ? all(".figures > li > details")[Number(event.key) - 1] : null;
    const act = figure ? () => open(figure) : Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#show-help")) one("#help").showModal();
    const answer = event.target.closest?.(".found button");
    if (answer) {
      const form = answer.closest("form");
      const search = form.querySelector(".search");
      form.querySelector(`[name=${search.dataset.into}]`).value = answer.dataset.id;
      search.value = answer.textContent;
      form.querySelector(".found").replaceChildren();
      all("button", form).at(-1).focus();
    }
  });
  document.addEventListener("mouseup", chooseAt);
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const row = event.target.closest?.(".rests");
      const piece = event.target.closest?.(".text [data-rests]");
      light(row ? [row.id] : piece ? piece.dataset.rests.split(" ") : []);
    });
  }

  // The map: buttons move it; a click on it, or its cross, is the point of the place that is open, else of a new one.
  async function showMap(view = "") {
    const map = one("#map");
    if (!map) return;
    const answer = await fetch(`${map.dataset.src}${view && "&"}${view}`).catch(() => null);
    if (!answer?.ok || one("#map") !== map) return;
    const focused = map.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    map.innerHTML = await answer.text(); // our own template, in which names are text
    map.hidden = false;
    if (focused) map.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }
  function point(x, y) {
    const map = one("#map svg");
    const [lat, lon, across, down] = ["lat", "lon", "across", "down"].map((name) => Number(map.dataset[name]));
    const { width, height } = map.viewBox.baseVal;
    const east = lon + (x - width / 2) / across;
    const north = lat - (y - height / 2) / down;
    if (Math.abs(north) > 90) return;
    const places = [...all(".rows > li[id^=l-] > details[open]"), one("#new-place")];
    if (!places[0].open) open(places[0]);
    const field = places[0].querySelector("[name=point]");
    field.value = `${north.toFixed(3)}, ${(((east + 540) % 360) - 180).toFixed(3)}`;
    field.focus();
    map.querySelector(".chosen-point")?.remove();
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ class: "chosen-point", cx: x, cy: y, r: 6 })) mark.setAttribute(name, value);
    map.append(mark);
  }
  function pointAt(event) {
    const map = event.target.closest?.("#map svg");
    if (map) {
      const box = map.getBoundingClientRect();
      const { width, height } = map.viewBox.baseVal;
      point(((event.clientX - box.x) / box.width) * width, ((event.clientY - box.y) / box.height) * height);
      return;
    }
    const move = event.target.closest?.("#map .move");
    if (move) showMap(move.dataset.map);
    if (event.target.closest?.("#map .here")) { const { width, height } = one("#map svg").viewBox.baseVal; point(width / 2, height / 2); }
  }
  document.addEventListener("click", pointAt);

  let waiting = 0;
  document.addEventListener("input", (event) => {
    const search = event.target.closest?.(".search");
    if (!search) return;
    const form = search.closest("form");
    form.querySelector(`[name=${search.dataset.into}]`).value = "";
    const number = ++waiting;
    setTimeout(async () => {
      if (number !== waiting) return;
      const answer = await fetch(`${search.dataset.search}?q=${encodeURIComponent(search.value)}`);
      const found = answer.ok ? await answer.json() : [];
      if (number !== waiting) return;
      form.querySelector(".found").replaceChildren(...found.map((entry) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.id = entry.id;
        button.textContent = entry.name;
        const note = document.createElement("span");
        note.className = "soft";
        note.textContent = ` ${entry.note}`;
        item.append(button, note);
        return item;
      }));
    }, 150);
  });
  document.addEventListener("submit", (event) => {
    for (const field of all("[name=milliseconds]", event.target)) field.value = Date.now() - opened;
    const figures = event.target.querySelector("[name=figures]");
    if (figures) figures.value = all(".of-split:checked", event.target).map((box) => box.value).join(",");
  }, true);
  document.addEventListener("htmx:beforeRequest", () => { busy = true; });
  document.addEventListener("htmx:afterRequest", () => { busy = false; });
  document.addEventListener("htmx:load", () => { opened = Date.now(); chosen = null; showMap(); });
  document.addEventListener("htmx:sendError", () => {
    const message = document.createElement("p");
    message.className = "message";
    message.setAttribute("role", "alert");
    message.textContent = "The program does not answer, and this was not saved. Start it again; what was saved is kept.";
    one("#main").prepend(message);
  });
})();
