// The data of the page: columns of all entries, and the details of those that are looked at.
class Corpus {
  constructor(data) {
    this.data = data;
    this.words = data.words;
    this.settings = data.settings;
    this.loose = data.loose;
    this.size = (data.id ?? []).length;
    this.one = data.settings.merged ? "incident" : "event";
    this.chunks = new Map();
    this.scores = Array.from({ length: this.size }, (_, row) => this.lower(row));
  }

  // A column's value as a text; null where it is not known.
  text(column, row) {
    const number = this.data[column][row];
    return number === null ? null : this.words[number];
  }

  value(column, row) {
    return this.data[column][row];
  }

  counted(row) {
    return this.data.counted[row] === 1;
  }

  actors(row) {
    const numbers = this.data.actors[row];
    const found = [];
    for (let at = 0; at < numbers.length; at += 2) found.push([this.words[numbers[at]], this.words[numbers[at + 1]]]);
    return found;
  }

  // [outlet, day, relation, copied or replaced, killed] of each report.
  reports(row) {
    return this.data.reports[row].map(([outlet, day, relation, replaced, killed]) => ({
      outlet: outlet === null ? null : this.words[outlet], day, relation: this.words[relation], replaced: replaced === 1, killed,
    }));
  }

  // How likely the entry is right, as far as is known: the lower of its reading's and its joining's score.
  score(row) {
    return this.scores[row];
  }

  lower(row) {
    const known = [this.data.score[row], this.data.link[row]].filter((score) => score !== null);
    return known.length ? Math.min(...known) : null;
  }

  async chunk(number) {
    if (!this.chunks.has(number)) this.chunks.set(number, unpack(`chunk-${number}`));
    return this.chunks.get(number);
  }

  async details(row) {
    const size = this.settings.chunk;
    return (await this.chunk(Math.floor(row / size)))[row % size];
  }

  async all() {
    const chunks = [];
    for (let number = 0; number * this.settings.chunk < this.size; number += 1) chunks.push(await this.chunk(number));
    return chunks.flat();
  }

  count(number) {
    return `${grouped(number)} ${this.one}${number === 1 ? "" : "s"}`;
  }
}

// Filters that act together: each says which rows pass it, and a row is selected where none fails.
class Filters {
  constructor(size) {
    this.size = size;
    this.failing = new Uint8Array(size);
    this.passing = new Map();
  }

  // `passes` tells of a row whether it passes; null takes the filter away.
  set(name, passes) {
    const before = this.passing.get(name);
    if (before) for (let row = 0; row < this.size; row += 1) this.failing[row] -= 1 - before[row];
    this.passing.delete(name);
    if (!passes) return;
    const now = new Uint8Array(this.size);
    for (let row = 0; row < this.size; row += 1) {
      now[row] = passes(row) ? 1 : 0;
      this.failing[row] += 1 - now[row];
    }
    this.passing.set(name, now);
  }

  // The rows that pass all filters, but the one named `except`.
  rows(except) {
    const own = this.passing.get(except);
    const found = [];
    for (let row = 0; row < this.size; row += 1) {
      if (this.failing[row] - (own ? 1 - own[row] : 0) === 0) found.push(row);
    }
    return found;
  }
}
