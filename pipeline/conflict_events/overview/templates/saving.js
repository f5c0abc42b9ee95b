// The selection as CSV (RFC 4180, UTF-8 with a mark by which Excel knows it).
const FORMULA = /^[\s\x00-\x1f]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;
const COLUMNS = [
  "id", "kind", "certainty", "counted", "date_start", "date_end", "date_precision", "event_type", "sub_event_type", "place", "place_precision", "admin1", "country", "lat", "lon",
  "perpetrators", "targets", "parties", "killed_low", "killed_best", "killed_high", "injured_low", "injured_best", "injured_high", "outlets", "article_ids", "n_reports",
  "findings", "score", "link_score", "summary", "words",
];

// A cell; text that a spreadsheet would run as a formula has an apostrophe before it.
const csvCell = (value) => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const plain = String(value).replaceAll("\0", "");
  const safe = FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const csvRow = (corpus, row, found) => {
  const named = (role) => corpus.actors(row).filter(([is]) => is === role).map(([, name]) => name).join("; ") || null;
  const day = (column) => (corpus.value(column, row) === null ? null : isoDay(corpus.value(column, row)));
  const unique = (values) => [...new Set(values.filter(Boolean))].join("; ") || null;
  return [
    corpus.value("id", row), corpus.text("kind", row), corpus.text("certainty", row), corpus.counted(row) ? "true" : "false", day("start"), day("end"), corpus.text("dated", row),
    corpus.text("type", row), corpus.text("sub", row), corpus.text("place", row), corpus.text("precision", row), corpus.text("admin1", row), corpus.text("country", row), corpus.value("lat", row), corpus.value("lon", row),
    named("perpetrator"), named("target"), named("party"), ...(corpus.value("killed", row) ?? [null, null, null]), ...(corpus.value("injured", row) ?? [null, null, null]),
    unique(found.reports.map((report) => report.outlet)), unique(found.reports.map((report) => report.article)), found.reports.length,
    found.findings.map(([, message]) => message).join("; ") || null, corpus.value("score", row), corpus.value("link", row), corpus.value("summary", row), found.words.join(" ") || null,
  ];
};

const csvText = async (corpus, rows) => {
  const all = await corpus.all();
  const lines = [COLUMNS, ...rows.map((row) => csvRow(corpus, row, all[row]))];
  return `\ufeff${lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n")}\r\n`;
};

const saveCsv = async (corpus, rows) => {
  const address = URL.createObjectURL(new Blob([await csvText(corpus, rows)], { type: "text/csv;charset=utf-8" }));
  const link = element("a", { href: address, download: `${corpus.one}s.csv` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
