// The index of many articles: searched, sorted and filtered here; an article is unpacked when its link is followed.
const PAGE = 50;
const PACKED = 25; // articles a chunk, as in show/index.py
const HEADS = [
  ["day", "published", (line) => line.day ?? ""],
  ["title", "article", (line) => line.title.toLocaleLowerCase("en")],
  ["outlet", "outlet", (line) => line.outlet ?? ""],
  ["place", "place", (line) => line.place ?? ""],
  ["killed", "killed", (line) => line.killed?.[1] ?? -1],
  ["injured", "injured", (line) => line.injured?.[1] ?? -1],
  ["events", "events", (line) => line.events],
  ["findings", "findings", (line) => line.findings.length],
  ["score", "score", (line) => line.score ?? 2],
];
const FALLING_FIRST = ["day", "killed", "injured", "events", "findings"];

class Index {
  constructor({ lines, maps }) {
    this.maps = maps;
    this.lines = lines.map((line, at) => ({ ...line, number: at + 1 }));
    this.sort = { name: null, falling: false };
    this.page = 0;
    this.kept = this.lines;
    this.chunks = new Map();
    this.shown = null;
    this.options("outlet");
    this.options("region");
    for (const id of ["text", "outlet", "region", "from", "to", "score", "findings"]) $(id).addEventListener("input", () => { this.page = 0; this.filter(); });
    $("clear").addEventListener("click", () => { $("form").reset(); this.page = 0; this.filter(); });
    $("form").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => this.follow());
    const count = this.lines.length.toLocaleString("en");
    $("index-h").textContent = `${count} articles`;
    document.title = `${count} articles – conflict-events`;
    this.filter();
  }

  options(name) {
    const found = new Map();
    for (const line of this.lines) if (line[name]) found.set(line[name], (found.get(line[name]) ?? 0) + 1);
    const names = [...found.keys()].sort();
    $(name).append(...names.map((one) => element("option", { value: one }, `${one} (${found.get(one)})`)));
    $(name).closest("label").hidden = names.length < 2;
  }

  filter() {
    const words = $("text").value.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
    const [outlet, region, from, to] = ["outlet", "region", "from", "to"].map((id) => $(id).value);
    const score = $("score").value === "" ? null : Number($("score").value);
    this.kept = this.lines.filter((line) =>
      (!outlet || line.outlet === outlet) && (!region || line.region === region) && (!from || (line.day && line.day >= from)) && (!to || (line.day && line.day <= to)) &&
      (score === null || (line.score !== null && line.score < score)) && (!$("findings").checked || line.findings.length) && words.every((word) => this.words(line).includes(word)));
    const { name, falling } = this.sort;
    if (name) {
      const key = HEADS.find(([one]) => one === name)[2];
      const way = falling ? -1 : 1;
      this.kept.sort((a, b) => { const [x, y] = [key(a), key(b)]; return x < y ? -way : x > y ? way : a.number - b.number; });
    }
    this.draw();
  }

  words(line) {
    line.haystack ??= [line.id, line.title, line.outlet, line.place, line.region, ...line.sentences, ...line.ids].join("\n").toLocaleLowerCase("en");
    return line.haystack;
  }

  draw() {
    $("heads").replaceChildren(...HEADS.map(([name, words]) => {
      const sorted = this.sort.name === name;
      const again = () => { this.sort = { name, falling: sorted ? !this.sort.falling : FALLING_FIRST.includes(name) }; this.page = 0; this.filter(); document.querySelector(`[data-sort="${name}"]`).focus(); };
      return element("th", { scope: "col", class: ["killed", "injured", "events", "score"].includes(name) ? "n" : null, "aria-sort": sorted ? (this.sort.falling ? "descending" : "ascending") : null }, element("button", { type: "button", "data-sort": name, onclick: again }, `${words}${sorted ? (this.sort.falling ? " ↓" : " ↑") : ""}`));
    }));
    const from = this.page * PAGE;
    const shown = this.kept.slice(from, from + PAGE);
    $("lines").replaceChildren(...shown.map((line) => this.row(line)));
    $("count").textContent = this.kept.length ? `${(from + 1).toLocaleString("en")} to ${(from + shown.length).toLocaleString("en")} of ${this.kept.length.toLocaleString("en")} articles` : "No article fits.";
    const last = Math.max(0, Math.ceil(this.kept.length / PAGE) - 1);
    const step = (words, page, off) => element("button", { type: "button", disabled: off, onclick: () => { this.page = page; this.draw(); $("index").scrollIntoView(); $("lines").focus({ preventScroll: true }); } }, words);
    $("pages").replaceChildren(...(last ? [step("First", 0, !this.page), step("Back", this.page - 1, !this.page), element("span", {}, `page ${this.page + 1} of ${last + 1}`), step("Next", this.page + 1, this.page >= last), step("Last", last, this.page >= last)] : []));
  }

  row(line) {
    const link = element("a", { href: `#a${line.number}` }, element("bdi", {}, line.title));
    const named = (name) => element("td", {}, name === null ? null : element("bdi", {}, name));
    const number = (said, head) => element("td", { class: "n", "data-head": head }, said ?? "");
    return element("tr", {},
      element("td", { class: "day" }, line.day ?? ""),
      element("th", { class: "title", scope: "row" }, link, line.sentences.length ? element("span", { class: "sentence" }, element("bdi", {}, line.sentences[0]), line.sentences.length > 1 ? ` … ${line.sentences.length - 1} more` : "") : element("span", { class: "sentence" }, "no event was read")),
      named(line.outlet), named(line.place),
      number(line.killed?.[0], "killed"), number(line.injured?.[0], "injured"), number(String(line.events), "events"),
      element("td", {}, ...line.findings.flatMap((code) => [element("span", { class: "doubt" }, code.replaceAll("_", " ")), " "])),
      number(line.score === null ? "" : line.score.toFixed(2), "score"));
  }

  outlines(name) {
    const group = svg("g", { id: name });
    this.maps[name].forEach((path, at) => group.append(svg("path", { class: ["divisions", "countries", "coast"][at], d: path })));
    return group;
  }

  // The article that the address asks for (#a12, or an element of it as #e12-1), else the index.
  async follow() {
    const number = Number(/^#[aewth](\d+)/.exec(location.hash)?.[1] ?? 0);
    const line = this.lines[number - 1];
    $("index").hidden = Boolean(line);
    $("ways").hidden = !line;
    $("article").hidden = !line;
    if (!line || this.shown === number) return;
    this.shown = number;
    const chunk = Math.floor((number - 1) / PACKED);
    if (!this.chunks.has(chunk)) this.chunks.set(chunk, unpack(`chunk-${chunk}`));
    const sections = await this.chunks.get(chunk);
    if (this.shown !== number) return;
    $("article").innerHTML = sections[(number - 1) % PACKED]; // written by the templates, which escape every text
    $("maps").replaceChildren(...[...$("article").querySelectorAll("use")].map((use) => this.outlines(use.getAttribute("href").slice(1))));
    const at = this.kept.findIndex((one) => one.number === number);
    const way = (words, other) => (other ? element("a", { href: `#a${other.number}` }, words) : "");
    $("ways").replaceChildren(element("a", { href: "#index" }, "All articles"), way("← before", this.kept[at - 1]), way("next →", this.kept[at + 1]));
    scrollTo(0, 0);
    dispatchEvent(new Event("articleshown"));
  }
}

const start = async () => {
  try {
    if (typeof DecompressionStream !== "function") throw new Error("this browser is too old; use one of 2023 or later");
    await new Index(await unpack("data")).follow();
    $("main").setAttribute("aria-busy", "false");
  } catch (error) {
    $("trouble").textContent = `The page cannot be drawn: ${error.message}.`;
    $("trouble").hidden = false;
    throw error;
  }
};
start();
