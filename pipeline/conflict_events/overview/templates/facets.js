// Tables of the selection by one property. An entry can stand in several lines (two attackers), so that lines are never
// added to each other; each line's own sum holds only what counts.
const UNKNOWN = "not known";
const LINES = 8;
const DOUBTFUL = 0.5;

const attackersAnd = (corpus, row, role) => {
  const names = corpus.actors(row).filter(([is]) => is === role).map(([, name]) => name);
  return names.map((name) => ({ key: name, killed: corpus.value("killed", row), injured: corpus.value("injured", row) }));
};

const whole = (corpus, row, key) => ({ key, killed: corpus.value("killed", row), injured: corpus.value("injured", row) });

// People of a group: only those of the group, not the whole toll.
const harmed = (corpus, row, wanted) => {
  const lines = new Map();
  for (const [by, group, outcome, ...bounds] of corpus.value("harms", row)) {
    if (!wanted.includes(corpus.words[by])) continue;
    const key = corpus.words[group];
    if (!lines.has(key)) lines.set(key, { key, several: { killed: [], injured: [] } });
    const kind = corpus.words[outcome];
    if (kind === "killed" || kind === "injured") lines.get(key).several[kind].push(bounds.length ? bounds : null);
  }
  return [...lines.values()];
};

const doubtsOf = (corpus, row) => {
  const found = new Set();
  for (const code of corpus.value("findings", row)) found.add(corpus.words[code].replaceAll("_", " "));
  const score = corpus.score(row);
  if (score !== null && score < DOUBTFUL) found.add(`score below ${DOUBTFUL}`);
  if (score === null) found.add("no score");
  if (corpus.value("lat", row) === null) found.add("no place on the map");
  else if (["district", "governorate", "area", "country"].includes(corpus.text("precision", row))) found.add("place is only an area");
  if (corpus.value("start", row) === null) found.add("no date");
  else if (["month", "year"].includes(corpus.text("dated", row))) found.add("date is only a month or year");
  if (!corpus.value("killed", row) && !corpus.value("injured", row) && !corpus.value("others", row).length) found.add("no number stated");
  const certainty = corpus.text("certainty", row);
  if (certainty !== "asserted") found.add(certainty);
  return [...found].map((key) => whole(corpus, row, key));
};

const outcomesOf = (corpus, row) => {
  const found = [];
  for (const outcome of ["killed", "injured"]) {
    const bounds = corpus.value(outcome, row);
    if (bounds && stated(bounds) !== null && bounds[2] !== 0) found.push({ key: outcome, people: bounds });
  }
  for (const [outcome, ...bounds] of corpus.value("others", row)) {
    found.push({ key: corpus.words[outcome], people: bounds.length ? bounds : null });
  }
  return found;
};

const outletsOf = (corpus, row) => [...new Set(corpus.reports(row).map((report) => report.outlet ?? UNKNOWN))];

const FACETS = [
  { name: "doubt", title: "Doubts", lines: doubtsOf, at: "doubt-table", head: "what is doubtful" },
  { name: "attacker", title: "Attackers", lines: (corpus, row) => attackersAnd(corpus, row, "perpetrator"), note: "Tolls of the attacks they carried out." },
  { name: "target", title: "Attacked", lines: (corpus, row) => attackersAnd(corpus, row, "target"), note: "Tolls of the attacks on them, whoever was harmed." },
  { name: "party", title: "Parties to fights", lines: (corpus, row) => attackersAnd(corpus, row, "party"), note: "Where the text does not say who attacked." },
  { name: "people", title: "Whose people were harmed", lines: (corpus, row) => harmed(corpus, row, ["actor"]), note: "Only people said to be of the group." },
  { name: "victim", title: "Victims", lines: (corpus, row) => harmed(corpus, row, ["status", "trait"]), note: "Only people said to be so; a child is a civilian as well, so lines overlap." },
  { name: "outcome", title: "Outcomes", lines: outcomesOf, people: true },
  { name: "admin1", title: "Governorates", lines: (corpus, row) => [whole(corpus, row, governorate(corpus, row))] },
  { name: "type", title: "What happened", lines: (corpus, row) => [whole(corpus, row, corpus.text("sub", row) ?? corpus.text("type", row) ?? "type not recognised")] },
];

const governorate = (corpus, row) => {
  const [admin1, country] = [corpus.text("admin1", row), corpus.text("country", row)];
  return admin1 ? `${admin1}${country ? `, ${country}` : ""}` : country ? `${country}, governorate ${UNKNOWN}` : UNKNOWN;
};

class Facet {
  constructor(corpus, settings) {
    Object.assign(this, settings);
    this.corpus = corpus;
    this.chosen = new Set();
    this.shown = LINES;
    this.rows = Array.from({ length: corpus.size }, (_, row) => settings.lines(corpus, row));
  }

  passes() {
    if (!this.chosen.size) return null;
    return (row) => this.rows[row].some((line) => this.chosen.has(line.key));
  }

  toggle(key) {
    if (!this.chosen.delete(key)) this.chosen.add(key);
  }

  // Lines of the table: key, entries, and the sums of what counts.
  sums(rows) {
    const found = new Map();
    for (const row of rows) {
      for (const line of this.rows[row]) {
        let sums = found.get(line.key);
        if (!sums) found.set(line.key, (sums = { key: line.key, entries: 0, killed: new Sum(), injured: new Sum(), people: new Sum() }));
        sums.entries += 1;
        if (!this.corpus.counted(row)) continue;
        if (this.people) sums.people.add(line.people);
        else if (line.several) for (const kind of ["killed", "injured"]) line.several[kind].forEach((bounds) => sums[kind].add(bounds));
        else for (const kind of ["killed", "injured"]) sums[kind].add(line[kind]);
      }
    }
    return [...found.values()].sort((a, b) => b.entries - a.entries || (a.key < b.key ? -1 : 1));
  }
}

// A facet's table. `act` has toggle(facet, key), lead(facet, key, sort) and redraw().
const facetTable = (facet, rows, act) => {
  const lines = facet.sums(rows);
  const most = lines.length ? lines[0].entries : 1;
  const columns = facet.people ? [["people", "people"]] : [["killed", "killed"], ["injured", "injured"]];
  const table = element("table", { class: "facet" });
  const head = element("tr", {}, element("th", { scope: "col" }, facet.head ?? facet.title), element("th", { scope: "col", class: "n" }, `${facet.corpus.one}s`));
  for (const [, title] of columns) head.append(element("th", { scope: "col", class: "n" }, title));
  const body = element("tbody");
  const kept = lines.filter((line, at) => at < facet.shown || facet.chosen.has(line.key));
  for (const line of kept) {
    const pressed = facet.chosen.has(line.key);
    const choose = element("button", { type: "button", class: "key", "aria-pressed": String(pressed), "data-focus": `${facet.name} ${line.key}`, onclick: () => act.toggle(facet, line.key) }, element("bdi", {}, line.key));
    const name = element("th", { scope: "row" }, choose, bar(line.entries / most));
    const tr = element("tr", pressed ? { class: "pressed" } : {}, name, lead(act, facet, line.key, "doubt", grouped(line.entries), `${facet.corpus.count(line.entries)}: ${line.key}`));
    for (const [kind] of columns) {
      const sum = line[kind];
      const says = `${sum.words()} ${kind}, ${line.key}: ${sum.basis((number) => (line.several ? `${number} figures` : facet.corpus.count(number)))}`;
      tr.append(sum.stated ? lead(act, facet, line.key, kind === "people" ? line.key : kind, sum.words(), says) : element("td", { class: "n none" }, "–"));
    }
    body.append(tr);
  }
  table.append(element("thead", {}, head), body);
  const more = lines.length > facet.shown && element("button", { type: "button", class: "more", "data-focus": `${facet.name} more`, onclick: () => { facet.shown = facet.shown > LINES ? LINES : 500; act.redraw(); } }, `${lines.length - facet.shown} more`);
  const less = facet.shown > LINES && lines.length > LINES && element("button", { type: "button", class: "more", "data-focus": `${facet.name} more`, onclick: () => { facet.shown = LINES; act.redraw(); } }, "fewer");
  return element("div", {}, element("div", { class: "scroll" }, table), more || "", less || "", lines.length ? "" : element("p", { class: "none" }, "None in this selection."));
};

const lead = (act, facet, key, sort, words, says) =>
  element("td", { class: "n" }, element("button", { type: "button", class: "number", title: says, "aria-label": says, onclick: () => act.lead(facet, key, sort) }, words));

const bar = (share) => {
  const drawn = svg("svg", { class: "bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  drawn.append(svg("rect", { width: Math.max(100 * share, 0.5), height: 1 }));
  return drawn;
};

// Outlets: who tells what, how early, and how their figures differ from the others' of the same incident.
class Outlets extends Facet {
  constructor(corpus) {
    super(corpus, { name: "outlet", title: "Outlets", lines: (of, row) => outletsOf(of, row).map((key) => whole(of, row, key)) });
    this.known = [];
  }

  compared(rows) {
    const found = new Map();
    for (const row of rows) {
      this.known[row] ??= this.compare(row);
      for (const [key, own] of this.known[row]) {
        if (!found.has(key)) found.set(key, { key, entries: 0, alone: 0, shared: 0, first: 0, days: [], lower: 0, higher: 0, same: 0 });
        const line = found.get(key);
        line.entries += 1;
        for (const name of own.adds) line[name] += 1;
        if (own.late !== null) line.days.push(own.late);
      }
    }
    return [...found.values()].sort((a, b) => b.entries - a.entries || (a.key < b.key ? -1 : 1));
  }

  // Of each outlet that tells an entry: what it adds to its line, and how many days after the event it told it.
  compare(row) {
    const outlets = groupBy(this.corpus.reports(row).filter((report) => report.relation !== "recalls"));
    const firsts = new Map([...outlets].map(([key, own]) => [key, earliest(own)]));
    const first = Math.min(...[...firsts.values()].filter((day) => day !== null));
    const said = new Map([...outlets].map(([key, own]) => [key, lastNumber(own)]));
    return [...firsts].map(([key, day]) => {
      const adds = outlets.size === 1 ? ["alone"] : ["shared"];
      if (outlets.size > 1 && day === first) adds.push("first");
      const late = day === null || this.corpus.text("dated", row) !== "day" ? -1 : day - this.corpus.value("start", row);
      const others = [...said].filter(([other, number]) => other !== key && number !== null).map(([, number]) => number);
      const number = said.get(key);
      if (number !== null && others.length) adds.push(...rank(number, others));
      return [key, { adds, late: late < 0 ? null : late }];
    });
  }
}

const rank = (number, others) => {
  if (others.every((other) => other === number)) return ["same"];
  if (number <= Math.min(...others)) return ["lower"];
  return number >= Math.max(...others) ? ["higher"] : [];
};

const groupBy = (reports) => {
  const found = new Map();
  for (const report of reports) {
    const key = report.outlet ?? UNKNOWN;
    found.set(key, [...(found.get(key) ?? []), report]);
  }
  return found;
};
const earliest = (reports) => {
  const days = reports.map((report) => report.day).filter((day) => day !== null);
  return days.length ? Math.min(...days) : null;
};
const lastNumber = (reports) => {
  const told = reports.filter((report) => !report.replaced && stated(report.killed) !== null);
  return told.length ? stated(told[told.length - 1].killed) : null;
};
const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : null;
};

const outletTable = (facet, rows, act) => {
  const lines = facet.compared(rows);
  const merged = facet.corpus.settings.merged;
  const heads = ["outlet", `${facet.corpus.one}s`, ...(merged ? ["only there", "first of several"] : []), "median days after", ...(merged ? ["killed: lowest", "highest", "same"] : [])];
  const table = element("table", { class: "facet outlets" }, element("thead", {}, element("tr", {}, ...heads.map((head, at) => element("th", { scope: "col", class: at ? "n" : null }, head)))));
  const body = element("tbody");
  const most = lines.length ? lines[0].entries : 1;
  for (const line of lines.filter((one, at) => at < facet.shown || facet.chosen.has(one.key))) {
    const pressed = facet.chosen.has(line.key);
    const choose = element("button", { type: "button", class: "key", "aria-pressed": String(pressed), "data-focus": `${facet.name} ${line.key}`, onclick: () => act.toggle(facet, line.key) }, element("bdi", {}, line.key));
    const tr = element("tr", pressed ? { class: "pressed" } : {}, element("th", { scope: "row" }, choose, bar(line.entries / most)), lead(act, facet, line.key, "doubt", grouped(line.entries), `${facet.corpus.count(line.entries)} told by ${line.key}`));
    const days = median(line.days);
    const cells = merged ? [grouped(line.alone), `${line.first} of ${line.shared}`, days ?? "–", line.lower, line.higher, line.same] : [days ?? "–"];
    tr.append(...cells.map((cell) => element("td", { class: "n" }, String(cell))));
    body.append(tr);
  }
  table.append(body);
  const more = lines.length > facet.shown && element("button", { type: "button", class: "more", "data-focus": `${facet.name} more`, onclick: () => { facet.shown = 500; act.redraw(); } }, `${lines.length - facet.shown} more`);
  const note = merged ? "How early: days from the day it happened to the outlet's first report. Lowest, highest, same: its last figure of killed beside those of the other outlets that state one." : "How early: days from the day it happened to the report. Merge first to compare outlets.";
  return element("div", {}, element("div", { class: "scroll" }, table), more || "", element("p", { class: "hint" }, note));
};
