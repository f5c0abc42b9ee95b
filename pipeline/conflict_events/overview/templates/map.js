// The map: places as circles sized by the people killed there, drawn on a canvas. Areas are drawn as dashed rings, as wide
// as the place is uncertain; a spot is a full circle.
const [SMALLEST, LARGEST] = [3.5, 34];
const AREAS = ["district", "governorate", "area", "country"];
const NARROWEST = 5; // degrees, so that a map of one town shows where in its country it is
const KM_A_DEGREE = 111.3;
const mercatorX = (longitude) => longitude;
const mercatorY = (latitude) => -(180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (Math.max(-84, Math.min(84, latitude)) * Math.PI) / 360));
const latitudeOf = (y) => (360 / Math.PI) * Math.atan(Math.exp((-y * Math.PI) / 180)) - 90;

class WorldMap {
  constructor(corpus, state, act) {
    Object.assign(this, { corpus, state, act, places: [], pointers: new Map(), outlines: null, moved: false });
    this.canvas = $("map");
    this.pen = this.canvas.getContext("2d");
    this.index();
    this.regions = this.regionsOf();
    this.view = this.whole();
    this.redraw = onceAFrame(() => this.paint());
    this.listen();
  }

  async load() {
    const data = await unpack("outlines");
    const path = (lines) => {
      const made = new Path2D();
      for (const line of lines) {
        let [x, y] = [line[0], line[1]];
        made.moveTo(mercatorX(x / data.steps_a_degree), mercatorY(y / data.steps_a_degree));
        for (let at = 2; at < line.length; at += 2) {
          x += line[at];
          y += line[at + 1];
          made.lineTo(mercatorX(x / data.steps_a_degree), mercatorY(y / data.steps_a_degree));
        }
      }
      return made;
    };
    this.outlines = Object.fromEntries(["coarse", "land", "lakes", "countries", "divisions"].map((name) => [name, path(data[name])]));
    this.redraw();
  }

  // Which place each row is at: rows with the same point and precision are one place.
  index() {
    const places = new Map();
    this.placeOf = new Array(this.corpus.size).fill(null);
    for (let row = 0; row < this.corpus.size; row += 1) {
      const [lat, lon] = [this.corpus.value("lat", row), this.corpus.value("lon", row)];
      if (lat === null || lon === null) continue;
      const key = `${lat},${lon},${this.corpus.text("precision", row)}`;
      if (!places.has(key)) {
        places.set(key, {
          key, x: mercatorX(lon), y: mercatorY(lat), lat, lon, name: this.corpus.text("place", row), precision: this.corpus.text("precision", row),
          radius: this.corpus.value("radius", row), governorate: governorate(this.corpus, row),
        });
      }
      this.placeOf[row] = places.get(key);
    }
  }

  // A view of nearly all places: a few far away do not make the rest small.
  whole() {
    const rows = this.placeOf.filter((place) => place !== null);
    if (!rows.length) return { x: 20, y: mercatorY(20), span: 200 };
    const between = (of) => {
      const sorted = rows.map(of).sort((a, b) => a - b);
      const cut = Math.floor(sorted.length * 0.01);
      return [sorted[cut], sorted[sorted.length - 1 - cut]];
    };
    const [west, east] = between((place) => place.x);
    const [north, south] = between((place) => place.y);
    return { x: (west + east) / 2, y: (north + south) / 2, span: Math.max((east - west) * 1.25, (south - north) * 1.25 * 1.4, NARROWEST) };
  }

  draw(rows) {
    const places = new Map();
    this.missing = 0;
    for (const row of rows) {
      const place = this.placeOf[row];
      if (!place) { this.missing += 1; continue; }
      if (!places.has(place.key)) places.set(place.key, { ...place, entries: 0, killed: new Sum(), injured: new Sum() });
      const own = places.get(place.key);
      own.entries += 1;
      if (!this.corpus.counted(row)) continue;
      own.killed.add(this.corpus.value("killed", row));
      own.injured.add(this.corpus.value("injured", row));
    }
    this.places = [...places.values()].sort((a, b) => b.killed.middle - a.killed.middle || b.entries - a.entries);
    const most = Math.max(1, ...this.places.slice(0, 1).map((place) => place.killed.middle));
    for (const place of this.places) place.size = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(place.killed.middle / most);
    this.most = most;
    this.redraw();
  }

  scale() {
    return this.width / this.view.span;
  }

  spot(place) {
    const scale = this.scale();
    return [(place.x - this.view.x) * scale + this.width / 2, (place.y - this.view.y) * scale + this.height / 2];
  }

  paint() {
    const ratio = window.devicePixelRatio || 1;
    const box = this.canvas.getBoundingClientRect();
    [this.width, this.height] = [box.width, box.height];
    if (!box.width) return;
    if (this.canvas.width !== Math.round(box.width * ratio)) this.canvas.width = Math.round(box.width * ratio);
    if (this.canvas.height !== Math.round(box.height * ratio)) this.canvas.height = Math.round(box.height * ratio);
    const pen = this.pen;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = colour("sea");
    pen.fillRect(0, 0, this.width, this.height);
    this.paintOutlines(pen, ratio);
    this.paintRegions(pen);
    this.paintPlaces(pen);
    this.paintNames(pen);
  }

  paintOutlines(pen, ratio) {
    if (!this.outlines) return;
    const scale = this.scale();
    pen.save();
    pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * (this.width / 2 - this.view.x * scale), ratio * (this.height / 2 - this.view.y * scale));
    pen.lineJoin = "round";
    pen.fillStyle = pen.strokeStyle = colour("land");
    pen.lineWidth = 0.8 / scale; // closes the seams between the cells
    for (const name of ["coarse", "land"]) {
      if (name === "coarse" && scale > 25) continue;
      pen.fill(this.outlines[name], "evenodd");
      pen.stroke(this.outlines[name]);
    }
    pen.fillStyle = colour("sea");
    pen.fill(this.outlines.lakes, "evenodd");
    const lines = [["countries", colour("border"), 1.3]];
    if (scale > 14) lines.unshift(["divisions", colour("division"), 1.2]);
    for (const [name, ink, width] of lines) {
      pen.strokeStyle = ink;
      pen.lineWidth = width / scale;
      pen.stroke(this.outlines[name]);
    }
    pen.restore();
  }

  paintPlaces(pen) {
    const scale = this.scale();
    const [ink, edge, ring] = [colour("bar"), colour("sheet"), colour("location-line")];
    for (const place of this.places) {
      const [x, y] = this.spot(place);
      if (x < -300 || y < -300 || x > this.width + 300 || y > this.height + 300) continue;
      const wide = ((place.radius / KM_A_DEGREE) / Math.cos((place.lat * Math.PI) / 180)) * scale;
      if (AREAS.includes(place.precision) || place.precision === "near") {
        pen.beginPath();
        pen.arc(x, y, Math.max(wide, place.size + 2), 0, 2 * Math.PI);
        pen.setLineDash([4, 4]);
        pen.strokeStyle = ring;
        pen.lineWidth = 1;
        pen.globalAlpha = 0.7;
        pen.stroke();
        pen.setLineDash([]);
      }
      pen.beginPath();
      pen.arc(x, y, place.size, 0, 2 * Math.PI);
      pen.globalAlpha = AREAS.includes(place.precision) ? 0.25 : 0.55;
      pen.fillStyle = ink;
      if (place.killed.middle) pen.fill();
      pen.globalAlpha = 1;
      pen.lineWidth = place.key === this.state.place ? 3 : 1;
      pen.strokeStyle = place.key === this.state.place ? ring : place.killed.middle ? edge : ink;
      pen.stroke();
    }
  }

  // Names of the governorates, in the middle of their places; of the countries where more is in view.
  paintRegions(pen) {
    const near = this.scale() > 40;
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillStyle = colour("soft");
    for (const region of this.regions) {
      if (region.country === near) continue;
      const [x, y] = this.spot(region);
      if (x > 0 && y > 0 && x < this.width && y < this.height) pen.fillText(region.name.toUpperCase(), x, y);
    }
    pen.textAlign = "start";
  }

  // Where the names of governorates and countries stand.
  regionsOf() {
    const regions = new Map();
    for (let row = 0; row < this.corpus.size; row += 1) {
      const place = this.placeOf[row];
      if (!place) continue;
      for (const column of ["admin1", "country"]) {
        const name = this.corpus.text(column, row);
        if (!name) continue;
        const key = `${column} ${name} ${this.corpus.text("country", row)}`;
        if (!regions.has(key)) regions.set(key, { name, country: column === "country", x: 0, y: 0, seen: new Set() });
        const region = regions.get(key);
        if (region.seen.has(place.key)) continue;
        region.seen.add(place.key);
        region.x += place.x;
        region.y += place.y;
      }
    }
    return [...regions.values()].map(({ name, country, x, y, seen }) => ({ name, country, x: x / seen.size, y: y / seen.size }));
  }

  paintNames(pen) {
    const taken = [];
    pen.font = "600 12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    for (const place of this.places.slice(0, 300)) {
      const [x, y] = this.spot(place);
      if (x < 0 || y < 0 || x > this.width || y > this.height || !place.name) continue;
      const width = pen.measureText(place.name).width;
      const box = [x + place.size + 3, y - 8, x + place.size + 5 + width, y + 8];
      if (box[2] > this.width || taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      pen.lineWidth = 3;
      pen.strokeStyle = colour("land");
      pen.strokeText(place.name, box[0], y);
      pen.fillStyle = colour("ink");
      pen.fillText(place.name, box[0], y);
      if (taken.length >= 24) break;
    }
  }

  bounds() {
    const scale = this.scale();
    const [w, h] = [this.width / 2 / scale, this.height / 2 / scale];
    return { west: this.view.x - w, east: this.view.x + w, north: latitudeOf(this.view.y - h), south: latitudeOf(this.view.y + h) };
  }

  // The place under a point of the canvas: the smallest circle that holds it, with some room for fingers.
  under(x, y) {
    let best = null;
    for (const place of this.places) {
      const [px, py] = this.spot(place);
      const away = Math.hypot(px - x, py - y);
      if (away <= Math.max(place.size, 9) && (!best || place.size < best.size)) best = place;
    }
    return best;
  }

  show(view) {
    this.view = { ...view, span: Math.min(Math.max(view.span, 0.05), 360) };
    $("place").hidden = true;
    this.redraw();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.act.moved(), 120);
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = this.scale();
    const [dx, dy] = [(x - this.width / 2) / scale, (y - this.height / 2) / scale];
    this.show({ x: this.view.x + dx * (1 - factor), y: this.view.y + dy * (1 - factor), span: this.view.span * factor });
  }

  pan(dx, dy) {
    this.show({ ...this.view, x: this.view.x - dx / this.scale(), y: this.view.y - dy / this.scale() });
  }

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
      this.moved = false;
    });
    canvas.addEventListener("pointermove", (event) => this.dragged(event));
    canvas.addEventListener("pointerup", (event) => {
      this.pointers.delete(event.pointerId);
      if (!this.moved && !this.pointers.size) this.act.picked(this.under(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
    });
    canvas.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
    }, { passive: false });
    const STEP = 60;
    const keys = {
      ArrowLeft: () => this.pan(STEP, 0), ArrowRight: () => this.pan(-STEP, 0), ArrowUp: () => this.pan(0, STEP), ArrowDown: () => this.pan(0, -STEP),
      "+": () => this.zoom(0.7), "=": () => this.zoom(0.7), "-": () => this.zoom(1 / 0.7), 0: () => this.show(this.whole()),
      Escape: () => { $("place").hidden = true; },
    };
    canvas.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      keys[event.key]();
    });
    $("closer").addEventListener("click", () => this.zoom(0.6));
    $("farther").addEventListener("click", () => this.zoom(1 / 0.6));
    $("fit").addEventListener("click", () => this.show(this.whole()));
    new ResizeObserver(() => this.redraw()).observe(canvas);
    for (const query of ["print", "(prefers-color-scheme: dark)"]) matchMedia(query).addEventListener("change", () => this.paint());
  }

  dragged(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.canvas.style.cursor = this.under(event.offsetX, event.offsetY) ? "pointer" : "grab";
      return;
    }
    const now = [event.offsetX, event.offsetY];
    if (Math.hypot(now[0] - before[0], now[1] - before[1]) < 3 && !this.moved) return;
    this.moved = true;
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (others.length) {
      const [other] = others;
      const factor = Math.hypot(before[0] - other[0], before[1] - other[1]) / Math.max(1, Math.hypot(now[0] - other[0], now[1] - other[1]));
      this.zoom(factor, other[0], other[1]);
    } else this.pan(now[0] - before[0], now[1] - before[1]);
    this.pointers.set(event.pointerId, now);
  }
}
