// What the reader chose, and the drawing of everything that follows from it.
class Overview {
  constructor(corpus) {
    this.corpus = corpus;
    this.state = { text: "", from: null, to: null, place: null, within: false, counting: "counted", sort: "doubt", period: "week", measure: "entries" };
    this.filters = new Filters(corpus.size);
    this.facets = [...FACETS.map((settings) => new Facet(corpus, settings)), new Outlets(corpus)];
    this.list = new List(corpus, this.state);
    this.redraw = onceAFrame(() => this.draw());
    this.timeline = new Timeline(corpus, this.state, { days: (from, to) => this.days(from, to), counting: () => this.filters.passing.get("counting") });
    this.map = new WorldMap(corpus, this.state, { picked: (place, x, y) => this.popup(place, x, y), moved: () => { if (this.state.within) { this.filterMap(); this.redraw(); } } });
    this.act = {
      toggle: (facet, key) => { facet.toggle(key); this.filters.set(facet.name, facet.passes()); this.redraw(); },
      lead: (facet, key, sort) => this.lead(facet, key, sort),
      redraw: () => this.redraw(),
    };
    this.haystack = null;
    this.choosePeriod();
    this.panels();
    this.listen();
    this.count();
  }

  // Months where there are so many weeks that their bars would be thin.
  choosePeriod() {
    const days = this.corpus.data.start?.filter((day, row) => day !== null && this.corpus.counted(row)) ?? [];
    const [first, last] = days.reduce(([low, high], day) => [Math.min(low, day), Math.max(high, day)], [Infinity, -Infinity]);
    if (last - first > 160 * WEEK) this.state.period = "month";
    $("period").value = this.state.period;
  }

  panels() {
    for (const facet of this.facets) {
      if (facet.at) continue;
      const body = element("div", { id: `facet-${facet.name}` });
      const heading = `h-${facet.name}`;
      facet.at = body.id;
      $("tables").append(element("section", { class: `sheet of-${facet.name}`, "aria-labelledby": heading }, element("h2", { id: heading }, facet.title), facet.note ? element("p", { class: "hint" }, facet.note) : "", body));
    }
  }

  listen() {
    const on = (id, event, act) => $(id).addEventListener(event, (happened) => { act(happened.target); this.redraw(); });
    on("text", "input", (field) => this.search(field.value));
    on("from", "change", (field) => { this.state.from = dayOf(field.value); this.filterDays(); });
    on("to", "change", (field) => { this.state.to = dayOf(field.value); this.filterDays(); });
    on("counting", "change", (field) => { this.state.counting = field.value; this.count(); });
    on("period", "change", (field) => { this.state.period = field.value; });
    on("measure", "change", (field) => { this.state.measure = field.value; });
    on("sort", "change", (field) => { this.state.sort = field.value; });
    on("within", "change", (field) => { this.state.within = field.checked; this.filterMap(); });
    on("clear", "click", () => this.clear());
    $("form").addEventListener("submit", (event) => event.preventDefault());
    $("save").addEventListener("click", () => saveCsv(this.corpus, this.list.ordered(this.filters.rows())));
  }

  count() {
    const wanted = { counted: true, uncounted: false }[this.state.counting];
    this.filters.set("counting", wanted === undefined ? null : (row) => this.corpus.counted(row) === wanted);
  }

  days(from, to) {
    Object.assign(this.state, { from, to });
    $("from").value = from === null ? "" : isoDay(from);
    $("to").value = to === null ? "" : isoDay(to);
    this.filterDays();
    this.redraw();
  }

  // Only what surely happened within the days; what may have is told below the timeline.
  filterDays() {
    const { from, to } = this.state;
    const { start, end } = this.corpus.data;
    const inside = (row) => start[row] !== null && (from === null || start[row] >= from) && (to === null || (end[row] ?? start[row]) <= to);
    this.filters.set("days", from === null && to === null ? null : inside);
  }

  filterMap() {
    const { west, east, south, north } = this.map.bounds();
    const { lat, lon } = this.corpus.data;
    this.filters.set("map", this.state.within ? (row) => lat[row] !== null && lat[row] >= south && lat[row] <= north && lon[row] >= west && lon[row] <= east : null);
  }

  filterPlace(place) {
    this.state.place = place?.key ?? null;
    this.state.placeName = place?.name ?? null;
    this.filters.set("place", place ? (row) => this.map.placeOf[row]?.key === place.key : null);
  }

  // Summaries and names are searched at once, the words of the articles once they are unpacked.
  search(text) {
    this.state.text = text.trim();
    const words = this.state.text.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
    if (!words.length) { this.filters.set("text", null); return; }
    this.haystack ??= this.corpus.data.id.map((id, row) => [id, this.corpus.value("summary", row), this.corpus.text("place", row), governorate(this.corpus, row), ...this.corpus.actors(row).map(([, name]) => name), ...outletsOf(this.corpus, row)].join("\n").toLocaleLowerCase("en"));
    this.filters.set("text", (row) => words.every((word) => this.haystack[row].includes(word)));
    this.unpackWords();
  }

  async unpackWords() {
    if (this.unpacking) return;
    this.unpacking = true;
    const all = await this.corpus.all();
    all.forEach((found, row) => { this.haystack[row] += `\n${[...found.words, ...found.reports.map((report) => report.title ?? "")].join("\n")}`.toLocaleLowerCase("en"); });
    this.search($("text").value);
    this.redraw();
  }

  clear() {
    for (const facet of this.facets) { facet.chosen.clear(); this.filters.set(facet.name, null); }
    Object.assign(this.state, { within: false, counting: "counted" });
    $("counting").value = "counted";
    $("within").checked = false;
    $("text").value = "";
    this.search("");
    this.filterMap();
    this.filterPlace(null);
    this.days(null, null);
    this.count();
  }

  // From a number to its entries: the line alone of its table, ordered by what the number counts, and the list in view.
  lead(facet, key, sort) {
    if (facet) {
      facet.chosen = new Set([key]);
      this.filters.set(facet.name, facet.passes());
    }
    this.state.sort = ORDERS[sort] ? sort : "doubt";
    $("sort").value = this.state.sort;
    this.draw();
    $("list").scrollIntoView();
    $("list").focus({ preventScroll: true });
  }

  // What had the focus has it again in what is drawn anew.
  draw() {
    const focus = document.activeElement?.dataset?.focus;
    this.drawAll();
    if (focus) document.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  }

  drawAll() {
    const rows = this.filters.rows();
    this.totals(rows);
    for (const facet of this.facets) {
      const own = this.filters.rows(facet.name);
      $(facet.at).replaceChildren(facet instanceof Outlets ? outletTable(facet, own, this.act) : facetTable(facet, own, this.act));
      const panel = $(facet.at).closest(".tables > section");
      if (panel) panel.hidden = !facet.chosen.size && !own.some((row) => facet.rows[row].length);
    }
    this.timeline.draw(this.filters.rows("days"));
    this.map.draw(this.filters.rows("place"));
    this.worst(rows);
    this.says(rows);
    this.list.draw(rows);
    this.chips();
  }

  totals(rows) {
    const [killed, injured] = [new Sum(), new Sum()];
    let uncounted = 0;
    for (const row of rows) {
      if (!this.corpus.counted(row)) { uncounted += 1; continue; }
      killed.add(this.corpus.value("killed", row));
      injured.add(this.corpus.value("injured", row));
    }
    const number = (words, what, says, sort) => element("button", { type: "button", class: "total", "aria-label": `${words} ${what}. ${says}. Show them.`, onclick: () => this.lead(null, null, sort) }, element("b", {}, words), element("span", { class: "what" }, what), element("small", {}, says));
    const counted = rows.length - uncounted;
    const days = this.span(rows);
    $("numbers").replaceChildren(
      number(grouped(counted), `${this.corpus.one}${counted === 1 ? "" : "s"} that count`, days, "newest"),
      number(killed.words(), "killed", killed.basis((count) => this.corpus.count(count)), "killed"),
      number(injured.words(), "injured", injured.basis((count) => this.corpus.count(count)), "injured"));
    const policy = this.corpus.settings.policy;
    $("rule").textContent = `Added up: incidents and updates that are asserted or claimed${uncounted ? `; ${this.corpus.count(uncounted)} recalled, denied or expected ${uncounted === 1 ? "is" : "are"} in this selection and not added` : ""}.${policy ? ` Of several outlets' figures the policy "${policy}" takes one; nothing is added across reports.` : ""}`;
  }

  span(rows) {
    let [first, last] = [null, null];
    for (const row of rows) {
      const [start, end] = [this.corpus.value("start", row), this.corpus.value("end", row)];
      if (start === null) continue;
      if (first === null || start < first) first = start;
      if (last === null || (end ?? start) > last) last = end ?? start;
    }
    return first === null ? "no dates" : `${isoDay(first)} to ${isoDay(last)}`;
  }

  worst(rows) {
    const isDoubtful = (row) => this.corpus.value("findings", row).length || (this.corpus.score(row) ?? 1) < DOUBTFUL;
    const doubtful = this.list.ordered(rows.filter(isDoubtful), "doubt");
    const items = doubtful.slice(0, 6).map((row) => element("li", {}, element("button", { type: "button", class: "lead", onclick: () => this.list.lead(row) }, element("bdi", {}, this.corpus.value("summary", row) || this.corpus.value("id", row))), element("span", { class: "read" }, ` ${[...this.corpus.value("findings", row).map((code) => this.corpus.words[code].replaceAll("_", " ")), this.corpus.score(row) === null ? null : `score ${this.corpus.score(row).toFixed(2)}`].filter(Boolean).join("; ")}`)));
    const loose = this.corpus.loose;
    const about = loose.length ? element("details", {}, element("summary", {}, `${grouped(loose.length)} finding${loose.length === 1 ? "" : "s"} in statistics and headlines of articles`), element("ul", {}, ...loose.slice(0, 200).map((finding) => element("li", {}, element("strong", {}, finding.message), element("span", { class: "read" }, " ", element("bdi", {}, finding.title ?? finding.article), " ", element("code", {}, finding.article)))))) : "";
    $("worst").replaceChildren(doubtful.length ? element("p", {}, `${this.corpus.count(doubtful.length)} with a finding or a low score; the most doubtful:`) : element("p", {}, "No finding and no low score in this selection."), element("ol", {}, ...items), about);
  }

  says(rows) {
    const { map, timeline, corpus } = this;
    $("map-says").textContent = `${grouped(map.places.length)} place${map.places.length === 1 ? "" : "s"}; circles grow with the people killed there.${map.missing ? ` ${corpus.count(map.missing)} without a point ${map.missing === 1 ? "is" : "are"} not on the map.` : ""} Drag to move; + and −, or Ctrl and the wheel, to zoom.`;
    const parts = [];
    if (timeline.loose) parts.push(`${corpus.count(timeline.loose)} not dated to one ${this.state.period} ${timeline.loose === 1 ? "has" : "have"} no bar`);
    const { from, to } = this.state;
    if (from !== null || to !== null) {
      const { start, end } = corpus.data;
      const maybe = this.filters.rows("days").filter((row) => start[row] === null || ((from === null || (end[row] ?? start[row]) >= from) && (to === null || start[row] <= to))).length - rows.length;
      if (maybe > 0) parts.push(`${corpus.count(maybe)} may have happened in these days, but are dated less precisely or not at all: not selected`);
    }
    $("time-says").textContent = `${parts.join(". ")}${parts.length ? ". " : ""}Drag over the bars to choose days.`;
    this.placeTable();
  }

  placeTable() {
    const open = $("places").querySelector("details")?.open;
    const shown = this.map.places.slice(0, 100);
    const details = element("details", {}, element("summary", {}, `Places as a table (${grouped(this.map.places.length)})`));
    details.open = Boolean(open);
    const body = element("tbody");
    const fill = () => {
      if (body.childElementCount) return;
      for (const place of shown) {
        const choose = element("button", { type: "button", class: "key", "aria-pressed": String(place.key === this.state.place), "data-focus": `place ${place.key}`, onclick: () => { this.filterPlace(this.state.place === place.key ? null : place); this.redraw(); } }, element("bdi", {}, place.name ?? "place"));
        body.append(element("tr", {}, element("th", { scope: "row" }, choose), element("td", {}, `${place.precision}, ${place.governorate}`), ...[grouped(place.entries), place.killed.words(), place.injured.words()].map((words) => element("td", { class: "n" }, words))));
      }
    };
    if (open) fill();
    details.addEventListener("toggle", fill);
    const heads = ["place", "how precise", `${this.corpus.one}s`, "killed", "injured"];
    details.append(element("div", { class: "scroll" }, element("table", { class: "facet" }, element("thead", {}, element("tr", {}, ...heads.map((words, at) => element("th", { scope: "col", class: at > 1 ? "n" : null }, words)))), body)));
    $("places").replaceChildren(details);
  }

  popup(place, x, y) {
    const box = $("place");
    box.hidden = !place;
    if (!place) return;
    const wide = AREAS.includes(place.precision);
    box.replaceChildren(
      element("p", {}, element("strong", {}, element("bdi", {}, place.name ?? "place")), element("span", { class: "read" }, ` ${place.governorate}`)),
      element("p", { class: "read" }, wide ? `Somewhere in this ${place.precision}: the point stands for the area.` : place.precision === "near" ? "Near this place; the spot itself is not known." : place.precision === "town" ? "In this town; the spot itself is not known." : "At this spot."),
      element("p", {}, `${this.corpus.count(place.entries)}: ${place.killed.words()} killed, ${place.injured.words()} injured`),
      element("p", {}, element("button", { type: "button", onclick: () => { this.filterPlace(place); box.hidden = true; this.lead(null, null, "killed"); } }, "Show them")));
    box.style.left = `${Math.min(x, Math.max(0, this.map.width - 240))}px`;
    box.style.top = `${Math.min(y, Math.max(0, this.map.height - 150))}px`;
  }

  chips() {
    const chips = [];
    const chip = (words, drop) => chips.push(element("button", { type: "button", class: "chip", "aria-label": `Take away: ${words}`, onclick: () => { drop(); this.redraw(); } }, element("bdi", {}, words), " ×"));
    for (const facet of this.facets) for (const key of facet.chosen) chip(`${facet.title}: ${key}`, () => { facet.toggle(key); this.filters.set(facet.name, facet.passes()); });
    const { from, to } = this.state;
    if (from !== null || to !== null) chip(`${from === null ? "" : `from ${isoDay(from)} `}${to === null ? "" : `to ${isoDay(to)}`}`.trim(), () => this.days(null, null));
    if (this.state.place) chip(`at ${this.state.placeName}`, () => this.filterPlace(null));
    if (this.state.within) chip("what the map shows", () => { this.state.within = false; $("within").checked = false; this.filterMap(); });
    if (this.state.text) chip(`“${this.state.text}”`, () => { $("text").value = ""; this.search(""); });
    $("clear").disabled = !chips.length && this.state.counting === "counted";
    $("chosen").replaceChildren(element("span", {}, `${this.corpus.count(this.list.rows.length)} of ${grouped(this.corpus.size)} selected. `), ...chips);
  }
}

const start = async () => {
  try {
    if (typeof DecompressionStream !== "function") throw new Error("this browser is too old; use one of 2023 or later");
    const overview = new Overview(new Corpus(await unpack("data")));
    overview.draw();
    await overview.map.load();
    $("main").setAttribute("aria-busy", "false");
  } catch (error) {
    $("trouble").textContent = `The page cannot be drawn: ${error.message}.`;
    $("trouble").hidden = false;
    throw error;
  }
};
start();
