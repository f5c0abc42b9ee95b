// Numbers of people, never without their bounds. [low, best, high]; null is open.
const NO_NUMBER = "no number stated";
const NUMBERS = new Intl.NumberFormat("en");
const grouped = (number) => NUMBERS.format(number);

// The same words as for a figure elsewhere in the package.
const boundsWords = (bounds) => {
  if (!bounds) return NO_NUMBER;
  const [low, best, high] = bounds;
  if (best === null) {
    if (low === null) return high === null ? NO_NUMBER : `at most ${grouped(high)}`;
    if (high === null) return `${grouped(low)} or more`;
    return low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`;
  }
  if (low === best && best === high) return grouped(best);
  if (low === best) return high === null ? `at least ${grouped(best)}` : `${grouped(best)} (at most ${grouped(high)})`;
  if (high === best) return low === null ? `at most ${grouped(best)}` : `${grouped(best)} (at least ${grouped(low)})`;
  if (low === null) return high === null ? `about ${grouped(best)}` : `about ${grouped(best)} (at most ${grouped(high)})`;
  if (high === null) return `about ${grouped(best)} (at least ${grouped(low)})`;
  return `about ${grouped(best)} (${grouped(low)} to ${grouped(high)})`;
};

// The number that a figure states, for sizes and orders: best, else the bound it gives; null where there is none.
const stated = (bounds) => (bounds ? bounds[1] ?? bounds[0] ?? bounds[2] : null);

// A sum of figures. What no figure tells is counted apart; a bound that one leaves open is open in the sum.
class Sum {
  constructor() {
    this.entries = 0;
    this.silent = 0;
    this.low = 0;
    this.middle = 0;
    this.high = 0;
    this.open = 0;
    this.vague = 0;
    this.first = null;
  }

  add(bounds) {
    this.entries += 1;
    if (!bounds || stated(bounds) === null) {
      this.silent += 1;
      return;
    }
    this.first ??= bounds;
    const [low, best, high] = bounds;
    this.low += low ?? best ?? 0;
    this.middle += best ?? low ?? 0;
    this.high += high ?? 0;
    if (high === null) this.open += 1;
    if (low === null) this.vague += 1;
  }

  get stated() {
    return this.entries - this.silent;
  }

  words() {
    if (!this.stated) return "not stated";
    if (this.stated === 1) return boundsWords(this.first);
    if (this.vague && this.open) return `about ${grouped(this.middle)} or more`;
    if (this.vague) return `about ${grouped(this.middle)}, at most ${grouped(this.high)}`;
    if (this.open) return `at least ${grouped(this.low)}`;
    return this.low === this.high ? grouped(this.low) : `${grouped(this.low)} to ${grouped(this.high)}`;
  }

  // What the words rest on, and what they leave out.
  basis(count) {
    const parts = this.stated ? [`in ${count(this.stated)} that state${this.stated === 1 ? "s" : ""} a number`] : [];
    if (this.silent) parts.push(`${count(this.silent)} state${this.silent === 1 ? "s" : ""} none`);
    if (this.open) parts.push(`${grouped(this.open)} open upwards`);
    if (this.vague) parts.push(`${grouped(this.vague)} approximate or only bounded above`);
    return parts.join("; ");
  }
}
