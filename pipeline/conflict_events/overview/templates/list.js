// The list that every number leads to: a page of entries, each with its words, figures, reports and doubts.
const PAGE = 25;
const ROLES = { perpetrator: "by", target: "against", party: "parties", claimant: "according to" };
const RELATIONS = { reports: "reports it", updates: "updates its toll", recalls: "recalls it" };

const doubtOrder = (corpus) => {
  // Findings first, then the least sure, then what has no score.
  const weight = (row) => (corpus.value("findings", row).length ? -2 : 0) + (corpus.score(row) ?? 1.5);
  return (a, b) => weight(a) - weight(b) || a - b;
};

const ORDERS = {
  doubt: doubtOrder,
  newest: (corpus) => (a, b) => (corpus.value("start", b) ?? -1e9) - (corpus.value("start", a) ?? -1e9) || a - b,
  oldest: (corpus) => (a, b) => (corpus.value("start", a) ?? 1e9) - (corpus.value("start", b) ?? 1e9) || a - b,
  killed: (corpus) => (a, b) => (stated(corpus.value("killed", b)) ?? -1) - (stated(corpus.value("killed", a)) ?? -1) || a - b,
  injured: (corpus) => (a, b) => (stated(corpus.value("injured", b)) ?? -1) - (stated(corpus.value("injured", a)) ?? -1) || a - b,
};

const kindWords = (corpus, row) => {
  const words = [];
  const [kind, certainty] = [corpus.text("kind", row), corpus.text("certainty", row)];
  if (kind === "update") words.push("update of an earlier toll");
  if (kind === "background") words.push("earlier event, recalled");
  if (certainty !== "asserted") words.push(certainty);
  if (!corpus.counted(row)) words.push("not counted");
  return words;
};

const tollWords = (corpus, row) => {
  const said = [];
  for (const outcome of ["killed", "injured"]) {
    const bounds = corpus.value(outcome, row);
    if (bounds && stated(bounds) !== null) said.push(`${boundsWords(bounds)} ${outcome}`);
  }
  for (const [outcome, ...bounds] of corpus.value("others", row)) {
    if (bounds.length && stated(bounds) !== null) said.push(`${boundsWords(bounds)} ${corpus.words[outcome]}`);
  }
  return said.join(", ") || NO_NUMBER;
};

const shortDate = (corpus, row) => {
  const [start, end, dated] = [corpus.value("start", row), corpus.value("end", row), corpus.text("dated", row)];
  if (start === null) return "date not known";
  if (dated === "month") return isoDay(start).slice(0, 7);
  if (dated === "year") return isoDay(start).slice(0, 4);
  return end !== null && end !== start ? `${isoDay(start)} to ${isoDay(end)}` : isoDay(start);
};

const quote = (words) => element("q", { class: "said" }, element("bdi", {}, words));

class List {
  constructor(corpus, state) {
    Object.assign(this, { corpus, state, rows: [], page: 0, orders: new Map() });
  }

  // Each order is sorted once, for all rows; a selection keeps it.
  ordered(rows, sort = this.state.sort) {
    if (!this.orders.has(sort)) this.orders.set(sort, Array.from({ length: this.corpus.size }, (_, row) => row).sort(ORDERS[sort](this.corpus)));
    const selected = new Uint8Array(this.corpus.size);
    for (const row of rows) selected[row] = 1;
    return this.orders.get(sort).filter((row) => selected[row]);
  }

  draw(rows) {
    this.rows = this.ordered(rows);
    this.page = 0;
    this.paint();
  }

  paint() {
    const pages = Math.max(1, Math.ceil(this.rows.length / PAGE));
    const from = this.page * PAGE;
    const shown = this.rows.slice(from, from + PAGE);
    $("count").textContent = this.rows.length ? `${grouped(from + 1)} to ${grouped(from + shown.length)} of ${this.corpus.count(this.rows.length)}` : `No ${this.corpus.one} in this selection.`;
    $("entries").replaceChildren(...shown.map((row) => this.entry(row)));
    $("entries").setAttribute("start", from + 1);
    const step = (words, page, off) => element("button", { type: "button", disabled: off, onclick: () => { this.page = page; this.paint(); $("list").scrollIntoView(); $("list").focus({ preventScroll: true }); } }, words);
    $("pages").replaceChildren(...(pages > 1 ? [step("First", 0, !this.page), step("Back", this.page - 1, !this.page), element("span", {}, `page ${grouped(this.page + 1)} of ${grouped(pages)}`), step("Next", this.page + 1, this.page + 1 >= pages), step("Last", pages - 1, this.page + 1 >= pages)] : []));
  }

  entry(row) {
    const corpus = this.corpus;
    const score = corpus.score(row);
    const badges = [...kindWords(corpus, row), ...corpus.value("findings", row).map((code) => corpus.words[code].replaceAll("_", " "))];
    const summary = element("summary", {},
      element("span", { class: "when" }, shortDate(corpus, row)), " ",
      element("span", { class: "where" }, element("bdi", {}, corpus.text("place", row) ?? "place not known")), " ",
      element("strong", { class: "toll" }, tollWords(corpus, row)),
      ...badges.flatMap((words) => [" ", element("span", { class: "badge doubt" }, words)]),
      score !== null && score < DOUBTFUL ? element("span", { class: "badge doubt" }, `score ${score.toFixed(2)}`) : null,
      element("span", { class: "sentence" }, element("bdi", {}, corpus.value("summary", row))));
    const details = element("details", { "data-row": row }, summary);
    details.addEventListener("toggle", () => this.open(details, row), { once: true });
    return element("li", { class: corpus.counted(row) ? null : "uncounted" }, details);
  }

  async open(details, row) {
    const found = await this.corpus.details(row);
    details.append(entryBody(this.corpus, row, found));
  }

  // Opens an entry of the selection, on whichever page it is.
  async lead(row) {
    const at = this.rows.indexOf(row);
    if (at < 0) return;
    this.page = Math.floor(at / PAGE);
    this.paint();
    const details = document.querySelector(`[data-row="${row}"]`);
    details.open = true;
    details.scrollIntoView({ block: "center" });
    details.querySelector("summary").focus({ preventScroll: true });
  }
}

const entryBody = (corpus, row, found) => {
  const line = (term, ...what) => [element("dt", {}, term), element("dd", {}, ...what)];
  const facts = element("dl", {});
  if (found.words.length) facts.append(...line("Words", ...found.words.map((words) => element("blockquote", {}, element("bdi", {}, words))), element("span", { class: "read" }, "from article ", element("bdi", {}, found.from))));
  facts.append(...line("People", figures(found.figures)));
  facts.append(...line("When", found.when));
  const [lat, lon] = [corpus.value("lat", row), corpus.value("lon", row)];
  const region = [corpus.text("admin1", row), corpus.text("country", row)].filter(Boolean).join(", ");
  facts.append(...line("Where", element("bdi", {}, found.where ?? "not stated"), element("span", { class: "read" }, region && ` ${region}`, lat !== null ? ` ${lat.toFixed(4)}, ${lon.toFixed(4)}` : "")));
  const actors = corpus.actors(row);
  facts.append(...line("Who", actors.length ? element("span", {}, ...actors.flatMap(([role, name], at) => [at ? "; " : "", `${ROLES[role] ?? role} `, element("bdi", {}, name)])) : "not stated"));
  facts.append(...line("What", [corpus.text("type", row), corpus.text("sub", row)].filter(Boolean).join(" / ") || "type not recognised"));
  if (found.weapons.length) facts.append(...line("Weapon", ...found.weapons.flatMap((words) => [quote(words), " "])));
  for (const [code, message] of found.findings) facts.append(...line("Finding", element("strong", {}, message), element("span", { class: "read" }, ` ${code}`)));
  const [score, link] = [corpus.value("score", row), corpus.value("link", row)];
  facts.append(...line("Score", [score === null ? "reading: none" : `reading ${score.toFixed(2)}`, link === null ? null : `joining of its reports ${link.toFixed(2)}`].filter(Boolean).join("; ")));
  facts.append(...line("Id", element("code", {}, corpus.value("id", row))));
  return element("div", { class: "body" }, facts, reportTable(corpus, found.reports));
};

const figures = (lines) => {
  if (!lines.length) return element("span", {}, NO_NUMBER);
  return element("ul", { class: "figures" }, ...lines.map(([depth, said, words]) => element("li", { class: `deep-${Math.min(depth, 3)}` }, depth ? element("span", { class: "read" }, "of them ") : null, element("bdi", {}, said), " ", words ? quote(words) : element("span", { class: "read" }, "no word for the number"))));
};

const reportTable = (corpus, reports) => {
  const heads = ["outlet", "published", "what it does", "killed", "injured", "article"];
  const body = element("tbody", {}, ...reports.map((report) => {
    const said = (figure) => element("td", {}, ...(figure ? [figure[0], " ", figure[1] ? quote(figure[1]) : null] : ["–"]));
    const notes = [RELATIONS[report.relation] ?? report.relation, report.copy ? `copy of ${report.copy}` : null, report.replaced ? "replaced by a later figure" : null];
    const title = report.title ?? report.article;
    const link = report.url ? element("a", { href: report.url, rel: "noopener noreferrer" }, element("bdi", {}, title)) : element("bdi", {}, title);
    return element("tr", {}, element("td", {}, element("bdi", {}, report.outlet ?? "outlet not known")), element("td", {}, report.published ?? "–"), element("td", {}, notes.filter(Boolean).join("; ")), said(report.killed), said(report.injured), element("td", {}, link, " ", element("code", {}, report.event ?? report.article)));
  }));
  return element("div", { class: "scroll" }, element("table", { class: "reports" }, element("caption", {}, corpus.settings.merged ? "Its reports. To read one: conflict-events show RESULTS --id ID" : `To read it in its article: conflict-events show ${corpus.settings.source} --id ID`), element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))), body));
};
