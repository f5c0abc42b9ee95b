// The page works without this: links and :target do the showing. Here: all pieces of what was chosen, the words of the
// card in hand, and the way back by Escape.
(() => {
  "use strict";
  let chosen = [];
  let near = [];
  let origin = null;

  const pieces = (id) => {
    const first = document.getElementById(id);
    return first ? [first, ...document.querySelectorAll(`[data-of="${CSS.escape(id)}"]`)] : [];
  };
  const mark = (elements, name, on) => elements.forEach((element) => element.classList.toggle(name, on));

  const show = () => {
    mark(chosen, "chosen", false);
    chosen = pieces(decodeURIComponent(location.hash.slice(1)));
    mark(chosen, "chosen", true);
    if (chosen.length) chosen[0].focus({ preventScroll: true });
  };
  const hint = (event) => {
    mark(near, "near", false);
    const card = event.target instanceof Element ? event.target.closest(".event, .tallies > li, .findings li") : null;
    const links = card ? card.querySelectorAll('a[href^="#w"]') : [];
    near = [...links].flatMap((link) => pieces(link.hash.slice(1)));
    mark(near, "near", true);
  };

  addEventListener("hashchange", show);
  document.addEventListener("pointerover", hint);
  document.addEventListener("focusin", hint);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!link) return;
    origin = link;
    if (link.hash === location.hash) show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !origin) return;
    origin.focus();
    origin.scrollIntoView({ block: "nearest" });
    origin = null;
  });
  if (location.hash) show();
})();
