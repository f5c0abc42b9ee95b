// Entries by week or month. Dragging over the bars chooses days; the two fields above do the same by keyboard.
const WEEK = 7;
const MONDAY = 4; // day 4 after 1 January 1970 was a Monday
const PERIODS = {
  week: {
    of: (day) => Math.floor((day - MONDAY) / WEEK),
    first: (week) => week * WEEK + MONDAY,
    name: (week) => `week of ${isoDay(week * WEEK + MONDAY)}`,
    dated: ["day", "week"],
  },
  month: {
    of: (day) => { const date = new Date(day * DAY); return date.getUTCFullYear() * 12 + date.getUTCMonth(); },
    first: (month) => Date.UTC(Math.floor(month / 12), ((month % 12) + 12) % 12, 1) / DAY,
    name: (month) => isoDay(PERIODS.month.first(month)).slice(0, 7),
    dated: ["day", "week", "month"],
  },
};
const [TIME_WIDTH, TIME_HEIGHT, TIME_FOOT] = [640, 260, 22];
const WIDEST = 48;
const MOST_PERIODS = 2000;

class Timeline {
  constructor(corpus, state, act) {
    Object.assign(this, { corpus, state, act, drag: null, known: new Map() });
    this.box = $("timeline");
    this.drawing = svg("svg", { viewBox: `0 0 ${TIME_WIDTH} ${TIME_HEIGHT}`, role: "img", class: "time" });
    this.box.append(this.drawing);
    this.drawing.addEventListener("pointerdown", (event) => this.start(event));
    this.drawing.addEventListener("pointermove", (event) => this.move(event));
    this.drawing.addEventListener("pointerup", () => { this.drag = null; });
    this.drawing.addEventListener("pointercancel", () => { this.drag = null; });
  }

  // The period of an entry; null where its date leaves several open.
  periodOf(row, period) {
    if (!this.known.has(period)) this.known.set(period, this.corpus.data.start.map((_, at) => this.read(at, period)));
    return this.known.get(period)[row];
  }

  read(row, period) {
    const [start, end] = [this.corpus.value("start", row), this.corpus.value("end", row)];
    if (start === null || !period.dated.includes(this.corpus.text("dated", row))) return null;
    const first = period.of(start);
    return period.of(end ?? start) === first ? first : null;
  }

  draw(rows) {
    const period = PERIODS[this.state.period];
    const bars = new Map();
    let loose = 0;
    for (const row of rows) {
      const at = this.periodOf(row, period);
      if (at === null) { loose += 1; continue; }
      if (!bars.has(at)) bars.set(at, { entries: 0, killed: new Sum(), injured: new Sum() });
      const own = bars.get(at);
      own.entries += 1;
      if (!this.corpus.counted(row)) continue;
      own.killed.add(this.corpus.value("killed", row));
      own.injured.add(this.corpus.value("injured", row));
    }
    this.loose = loose;
    this.bars = bars;
    const measure = (own) => (this.state.measure === "entries" ? own.entries : own[this.state.measure].middle);
    this.paint(period, measure);
    this.list(period);
  }

  paint(period, measure) {
    const keys = [...this.bars.keys()];
    this.drawing.replaceChildren();
    if (!keys.length) { this.drawing.setAttribute("aria-label", "Timeline: nothing in this selection has a date."); this.range = null; return; }
    this.fix(period);
    if (!this.bars.size) return;
    const { first, last } = this.range;
    const width = TIME_WIDTH / (last - first + 1);
    const top = Math.max(1, ...[...this.bars.values()].map(measure));
    this.drawing.append(svg("line", { x1: 0, x2: TIME_WIDTH, y1: TIME_HEIGHT - TIME_FOOT, y2: TIME_HEIGHT - TIME_FOOT, class: "axis" }));
    const scale = svg("text", { x: 2, y: 12, class: "tick" });
    scale.textContent = grouped(top);
    this.drawing.append(scale);
    for (const [key, own] of this.bars) {
      const height = (measure(own) / top) * (TIME_HEIGHT - TIME_FOOT - 16);
      const chosen = this.chosen(period, key);
      const wide = Math.min(Math.max(width - (width > 3 ? 1 : 0), 0.7), WIDEST);
      const rect = svg("rect", { x: (key - first) * width + (width - wide) / 2, width: wide, y: TIME_HEIGHT - TIME_FOOT - height, height, class: chosen ? "time-bar" : "time-bar off" });
      const title = svg("title");
      title.textContent = `${period.name(key)}: ${this.corpus.count(own.entries)}, ${own.killed.words()} killed, ${own.injured.words()} injured`;
      rect.append(title);
      this.drawing.append(rect);
    }
    this.ticks(period, first, last, width);
    this.brush(period, first, width);
    const peak = [...this.bars].reduce((best, one) => (measure(one[1]) > measure(best[1]) ? one : best));
    this.drawing.setAttribute("aria-label", `Timeline by ${this.state.period}, ${period.name(first)} to ${period.name(last)}; most in ${period.name(peak[0])}. The bars are listed below.`);
  }

  // The periods shown are those of all that counts (or else was chosen to be shown), so that bars stay in their places
  // while other filters change. Single dates far from all others are left out, and told below.
  fix(period) {
    const passing = this.act.counting();
    const keys = this.corpus.data.start.map((_, row) => (passing && !passing[row] ? null : this.periodOf(row, period))).filter((key) => key !== null).sort((a, b) => a - b);
    if (!keys.length) keys.push(...[...this.bars.keys()].sort((a, b) => a - b));
    const cut = Math.floor(keys.length * 0.005);
    const [low, high] = [keys[cut], keys[keys.length - 1 - cut]];
    const [first, last] = [keys[0], keys[keys.length - 1]];
    this.range = last - first > 4 * (high - low + 1) ? { first: low, last: high } : { first, last };
    this.range.first = Math.max(this.range.first, this.range.last - MOST_PERIODS);
    for (const [key, own] of this.bars) {
      if (key >= this.range.first && key <= this.range.last) continue;
      this.loose += own.entries;
      this.bars.delete(key);
    }
  }

  chosen(period, key) {
    const { from, to } = this.state;
    return (from === null || period.first(key + 1) > from) && (to === null || period.first(key) <= to);
  }

  ticks(period, first, last, width) {
    let before = -100;
    for (let key = first; key <= last; key += 1) {
      const day = new Date(period.first(key) * DAY);
      const label = day.getUTCMonth() === 0 && day.getUTCDate() <= 7 ? String(day.getUTCFullYear()) : isoDay(period.first(key)).slice(0, 7);
      const x = (key - first) * width;
      if (x - before < 74 || (day.getUTCDate() > 7 && last - first > 8) || x > TIME_WIDTH - 52) continue;
      before = x;
      const text = svg("text", { x, y: TIME_HEIGHT - 6, class: "tick" });
      text.textContent = label;
      this.drawing.append(text, svg("line", { x1: x, x2: x, y1: TIME_HEIGHT - TIME_FOOT, y2: TIME_HEIGHT - TIME_FOOT + 4, class: "axis" }));
    }
  }

  brush(period, first, width) {
    const { from, to } = this.state;
    if (from === null && to === null) return;
    const x = (day) => {
      const key = period.of(day);
      return (key - first + (day - period.first(key)) / (period.first(key + 1) - period.first(key))) * width;
    };
    const left = Math.max(0, from === null ? 0 : x(from));
    const right = Math.min(TIME_WIDTH, to === null ? TIME_WIDTH : x(to + 1));
    this.drawing.append(svg("rect", { x: left, width: Math.max(right - left, 1), y: 0, height: TIME_HEIGHT - TIME_FOOT, class: "brush" }));
  }

  at(event) {
    const box = this.drawing.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 0.9999);
    return this.range.first + Math.floor(share * (this.range.last - this.range.first + 1));
  }

  start(event) {
    if (!this.range) return;
    event.preventDefault();
    this.drawing.setPointerCapture(event.pointerId);
    this.drag = this.at(event);
    this.move(event);
  }

  move(event) {
    if (this.drag === null || !this.range) return;
    const period = PERIODS[this.state.period];
    const here = this.at(event);
    this.act.days(period.first(Math.min(this.drag, here)), period.first(Math.max(this.drag, here) + 1) - 1);
  }

  list(period) {
    const keys = [...this.bars.keys()].sort((a, b) => a - b);
    const open = $("periods").querySelector("details")?.open;
    const body = element("tbody");
    const shown = keys.slice(-400);
    const details = element("details", {}, element("summary", {}, `As a table (${keys.length} ${this.state.period}s)`));
    details.open = Boolean(open);
    const fill = () => {
      if (body.childElementCount) return;
      for (const key of shown) {
        const own = this.bars.get(key);
        const choose = element("button", { type: "button", class: "key", "data-focus": `period ${key}`, onclick: () => this.act.days(period.first(key), period.first(key + 1) - 1) }, period.name(key));
        body.append(element("tr", {}, element("th", { scope: "row" }, choose), ...[grouped(own.entries), own.killed.words(), own.injured.words()].map((words) => element("td", { class: "n" }, words))));
      }
    };
    if (open) fill();
    details.addEventListener("toggle", fill);
    const head = ["period", `${this.corpus.one}s`, "killed", "injured"].map((words, at) => element("th", { scope: "col", class: at ? "n" : null }, words));
    details.append(element("div", { class: "scroll" }, element("table", { class: "facet" }, element("thead", {}, element("tr", {}, ...head)), body)));
    $("periods").replaceChildren(details);
  }
}
